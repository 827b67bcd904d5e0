/** Touches the world: who is registered, held in memory for the matcher, and made anew when the registry has changed. */
import {
  createFormerNumbers,
  createPersonIndex,
  createPersonRegister,
  createWhose,
  type Evidently,
  type FormerNumbers,
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
  readAuthorisedPersons,
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
  const build = async (): Promise<RegisterView> => {
    const persons = createPersonIndex(1024);
    await streamMatchablePersons(postgres, (rows) => {
      for (const row of rows) persons.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);
    });
    const former = createFormerNumbers();
    await streamFormerNumbers(postgres, (rows) => {
      for (const row of rows) former.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);
    });
    const days = new Map<number, Promise<Uint8Array>>();
    let making: Promise<Evidently> | null = null;
    const evidently = (): Promise<Evidently> => {
      making ??= Promise.all([readPersonRegister(persons.size, former), model()]).then(
        ([register, read]) => ({ register, model: read }),
        (error: unknown) => {
          making = null;
          throw error;
        },
      );
      return making;
    };
    return {
      whose: createWhose(persons, former, evidently),
      evidently,
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
  let held: { readonly revision: number; readonly view: Promise<RegisterView> } | null = null;
  return {
    registered: toRegistered,
    async current() {
      const revision = await readRevision(postgres, null);
      if (held?.revision !== revision) {
        const made = { revision, view: build() };
        held = made;
        made.view.catch(() => {
          if (held === made) held = null;
        });
      }
      return held.view;
    },
  };
};
