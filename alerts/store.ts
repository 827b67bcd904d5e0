/** Touches the world: warnings, duties, cases and their events (PostgreSQL). */
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Level } from '../rules/index.ts';
import type { StoredEvent } from './chain.ts';
import type { CaseWrite, HouseholdChain, StandingCase, Track } from './decide-cases.ts';
import type { ObservedWarning, OpenedWarning, StandingWarning } from './decide-warnings.ts';

const dayOf = (text: string | null): number | null => (text === null ? null : parseIsoDay(text));

/** Latest episode of every warning and duty of the rules, of all households or of the households and persons given. */
export const readStandingWarnings = async (
  tx: Tx,
  ruleIds: readonly string[],
  households: readonly number[] | null,
  persons: readonly number[],
): Promise<{ standing: StandingWarning[]; closedAt: Map<string, Date> }> => {
  const rows = await tx.query<{
    warning_id: string;
    kind: 'warning' | 'duty';
    rule_id: string;
    subject: string;
    household_no: number;
    person_no: number | null;
    episode: number;
    status: StandingWarning['status'];
    level: Level;
    last_evaluated_on: string;
    finding_hash: Buffer;
    closed_on: string | null;
    closed_at: Date | null;
    closed_level: Level | null;
    false_since_closed: boolean;
    case_id: string | null;
  }>(
    `select distinct on (rule_id, subject) warning_id, kind, rule_id, subject, household_no, person_no, episode, status, level,
       last_evaluated_on, finding_hash, closed_on, closed_at, closed_level, false_since_closed, case_id
     from warnings where rule_id = any($1) and ($2::int[] is null or household_no = any($2) or person_no = any($3::int[]))
     order by rule_id, subject, episode desc`,
    [ruleIds, households, persons],
  );
  const standing = rows.map(
    (row): StandingWarning => ({
      warningId: row.warning_id,
      kind: row.kind,
      ruleId: row.rule_id,
      subject: row.subject,
      householdNo: row.household_no,
      personNo: row.person_no,
      episode: row.episode,
      status: row.status,
      level: row.level,
      lastEvaluatedOn: parseIsoDay(row.last_evaluated_on) as number,
      findingHash: row.finding_hash.toString('hex'),
      closedOn: dayOf(row.closed_on),
      closedLevel: row.closed_level,
      falseSinceClosed: row.false_since_closed,
      caseId: row.case_id,
    }),
  );
  return {
    standing,
    closedAt: new Map(rows.flatMap((row) => (row.closed_at === null ? [] : [[row.warning_id, row.closed_at]]))),
  };
};

/** Households and persons that have ever been warned of; a person may live in another household by now. */
export const readWarned = async (postgres: Postgres): Promise<{ households: number[]; persons: number[] }> => {
  const rows = await postgres.query<{ household_no: number; person_no: number | null }>(
    'select distinct household_no, person_no from warnings where household_no is not null order by 1, 2',
    [],
    { scope: '*' },
  );
  return {
    households: [...new Set(rows.map((row) => row.household_no))],
    persons: [...new Set(rows.flatMap((row) => row.person_no ?? []))],
  };
};

/** Chains of households, with outer id and region, locked against another writer for the transaction. */
export const readChains = async (tx: Tx, households: readonly number[]): Promise<Map<number, HouseholdChain>> => {
  const regions = await tx.query<{ household_no: number; household_id: string; region_code: string | null }>(
    `select h.household_no, h.household_id,
       (select region_code from household_states s where s.household_no = h.household_no and s.replaced is null
        order by held_from desc limit 1) as region_code
     from households h where h.household_no = any($1::int[])`,
    [households],
  );
  const cases = await tx.query<{
    case_id: string;
    household_no: number;
    track: Track;
    level: Level;
    state: string;
    version: number;
    head: Buffer;
    newest: boolean;
    total: number;
  }>(
    `select case_id, household_no, track, level, state, version, head,
       row_number() over (partition by household_no order by ordinal desc) = 1 as newest,
       (count(*) over (partition by household_no))::int as total
     from cases where household_no = any($1::int[])`,
    [households],
  );
  const chains = new Map<
    number,
    { open: Map<Track, StandingCase>; cases: number; newest: { caseId: string; head: Buffer } | null }
  >();
  for (const row of cases) {
    const chain = chains.get(row.household_no) ?? { open: new Map(), cases: row.total, newest: null };
    chains.set(row.household_no, chain);
    if (row.newest) chain.newest = { caseId: row.case_id, head: row.head };
    if (row.state === 'closed') continue;
    chain.open.set(row.track, {
      caseId: row.case_id,
      householdNo: row.household_no,
      track: row.track,
      level: row.level,
      open: true,
      version: row.version,
      head: row.head,
    });
  }
  return new Map(
    regions.map((row) => [
      row.household_no,
      {
        householdId: row.household_id,
        regionCode: row.region_code ?? '',
        ...(chains.get(row.household_no) ?? { open: new Map(), cases: 0, newest: null }),
      },
    ]),
  );
};

/** Writes cases with their new events, all or none; a case that changed meanwhile is a broken invariant (one sweeper). */
export const writeCases = async (tx: Tx, writes: readonly CaseWrite[], at: Date, asOf: number): Promise<void> => {
  await tx.query(
    `insert into cases (case_id, household_no, household_id, track, region_code, level, state, version, opened_at, opened_as_of, previous_case_id, head, ordinal)
     select c.case_id, c.household_no, c.household_id, c.track, c.region_code, c.level, 'opened', c.version, $9, $10, c.previous_case_id, c.head,
       coalesce((select max(ordinal) from cases o where o.household_no = c.household_no), 0) + row_number() over (partition by c.household_no order by c.place)
     from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bytea[], $11::text[])
       with ordinality as c (case_id, household_no, household_id, track, region_code, level, version, head, previous_case_id, place)
     order by c.place`,
    columns(
      writes.filter((w) => w.isNew),
      at,
      asOf,
    ),
  );
  const old = writes.filter((w) => !w.isNew);
  const updated = await tx.query(
    `update cases set level = w.level, version = w.version, head = w.head
     from unnest($1::text[], $2::text[], $3::int[], $4::bytea[], $5::int[]) as w (case_id, level, version, head, before)
     where cases.case_id = w.case_id and cases.version = w.before returning 1`,
    [
      old.map((w) => w.caseId),
      old.map((w) => w.level),
      old.map((w) => w.version),
      old.map((w) => w.head),
      old.map((w) => w.version - w.events.length),
    ],
  );
  if (updated.length !== old.length) throw new Error('a case changed while its warnings were joined');
  await writeEvents(tx, writes);
};

const columns = (fresh: readonly CaseWrite[], at: Date, asOf: number): unknown[] => [
  fresh.map((w) => w.caseId),
  fresh.map((w) => w.householdNo),
  fresh.map((w) => w.householdId),
  fresh.map((w) => w.track),
  fresh.map((w) => w.regionCode),
  fresh.map((w) => w.level),
  fresh.map((w) => w.version),
  fresh.map((w) => w.head),
  at,
  formatDay(asOf),
  fresh.map((w) => w.previousCaseId),
];

const writeEvents = async (tx: Tx, writes: readonly CaseWrite[]): Promise<void> => {
  const events = writes.flatMap((w) => w.events);
  await tx.query(
    `insert into case_events (case_id, sequence, event, previous_hash, hash)
     select * from unnest($1::text[], $2::int[], $3::jsonb[], $4::bytea[], $5::bytea[])`,
    [
      events.map((e) => e.event.case_id),
      events.map((e) => e.event.sequence),
      events.map((e) => JSON.stringify(e.event)),
      events.map((e) => e.previousHash),
      events.map((e) => e.hash),
    ],
  );
};

export interface OuterIds {
  readonly persons: ReadonlyMap<number, string>;
  readonly households: ReadonlyMap<number, string>;
}

/** Inserts newly opened warnings and duties. */
export const insertWarnings = async (
  tx: Tx,
  opened: readonly OpenedWarning[],
  options: { ids: OuterIds; caseOf: ReadonlyMap<string, string>; at: Date; asOf: number },
): Promise<void> => {
  for (let from = 0; from < opened.length; from += 2_000) {
    const rows = opened.slice(from, from + 2_000).map((warning) => {
      const { finding } = warning;
      return {
        warning_id: warning.warningId,
        kind: warning.kind,
        rule_id: finding.ruleId,
        rule_version: finding.ruleVersion,
        subject: warning.subject,
        household_no: finding.householdNo,
        household_id: options.ids.households.get(finding.householdNo) ?? null,
        person_no: finding.personNo,
        person_id: finding.personNo === null ? null : (options.ids.persons.get(finding.personNo) ?? null),
        region_code: finding.regionCode,
        episode: warning.episode,
        level: finding.level,
        direction: finding.direction,
        baseline: warning.baseline,
        case_id: options.caseOf.get(warning.warningId) ?? null,
        parameters: finding.parameters,
        indicators: finding.indicators,
        records: finding.records,
        finding_hash: `\\x${warning.findingHash}`,
      };
    });
    await tx.query(
      `insert into warnings (warning_id, kind, rule_id, rule_version, subject, household_no, household_id, person_no, person_id,
         region_code, episode, level, direction, baseline, status, as_of, opened_at, last_evaluated_on, case_id, parameters,
         indicators, records, finding_hash)
       select warning_id, kind, rule_id, rule_version, subject, household_no, household_id, person_no, person_id,
         region_code, episode, level, direction, baseline, 'open', $2, $3, $2, case_id, parameters, indicators, records, finding_hash
       from jsonb_to_recordset($1::jsonb) as w (warning_id text, kind text, rule_id text, rule_version int, subject text,
         household_no int, household_id text, person_no int, person_id text, region_code text, episode int, level text,
         direction text, baseline boolean, case_id text, parameters jsonb, indicators jsonb, records jsonb, finding_hash bytea)`,
      [JSON.stringify(rows), formatDay(options.asOf), options.at],
    );
  }
};

/** Keeps new observations and brings the warnings to them. */
export const observeWarnings = async (
  tx: Tx,
  observed: readonly ObservedWarning[],
  at: Date,
  asOf: number,
): Promise<void> => {
  const rows = observed.map(({ standing, level, finding, findingHash }) => ({
    warning_id: standing.warningId,
    level,
    found_level: finding.level,
    rule_version: finding.ruleVersion,
    parameters: finding.parameters,
    indicators: finding.indicators,
    records: finding.records,
    finding_hash: `\\x${findingHash}`,
  }));
  const source = `jsonb_to_recordset($1::jsonb) as o (warning_id text, level text, found_level text, rule_version int,
    parameters jsonb, indicators jsonb, records jsonb, finding_hash bytea)`;
  await tx.query(
    `insert into observations (warning_id, sequence, as_of, observed_at, level, parameters, indicators, records)
     select o.warning_id, coalesce((select max(sequence) from observations x where x.warning_id = o.warning_id), 0) + 1,
       $2, $3, o.found_level, o.parameters, o.indicators, o.records from ${source}`,
    [JSON.stringify(rows), formatDay(asOf), at],
  );
  await tx.query(
    `update warnings w set level = o.level, rule_version = o.rule_version, parameters = o.parameters, indicators = o.indicators,
       records = o.records, finding_hash = o.finding_hash, as_of = $2, cleared_on = null, cleared_reason = null,
       status = case when w.status = 'cleared' then 'open' else w.status end
     from ${source} where w.warning_id = o.warning_id`,
    [JSON.stringify(rows), formatDay(asOf)],
  );
};

/** Marks what became false: a warning says so and waits for a person, a duty closes itself. */
export const clearWarnings = async (
  tx: Tx,
  changes: {
    cleared: readonly StandingWarning[];
    ended: readonly StandingWarning[];
    evaluated: readonly StandingWarning[];
  },
  asOf: number,
): Promise<void> => {
  const day = formatDay(asOf);
  const ids = (warnings: readonly StandingWarning[]): string[] => warnings.map((w) => w.warningId);
  await tx.query(
    `update warnings set status = case kind when 'duty' then 'closed' else 'cleared' end, cleared_on = $2,
       cleared_reason = 'condition_false', closed_on = case kind when 'duty' then $2::date end,
       closed_level = case kind when 'duty' then level end, false_since_closed = kind = 'duty'
     where warning_id = any($1)`,
    [ids(changes.cleared), day],
  );
  await tx.query('update warnings set false_since_closed = true where warning_id = any($1)', [ids(changes.ended)]);
  await tx.query('update warnings set last_evaluated_on = $2 where warning_id = any($1)', [
    ids(changes.evaluated),
    day,
  ]);
};

/** Rules that have been evaluated in a banner before: their findings there are no baseline any more. */
export const readBaselines = async (tx: Tx): Promise<Set<string>> => {
  const rows = await tx.query<{ rule_id: string; banner: string }>('select rule_id, banner from rule_baselines');
  return new Set(rows.map((row) => `${row.rule_id}|${row.banner}`));
};

/** Notes that rules have now been evaluated in every banner with registered households. */
export const noteBaselines = async (tx: Tx, ruleIds: readonly string[], asOf: number): Promise<void> => {
  await tx.query(
    `insert into rule_baselines (rule_id, banner, as_of)
     select rule_id, banner, $2 from unnest($1::text[]) as rule_id
       cross join (select distinct left(region_code, 6) as banner from household_states where replaced is null) banners
     on conflict do nothing`,
    [ruleIds, formatDay(asOf)],
  );
};

/** Cases in order with their events, a page at a time, or one. */
export const readCasePage = async (
  postgres: Postgres,
  page: { after: string; limit: number } | { caseId: string },
): Promise<{ caseId: string; head: Buffer; previousCaseId: string | null; events: StoredEvent[] }[]> => {
  const cases = await postgres.query<{ case_id: string; head: Buffer; previous_case_id: string | null }>(
    'caseId' in page
      ? 'select case_id, head, previous_case_id from cases where case_id = $1'
      : 'select case_id, head, previous_case_id from cases where case_id > $1 order by case_id limit $2',
    'caseId' in page ? [page.caseId] : [page.after, page.limit],
    { scope: '*' },
  );
  const events = await readEvents(
    postgres,
    cases.map((c) => c.case_id),
  );
  return cases.map((c) => ({
    caseId: c.case_id,
    head: c.head,
    previousCaseId: c.previous_case_id,
    events: events.get(c.case_id) ?? [],
  }));
};

/** Events of cases in sequence. */
export const readEvents = async (
  postgres: Postgres,
  caseIds: readonly string[],
): Promise<Map<string, StoredEvent[]>> => {
  const rows = await postgres.query<{
    case_id: string;
    event: StoredEvent['event'];
    previous_hash: Buffer;
    hash: Buffer;
  }>(
    'select case_id, event, previous_hash, hash from case_events where case_id = any($1) order by case_id, sequence',
    [caseIds],
    { scope: '*' },
  );
  const events = new Map<string, StoredEvent[]>();
  for (const row of rows) {
    const list = events.get(row.case_id) ?? [];
    list.push({ event: row.event, previousHash: row.previous_hash, hash: row.hash });
    events.set(row.case_id, list);
  }
  return events;
};
