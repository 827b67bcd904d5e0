/** Touches the world: warnings and duties (PostgreSQL). */
import { formatDay, parseIsoDay, shanghaiDay } from '../platform/calendar.ts';
import { collectGarbage } from '../platform/garbage.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Level } from '../rules/index.ts';
import { warningDue } from './clocks.ts';
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
    household_no: number | null;
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
      householdNo: row.household_no ?? 0,
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

export interface OuterIds {
  readonly persons: ReadonlyMap<number, string>;
  readonly households: ReadonlyMap<number, string>;
}

/** Last day of a warning's clock, which starts when it is delivered to the queue; baseline findings and duties have none. */
const dueOf = ({ kind, baseline, finding }: OpenedWarning, delivered: number): string | null =>
  kind === 'duty' || baseline ? null : formatDay(warningDue(finding.regionCode, delivered));

/** Warnings written in one statement: each brings the names of its records along, which may be hundreds. */
const AT_ONCE = 2_000;

/** Inserts newly opened warnings and duties. */
export const insertWarnings = async (
  tx: Tx,
  opened: readonly OpenedWarning[],
  options: { ids: OuterIds; caseOf: ReadonlyMap<string, string>; at: Date; asOf: number },
): Promise<void> => {
  const delivered = shanghaiDay(options.at);
  for (let from = 0; from < opened.length; from += AT_ONCE) {
    const rows = opened.slice(from, from + AT_ONCE).map((warning) => {
      const { finding } = warning;
      return {
        warning_id: warning.warningId,
        kind: warning.kind,
        rule_id: finding.ruleId,
        rule_version: finding.ruleVersion,
        subject: warning.subject,
        household_no: finding.unregistered === undefined ? finding.householdNo : null,
        household_id: options.ids.households.get(finding.householdNo) ?? null,
        person_no: finding.personNo,
        person_id: finding.personNo === null ? null : (options.ids.persons.get(finding.personNo) ?? null),
        region_code: finding.regionCode,
        episode: warning.episode,
        level: finding.level,
        direction: finding.direction,
        baseline: warning.baseline,
        due_on: dueOf(warning, delivered),
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
         indicators, records, finding_hash, due_on)
       select warning_id, kind, rule_id, rule_version, subject, household_no, household_id, person_no, person_id,
         region_code, episode, level, direction, baseline, 'open', $2, $3, $2, case_id, parameters, indicators, records, finding_hash, due_on
       from jsonb_to_recordset($1::jsonb) as w (warning_id text, kind text, rule_id text, rule_version int, subject text,
         household_no int, household_id text, person_no int, person_id text, region_code text, episode int, level text,
         direction text, baseline boolean, case_id text, parameters jsonb, indicators jsonb, records jsonb, finding_hash bytea, due_on date)`,
      [JSON.stringify(rows), formatDay(options.asOf), options.at],
    );
    collectGarbage();
  }
};

/** Keeps new observations and brings the warnings to them. One that a person has closed meanwhile stays closed. */
export const observeWarnings = async (
  tx: Tx,
  observed: readonly ObservedWarning[],
  at: Date,
  asOf: number,
): Promise<void> => {
  for (let from = 0; from < observed.length; from += AT_ONCE) {
    await observeSome(tx, observed.slice(from, from + AT_ONCE), at, asOf);
    collectGarbage();
  }
};

const observeSome = async (tx: Tx, observed: readonly ObservedWarning[], at: Date, asOf: number): Promise<void> => {
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
     from ${source} where w.warning_id = o.warning_id and w.status <> 'closed'`,
    [JSON.stringify(rows), formatDay(asOf)],
  );
};

/**
 * Marks what became false: a warning says so and waits for a person, a duty closes itself. One that a person has closed
 * meanwhile stays closed.
 */
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
     where warning_id = any($1) and status in ('open', 'snoozed')`,
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

/** Notes that rules have now been evaluated in every banner with registered households, and wherever else they found anybody. */
export const noteBaselines = async (tx: Tx, ruleIds: readonly string[], asOf: number): Promise<void> => {
  await tx.query(
    `insert into rule_baselines (rule_id, banner, as_of)
     select rule_id, banner, $2 from unnest($1::text[]) as rule_id
       cross join (
         select left(region_code, 6) as banner from household_states where replaced is null
         union select left(region_code, 6) from warnings where household_no is null or starts_with(household_id, 'provisional-')
       ) banners
     on conflict do nothing`,
    [ruleIds, formatDay(asOf)],
  );
};
