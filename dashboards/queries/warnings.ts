/** Touches the world: read model of the warning queue (PostgreSQL). */
import { formatShanghai } from '../../platform/calendar.ts';
import type { Postgres } from '../../platform/postgres.ts';
import type { WarningList, WarningListQuery } from './contract.ts';

interface Row extends Record<string, unknown> {
  warning_id: string;
  rule_id: string;
  household_id: string | null;
  person_id: string | null;
  region_code: string;
  level: 'red' | 'orange' | 'yellow' | 'blue';
  direction: string;
  status: string;
  baseline: boolean;
  as_of: string;
  opened_at: Date;
  case_id: string | null;
  place: number;
}

/** Red first, then the older; `scope` limits rows to the reader's regions in the database itself. */
export const listWarnings = async (
  postgres: Postgres,
  scope: string,
  query: WarningListQuery,
): Promise<Omit<WarningList, 'synthetic'>> => {
  const [place, id] = (query.after ?? '').split('|');
  const rows = await postgres.query<Row>(
    `select * from (
       select warning_id, rule_id, household_id, person_id, region_code, level, direction, status, baseline, as_of, opened_at,
         case_id, array_position(array['red', 'orange', 'yellow', 'blue'], level) as place
       from warnings where kind = 'warning' and status = $1
     ) w where $2::int is null or (place, warning_id) > ($2, $3) order by place, warning_id limit $4`,
    [query.status, place === '' || place === undefined ? null : Number(place), id ?? '', query.limit],
    { scope },
  );
  const [counted] = await postgres.query<{ total: number }>(
    `select count(*)::int as total from warnings where kind = 'warning' and status = $1`,
    [query.status],
    { scope },
  );
  const last = rows.at(-1);
  return {
    warnings: rows.map(({ household_id, person_id, opened_at, place: _, ...row }) => ({
      ...row,
      subject: { household_id, person_id },
      opened_at: formatShanghai(opened_at),
    })),
    total: counted?.total ?? 0,
    next: last === undefined || rows.length < query.limit ? null : `${last.place}|${last.warning_id}`,
  };
};
