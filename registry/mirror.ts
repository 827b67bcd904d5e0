/** Touches the world: the pseudonymous mirror of the registry in ClickHouse that sweeps read. */
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Postgres } from '../platform/postgres.ts';
import { streamRows } from './store.ts';

interface Mirrored {
  readonly table: string;
  readonly columns: readonly string[];
  /** Select of those columns from rows that began or ended after revision $1. */
  readonly select: string;
}

const day = (column: string): string => `(${column} - date '1970-01-01')`;
const FOREVER = 2_147_483_647;

const history = 'revision, coalesce(replaced, 0) as replaced';
const since = '(revision > $1 or replaced > $1)';

const mirrored: readonly Mirrored[] = [
  {
    table: 'mirror_memberships',
    columns: ['person_no', 'household_no', 'member_from', 'left_on', 'revision', 'replaced'],
    select: `select person_no, household_no, coalesce(${day('member_from')}, -${FOREVER}) as member_from,
      case when left_on = '-infinity' then -${FOREVER} else coalesce(${day("nullif(left_on, '-infinity')")}, ${FOREVER}) end as left_on,
      ${history} from memberships where ${since}`,
  },
  {
    table: 'mirror_persons',
    columns: [
      'person_no',
      'birth_day',
      'category',
      'certificate',
      'disability_category',
      'disability_grade',
      'student',
      'revision',
      'replaced',
    ],
    select: `select person_no, ${day('birth_date')} as birth_day, coalesce(category, '') as category,
      (disability_cert_hash is not null)::int as certificate, coalesce(disability_category, 0) as disability_category,
      coalesce(disability_grade, 0) as disability_grade, student::int as student, ${history} from person_states where ${since}`,
  },
  {
    table: 'mirror_categories',
    columns: ['household_no', 'category_since', 'category', 'revision', 'replaced'],
    select: `select household_no, ${day('category_since')} as category_since, category, ${history} from household_categories where ${since}`,
  },
  {
    table: 'mirror_states',
    columns: [
      'household_no',
      'held_from',
      'region_code',
      'area',
      'flags',
      'labour',
      'stable_income',
      'monthly_benefit',
      'assessed_income',
      'assessed_on',
      'exit_grace_until',
      'last_verified_on',
      'last_reviewed_on',
      'revision',
      'replaced',
    ],
    select: `select household_no, ${day('held_from')} as held_from, region_code, area, flags, coalesce(labour, '') as labour,
      stable_income::int as stable_income, monthly_benefit, assessed_income, ${day('assessed_on')} as assessed_on,
      ${day('exit_grace_until')} as exit_grace_until, ${day('last_verified_on')} as last_verified_on,
      ${day('last_reviewed_on')} as last_reviewed_on, ${history} from household_states where ${since}`,
  },
  {
    table: 'mirror_authorisations',
    columns: ['household_no', 'granted_on', 'expires_on', 'revision', 'replaced'],
    select: `select household_no, ${day('granted_on')} as granted_on, coalesce(${day('expires_on')}, ${FOREVER}) as expires_on,
      ${history} from authorisations where ${since} and scope = 'finance'`,
  },
];

const cell = (value: unknown): string => (value === null ? '\\N' : String(value));

/**
 * Brings the mirror up to the newest revision and returns it. Rows are written identically however often, so a crash
 * between the two databases only repeats work.
 */
export const refreshMirror = async (postgres: Postgres, clickhouse: ClickHouse): Promise<number> => {
  const [state] = await postgres.query<{ mirrored: number; newest: number }>(
    `select coalesce((select revision from registry_mirror), 0)::bigint as mirrored,
       coalesce((select max(revision) from registry_revisions), 0)::bigint as newest`,
  );
  const { mirrored: from, newest } = state ?? { mirrored: 0, newest: 0 };
  if (newest <= from) return from;
  for (const { table, columns, select } of mirrored) {
    await streamRows(postgres, select, [from], (rows) =>
      clickhouse.insertTsv(
        table,
        [...columns],
        rows.map((row) => `${columns.map((column) => cell(row[column])).join('\t')}\n`).join(''),
      ),
    );
  }
  await postgres.query(
    `insert into registry_mirror (revision) values ($1)
     on conflict (singleton) do update set revision = greatest(registry_mirror.revision, excluded.revision)`,
    [newest],
  );
  return newest;
};
