/** Touches the world: rows of `yilian export`, a page at a time, in a fixed order (commands.md). */
import { readJudgements } from '../matchers/index.ts';
import { formatShanghai } from '../platform/calendar.ts';
import { streamRows } from '../registry/index.ts';
import type { System } from './system.ts';
import { hashOfClaim } from './verdict-file.ts';

export type ExportRow = Record<string, unknown>;
type Pages = (system: System) => AsyncIterable<ExportRow[]>;

export interface ExportSource {
  /** Columns where a format has no nested values; a subject's two ids stand apart. */
  readonly columns: readonly string[];
  readonly pages: Pages;
}

/** Pages of a PostgreSQL select as an async iterable. */
async function* pages<R extends Record<string, unknown>>(system: System, sql: string): AsyncGenerator<R[]> {
  const queue: R[][] = [];
  let wake: () => void = () => undefined;
  let took: () => void = () => undefined;
  let ended = false;
  const running = streamRows<R>(system.postgres, sql, [], async (rows) => {
    queue.push(rows);
    wake();
    await new Promise<void>((resolve) => {
      took = resolve;
    });
  }).finally(() => {
    ended = true;
    wake();
  });
  running.catch(() => undefined);
  for (;;) {
    if (queue.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const rows = queue.shift();
    if (rows === undefined) break;
    yield rows;
    took();
  }
  await running;
}

interface WarningRow extends Record<string, unknown> {
  household_id: string | null;
  person_id: string | null;
  opened_at: Date;
}

const warningsOf = (kind: 'warning' | 'duty'): Pages =>
  async function* warnings(system) {
    const sql = `select warning_id, rule_id, rule_version, household_id, person_id, level, direction, as_of, opened_at, status,
        baseline, case_id, parameters, indicators, records
      from warnings where kind = '${kind}' order by rule_id, household_no, person_no nulls first, episode, warning_id`;
    for await (const rows of pages<WarningRow>(system, sql)) {
      yield rows.map(({ household_id, person_id, opened_at, warning_id, rule_id, rule_version, ...rest }) => ({
        ...{ warning_id, rule_id, rule_version, subject: { household_id, person_id } },
        ...{
          level: rest['level'],
          direction: rest['direction'],
          as_of: rest['as_of'],
          opened_at: formatShanghai(opened_at),
        },
        ...{ status: rest['status'], baseline: rest['baseline'], case_id: rest['case_id'] },
        ...{ parameters: rest['parameters'], indicators: rest['indicators'], records: rest['records'] },
      }));
    }
  };

async function* cases(system: System): AsyncGenerator<ExportRow[]> {
  const sql = `select case_id, household_id, track, region_code, level, state, version, opened_at, opened_as_of, previous_case_id,
      (select coalesce(jsonb_agg(w.warning_id order by w.warning_id), '[]') from warnings w where w.case_id = c.case_id) as warnings
    from cases c order by case_id`;
  for await (const rows of pages<{ opened_at: Date }>(system, sql)) {
    yield rows.map((row) => ({ ...row, opened_at: formatShanghai(row.opened_at) }));
  }
}

async function* referrals(system: System): AsyncGenerator<ExportRow[]> {
  type Row = Record<'created_at' | 'sent_at' | 'accepted_at' | 'answered_at', Date | null>;
  const sql = `select referral_id, case_id, household_id, service, department, channel, status, version, level, region_code,
      created_at, sent_at, accepted_at, answered_at, due_on
    from referrals order by case_id, ordinal`;
  const moment = (at: Date | null): string | null => (at === null ? null : formatShanghai(at));
  for await (const rows of pages<Row>(system, sql)) {
    yield rows.map(({ created_at, sent_at, accepted_at, answered_at, ...row }) => ({
      ...row,
      ...{ created_at: moment(created_at), sent_at: moment(sent_at) },
      ...{ accepted_at: moment(accepted_at), answered_at: moment(answered_at) },
    }));
  }
}

async function* quarantined(system: System): AsyncGenerator<ExportRow[]> {
  const sql = `select q.feed, f.name, q.position, q.reason, q.field, q.received_at, q.raw_sealed, q.raw_length
    from quarantine q join received_files f using (file_no) order by q.feed, f.name, f.file_no, q.position`;
  type Row = {
    feed: string;
    name: string;
    position: number;
    reason: string;
    field: string | null;
    received_at: Date;
    raw_sealed: Buffer;
  };
  for await (const rows of pages<Row>(system, sql)) {
    yield rows.map((row) => ({
      ...{ feed: row.feed, source: row.name, position: row.position, reason: row.reason, field: row.field },
      received_at: formatShanghai(row.received_at),
      raw: system.cipher.open(row.raw_sealed).toString('base64'),
    }));
  }
}

async function* orders(system: System): AsyncGenerator<ExportRow[]> {
  const side = (person: string, name: string): string => `left join lateral (
      select p.person_id, h.household_id from persons p left join memberships m on m.person_no = p.person_no and m.replaced is null
      left join households h on h.household_no = m.household_no
      where p.person_no = d.${person} order by m.left_on desc nulls first, m.member_from desc nulls last limit 1) ${name} on true`;
  const sql = `select o.order_no, o.kind, a.person_id as first_person_id, a.household_id as first_household_id,
      b.person_id as second_person_id, b.household_id as second_household_id, o.opened_at, o.closed_at, o.closed_why
    from correction_orders o join duplicate_pairs d using (pair_id) ${side('first_no', 'a')} ${side('second_no', 'b')}
    order by o.order_no`;
  for await (const rows of pages<{ opened_at: Date; closed_at: Date | null }>(system, sql)) {
    yield rows.map((row) => ({
      ...row,
      opened_at: formatShanghai(row.opened_at),
      closed_at: row.closed_at === null ? null : formatShanghai(row.closed_at),
    }));
  }
}

const PAGE = 20_000;

/** Outer ids of persons and of the household each belongs to on the day of the newest load. */
const outerIds = async (
  system: System,
  personNos: readonly number[],
): Promise<Map<number, { person_id: string; household_id: string | null }>> => {
  const rows = await system.postgres.query<{ person_no: number; person_id: string; household_id: string | null }>(
    `select p.person_no, p.person_id, (
       select h.household_id from memberships m join households h using (household_no)
       where m.person_no = p.person_no and m.replaced is null and coalesce(m.member_from, '-infinity') <= day.as_of
         and coalesce(m.left_on, 'infinity') > day.as_of
       order by m.member_from desc nulls last limit 1) as household_id
     from persons p, (select coalesce(max(as_of), current_date) as as_of from loads) as day
     where p.person_no = any($1::int[])`,
    [personNos],
  );
  return new Map(rows.map((row) => [row.person_no, row]));
};

async function* matches(system: System): AsyncGenerator<ExportRow[]> {
  type Row = {
    feed: string;
    key: string;
    record_id: string;
    outcome: string;
    person_no: number;
    score: number;
    reasons: string[];
    rank: string;
  };
  let after = { feed: '', key: '0', record_id: '' };
  for (;;) {
    const rows = await system.clickhouse.query<Row>(
      'pages',
      `SELECT feed, key, record_id, outcome, person_no, score, reasons, rank FROM record_versions FINAL
       WHERE (feed, key, record_id) > ({feed:String}, {key:UInt64}, {record_id:String})
       ORDER BY feed, key, record_id, rank DESC LIMIT 1 BY feed, key, record_id LIMIT {page:UInt32}`,
      { ...after, page: PAGE },
    );
    const ids = await outerIds(system, [...new Set(rows.map((row) => row.person_no).filter((no) => no !== 0))]);
    yield rows
      .filter((row) => row.outcome !== 'withdrawn')
      .map((row) => ({
        ...{ feed: row.feed, record_id: row.record_id, outcome: row.outcome },
        person_id: ids.get(row.person_no)?.person_id ?? null,
        household_id: ids.get(row.person_no)?.household_id ?? null,
        score: row.person_no === 0 ? null : row.score,
        reasons: row.reasons,
      }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

async function* facts(system: System): AsyncGenerator<ExportRow[]> {
  type Row = { person_no: number; fact_key: string; received: string } & Record<string, unknown>;
  let after = { person_no: 0, fact_key: '0' };
  for (;;) {
    const rows = await system.clickhouse.query<Row>(
      'pages',
      `SELECT person_no, fact_key, feed, record_id, record_version, kind, toString(toDate32('1970-01-01') + day) AS occurred_on,
         concat(toString(intDiv(month, 12)), '-', leftPad(toString(month % 12 + 1), 2, '0')) AS month,
         amount, amount_b, category, grade, water, toString(toUnixTimestamp64Milli(received_at)) AS received
       FROM facts FINAL WHERE (person_no, fact_key) > ({person_no:UInt32}, {fact_key:UInt64})
       ORDER BY person_no, fact_key LIMIT {page:UInt32}`,
      { ...after, page: PAGE },
    );
    const ids = await outerIds(system, [...new Set(rows.map((row) => row.person_no))]);
    yield rows.map(({ person_no, fact_key: _, received, amount, amount_b, record_version, ...rest }) => ({
      person_id: ids.get(person_no)?.person_id ?? null,
      ...rest,
      record_version: Number(record_version),
      amount: (Number(amount) / 100).toFixed(2),
      amount_b: (Number(amount_b) / 100).toFixed(2),
      received_at: formatShanghai(new Date(Number(received))),
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

const warningColumns =
  'warning_id rule_id rule_version household_id person_id level direction as_of opened_at status baseline case_id parameters indicators records';

const source = (columns: string, pagesOf: Pages): ExportSource => ({ columns: columns.split(' '), pages: pagesOf });

/** What reviewers found out, for `matching train --verdicts`: of the claimed identity its hash alone. */
async function* verdicts(system: System): AsyncGenerator<ExportRow[]> {
  const rows: { claim_hash: string; verdict: string; person_no: number }[] = [];
  for (const [key, { must, cannot }] of await readJudgements(system.postgres, system.cipher)) {
    const claim_hash = hashOfClaim(key);
    if (must !== 0) rows.push({ claim_hash, verdict: 'must', person_no: must });
    for (const person_no of cannot) rows.push({ claim_hash, verdict: 'cannot', person_no });
  }
  rows.sort((a, b) => (a.claim_hash < b.claim_hash ? -1 : a.claim_hash > b.claim_hash ? 1 : a.person_no - b.person_no));
  for (let i = 0; i < rows.length; i += PAGE) {
    const page = rows.slice(i, i + PAGE);
    const ids = await outerIds(system, [...new Set(page.map((row) => row.person_no))]);
    yield page.map(({ claim_hash, verdict, person_no }) => ({
      ...{ claim_hash, verdict, person_id: ids.get(person_no)?.person_id ?? null },
    }));
  }
}

/** What can be exported, by the name that the command takes. */
export const exportSources: Readonly<Record<string, ExportSource>> = {
  warnings: source(warningColumns, warningsOf('warning')),
  duties: source(warningColumns, warningsOf('duty')),
  cases: source(
    'case_id household_id track region_code level state version opened_at opened_as_of previous_case_id warnings',
    cases,
  ),
  referrals: source(
    'referral_id case_id household_id service department channel status version level region_code created_at sent_at accepted_at answered_at due_on',
    referrals,
  ),
  matches: source('feed record_id outcome person_id household_id score reasons', matches),
  verdicts: source('claim_hash verdict person_id', verdicts),
  corrections: source(
    'order_no kind first_person_id first_household_id second_person_id second_household_id opened_at closed_at closed_why',
    orders,
  ),
  quarantine: source('feed source position reason field received_at raw', quarantined),
  facts: source(
    'person_id feed record_id record_version kind occurred_on month category grade water amount amount_b received_at',
    facts,
  ),
};
