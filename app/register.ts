/** Touches the world: who is registered, held in memory for the matcher, and made anew when the registry has changed. */
import { createPersonIndex, type PersonIndex } from '../matchers/index.ts';
import { formatDay } from '../platform/calendar.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Postgres } from '../platform/postgres.ts';
import { readAuthorisedPersons, readRevision, streamMatchablePersons } from '../registry/index.ts';

/** The registry as it is at one revision. */
export interface RegisterView {
  readonly persons: PersonIndex;
  /** Whether a person's family has a finance authorisation in force on a day, as a table by person_no. */
  authorisedOn(day: number): Promise<Uint8Array>;
}

export interface Register {
  /** The registry of now. Whoever works with it holds the intake's lock (intake-lock.ts), so that it stays that of now. */
  current(): Promise<RegisterView>;
}

/** Of several days at most this many tables are kept: a load has one day, messages around midnight have two. */
const MOST_DAYS = 2;

/** One for a process: the index of a province takes hundreds of megabytes. Id numbers are opened in memory only. */
export const createRegister = ({ postgres, cipher }: { postgres: Postgres; cipher: Cipher }): Register => {
  const build = async (): Promise<RegisterView> => {
    const persons = createPersonIndex(1024);
    await streamMatchablePersons(postgres, (rows) => {
      for (const row of rows) persons.add(row.person_no, cipher.open(row.id_sealed).toString('utf8'), row.name);
    });
    const days = new Map<number, Promise<Uint8Array>>();
    return {
      persons,
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
