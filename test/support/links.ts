/** What records came to, as tests compare it: by the ids of the exchange, not by our numbers. */
import type { System } from '../../app/system.ts';

type Engines = Pick<System, 'postgres' | 'clickhouse'>;

const personIds = async ({ postgres }: Engines): Promise<ReadonlyMap<number, string>> => {
  const persons = await postgres.query<{ person_no: number; person_id: string }>('select * from persons');
  return new Map(persons.map((row) => [row.person_no, row.person_id]));
};

/** `outcome person reasons` of the newest decision on each record; `-` where it is nobody's. */
export const outcomesOf = async (system: Engines): Promise<Record<string, string>> => {
  const idOf = await personIds(system);
  const rows = await system.clickhouse.query<{
    record_id: string;
    outcome: string;
    person_no: number;
    reasons: string[];
  }>(
    'pages',
    `SELECT record_id, outcome, person_no, reasons FROM record_versions FINAL ORDER BY record_id, rank DESC LIMIT 1 BY record_id`,
  );
  return Object.fromEntries(
    rows.map((row) => [row.record_id, `${row.outcome} ${idOf.get(row.person_no) ?? '-'} ${row.reasons.join(' ')}`]),
  );
};

/** `record person` of every fact. */
export const linkedFactsOf = async (system: Engines): Promise<string[]> => {
  const idOf = await personIds(system);
  const rows = await system.clickhouse.query<{ record_id: string; person_no: number }>(
    'pages',
    'SELECT record_id, person_no FROM facts FINAL ORDER BY record_id',
  );
  return rows.map((row) => `${row.record_id} ${idOf.get(row.person_no)}`);
};
