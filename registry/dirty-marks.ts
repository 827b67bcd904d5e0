/** Touches the world: marks of households whose findings may have changed, and how a sweep takes them. */
import type { Postgres, Tx } from '../platform/postgres.ts';

/** Every household, whatever the asker's region. */
const EVERYTHING = { scope: '*' } as const;

/** What a sweep has to look at. */
export interface DirtyMarks {
  /** In ascending order. */
  readonly households: readonly number[];
  /** The newest mark among them, 0 when there is none. */
  readonly sequence: number;
}

/**
 * Marks the households of persons about whom there are new facts. The facts are stored before: a mark that is there already
 * is one that no sweep has taken yet, and says the same.
 */
export const markPersonsDirty = async (tx: Tx, personNos: readonly number[]): Promise<void> => {
  if (personNos.length === 0) return;
  await tx.query(
    `insert into dirty_households (household_no, sequence)
       select household_no, nextval('dirty_sequence') from (
         select distinct household_no from memberships where replaced is null and person_no = any($1::int[]) order by 1
       ) touched
     on conflict (household_no) do nothing`,
    [personNos],
  );
};

const marksOf = (rows: readonly { household_no: number; sequence: number }[]): DirtyMarks => ({
  households: rows.map((row) => row.household_no),
  sequence: rows.reduce((newest, row) => Math.max(newest, row.sequence), 0),
});

/** The marks there are, left as they are. */
export const readDirtyMarks = async (postgres: Postgres): Promise<DirtyMarks> =>
  marksOf(
    await postgres.query(
      `select household_no, max(sequence) as sequence from (
         select * from dirty_households union all select * from taken_dirty_marks
       ) marks group by household_no order by household_no`,
      [],
      EVERYTHING,
    ),
  );

/**
 * Takes the marks there are out of the way: whoever marks a household from now on marks it anew. A registry revision that is
 * moving a mark is waited for; a new mark that is not committed yet stays for the next sweep. For the one sweeper.
 */
export const takeDirtyMarks = (postgres: Postgres): Promise<DirtyMarks> =>
  postgres.transaction(async (tx) => {
    // In the order in which they are marked: two that wait for each other would end in a deadlock.
    await tx.query('select 1 from dirty_households order by household_no for update');
    await tx.query(
      `with gone as (delete from dirty_households returning household_no, sequence)
       insert into taken_dirty_marks (household_no, sequence) select household_no, sequence from gone
         on conflict (household_no) do update set sequence = excluded.sequence`,
    );
    return marksOf(await tx.query('select household_no, sequence from taken_dirty_marks order by household_no'));
  }, EVERYTHING);

/** Ends what a sweep has taken, in the transaction that writes what it found. */
export const endTakenMarks = async (tx: Tx): Promise<void> => {
  await tx.query('delete from taken_dirty_marks');
};
