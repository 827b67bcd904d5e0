/** Touches the world: who is registered, held in memory for the matcher, and made anew when the registry has changed. */
import {
  createFormerNumbers,
  createPersonIndex,
  createPersonRegister,
  createWhose,
  type Evidently,
  type FormerNumbers,
  type PersonIndex,
  type PersonModel,
  type PersonRegister,
  type RegisteredPerson,
  type Whose,
} from '../matchers/index.ts';
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Cipher } from '../platform/crypto.ts';
import { collectGarbage } from '../platform/garbage.ts';
import type { Postgres } from '../platform/postgres.ts';
import {
  type KnownPerson,
  type MatchablePerson,
  readAuthorisedPersons,
  readKnownPersons,
  readMatchablePersons,
  readNewlyKnown,
  readRevision,
  streamFormerNumbers,
  streamKnownPersons,
  streamMatchablePersons,
} from '../registry/index.ts';

/** The registry as it is at one revision. */
export interface RegisterView {
  /** Whose a record is. What the matcher needs beside numbers and names is read when the first record asks for it. */
  readonly whose: Whose;
  /** What the matcher needs beside numbers and names, read when it is first asked for. */
  evidently(): Promise<Evidently>;
  /** Whether a person's family has a finance authorisation in force on a day, as a table by person_no. */
  authorisedOn(day: number): Promise<Uint8Array>;
}

export interface Register {
  /** The registry of now. Whoever works with it holds the intake's lock (intake-lock.ts), so that it stays that of now. */
  current(): Promise<RegisterView>;
  /** A person as the matcher knows everybody. */
  registered(row: KnownPerson): RegisteredPerson;
}

/** What is held of the registry: numbers and names, and what the matcher needs once it was asked for. */
interface Parts {
  readonly persons: PersonIndex;
  readonly former: FormerNumbers;
  readonly whose: Whose;
  readonly evidently: () => Promise<Evidently>;
  /** What `evidently` has read or is reading; null where it was never asked. */
  readonly made: () => Promise<Evidently> | null;
}

/** A registry of which more changed than this share is read anew; below so many persons it is brought up in any case. */
const MOST_CHANGED = 0.1;
const LEAST_CHANGED = 1_000;
/** Rows that nobody stands in any more take memory: the register is read anew when it has so many rows for each person. */
const MOST_ROWS = 1.3;
const PAGE = 5_000;

/** Of several days at most this many tables are kept: a load has one day, messages around midnight have two. */
const MOST_DAYS = 2;

export interface RegisterDeps {
  readonly postgres: Postgres;
  readonly cipher: Cipher;
  /** Reads the matcher's model. */
  readonly model: () => Promise<PersonModel>;
}

/** One for a process: the index of a province takes hundreds of megabytes. Id numbers are opened in memory only. */
export const createRegister = ({ postgres, cipher, model }: RegisterDeps): Register => {
  const open = (sealed: Buffer | null): string => (sealed === null ? '' : cipher.open(sealed).toString('utf8'));
  // The registry knows no deaths: what departments say of one is no part of it.
  const toRegistered = (row: KnownPerson): RegisteredPerson => ({
    ...{ personNo: row.person_no, householdNo: row.household_no ?? 0, name: row.name, idNumber: open(row.id_sealed) },
    ...{ birthDay: row.birth_date === null ? null : parseIsoDay(row.birth_date), phone: open(row.phone_sealed) },
    ...{ householdPhone: open(row.home_phone_sealed), regionCode: row.region_code ?? '', address: row.address ?? '' },
    diedOn: null,
  });
  const readPersonRegister = async (expected: number, former: FormerNumbers): Promise<PersonRegister> => {
    const register = createPersonRegister(expected, former);
    await streamKnownPersons(postgres, (rows) => {
      for (const row of rows) register.put(toRegistered(row));
      collectGarbage();
    });
    register.compact();
    return register;
  };
  const addNumber = ({ persons }: Pick<Parts, 'persons'>, row: MatchablePerson): void =>
    persons.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);

  const read = async (): Promise<Parts> => {
    const parts = { persons: createPersonIndex(1024), former: createFormerNumbers() };
    await streamMatchablePersons(postgres, (rows) => {
      for (const row of rows) addNumber(parts, row);
    });
    await streamFormerNumbers(postgres, (rows) => {
      for (const row of rows) parts.former.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);
    });
    let making: Promise<Evidently> | null = null;
    const evidently = (): Promise<Evidently> => {
      making ??= Promise.all([readPersonRegister(parts.persons.size, parts.former), model()]).then(
        ([register, read]) => ({ register, model: read }),
        (error: unknown) => {
          making = null;
          throw error;
        },
      );
      return making;
    };
    const whose = createWhose(parts.persons, parts.former, evidently);
    return { ...parts, evidently, made: () => making, whose };
  };

  /**
   * Brings what was read at an earlier revision to the registry of now. Everything is read before anything is changed, and changed in
   * one turn. Null where so much has changed that reading it anew is no more work.
   */
  const bringUp = async (parts: Parts, since: number): Promise<Parts | null> => {
    const changed = await readNewlyKnown(postgres, since);
    // Standards, regions and authorisations are no part of what is held.
    if (changed.length === 0) return parts;
    // One that could not be read is read anew when it is asked for.
    const made = (await parts.made()?.catch(() => null)) ?? null;
    if (changed.length > Math.max(LEAST_CHANGED, parts.persons.size * MOST_CHANGED)) return null;
    if (made !== null && made.register.rows + changed.length > made.register.size * MOST_ROWS + LEAST_CHANGED)
      return null;
    const numbers: MatchablePerson[] = [];
    const known: KnownPerson[] = [];
    for (let from = 0; from < changed.length; from += PAGE) {
      const page = changed.slice(from, from + PAGE);
      numbers.push(...(await readMatchablePersons(postgres, page)));
      if (made !== null) known.push(...(await readKnownPersons(postgres, page)));
    }
    const before: MatchablePerson[] = [];
    await streamFormerNumbers(postgres, (rows) => void before.push(...rows));
    parts.persons.drop(new Set(changed));
    for (const row of numbers) addNumber(parts, row);
    parts.former.clear();
    for (const row of before) parts.former.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);
    if (made !== null && known.length > 0) {
      for (const row of known) made.register.put(toRegistered(row));
      // Built anew, so that the same registry decides the same whatever it was before.
      made.register.compact();
    }
    return parts;
  };

  const viewOf = (parts: Parts): RegisterView => {
    const days = new Map<number, Promise<Uint8Array>>();
    return {
      whose: parts.whose,
      evidently: parts.evidently,
      authorisedOn(day) {
        const known = days.get(day);
        if (known !== undefined) return known;
        const made = readAuthorisedPersons(postgres, formatDay(day));
        made.catch(() => days.delete(day));
        days.set(day, made);
        if (days.size > MOST_DAYS) days.delete(days.keys().next().value as number);
        return made;
      },
    };
  };

  interface Held {
    readonly revision: number;
    readonly parts: Promise<Parts>;
    readonly view: Promise<RegisterView>;
  }
  const next = async (before: Held | null): Promise<Parts> => {
    const parts = await before?.parts.catch(() => null);
    if (before == null || parts == null) return read();
    return (await bringUp(parts, before.revision)) ?? read();
  };
  let held: Held | null = null;
  return {
    registered: toRegistered,
    async current() {
      const revision = await readRevision(postgres, null);
      if (held?.revision !== revision) {
        const parts = next(held);
        const made = { revision, parts, view: parts.then(viewOf) };
        held = made;
        made.view.catch(() => {
          if (held === made) held = null;
        });
      }
      return held.view;
    },
  };
};
