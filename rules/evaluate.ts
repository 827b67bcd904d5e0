/** Touches the world: evaluates rules on a day in one statement per slice of households. */
import { setImmediate } from 'node:timers/promises';
import { readEffectiveCompletions } from '../ingest/index.ts';
import { addMonths } from '../platform/calendar.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Cipher } from '../platform/crypto.ts';
import { collectGarbage } from '../platform/garbage.ts';
import { groupBy } from '../platform/group-by.ts';
import type { Postgres } from '../platform/postgres.ts';
import { readCommonRegion, readRevision, refreshMirror } from '../registry/index.ts';
import type { Catalogue } from './catalogue.ts';
import { type Evaluation, type Finding, type Rule, subjectKey, subjectOf } from './contract.ts';
import { type JudgedRow, toFindings } from './findings.ts';
import { rulesInForce } from './parameters.ts';
import { createWatermarks, incomeMonths, standardsFor } from './regions.ts';
import { buildStatement, type Statement, type SweepScope } from './statement.ts';
import {
  dropSweep,
  insertSweepHouseholds,
  insertSweepRegions,
  readEvidence,
  readHighestHousehold,
  readRegionAreas,
  readStandards,
} from './store.ts';
import { judgeUnregistered } from './unregistered.ts';

/** Households in one statement: bounds its memory, and others get their turn between two slices. Each costs its analysis, 0.5 s. */
const SLICE = 5_000;
/** Persons whose records are read at once for explanations. */
const EVIDENCE_PERSONS = 2_000;
/** Households explained in one go; then others get their turn. */
const AT_ONCE = 50;

export interface EvaluateOptions {
  readonly asOf: number;
  readonly catalogue: Catalogue;
  /** A number that no other evaluation uses at the same time. */
  readonly sweep: number;
  /** 'all' households, or those given (the dirty ones). */
  readonly scope: 'all' | readonly number[];
  /** Households ever warned of, whose answers are wanted also when nothing is true. */
  readonly watched: readonly number[];
  readonly knownAt?: Date | null;
  readonly ruleId?: string;
  readonly signal?: AbortSignal;
}

export interface EvaluateDeps {
  readonly postgres: Postgres;
  readonly clickhouse: ClickHouse;
  /** Opens records that wait, in memory only. */
  readonly cipher: Pick<Cipher, 'open' | 'lookupHash'>;
}

const writeRegions = async (
  deps: { postgres: Postgres; clickhouse: ClickHouse },
  options: EvaluateOptions,
  revision: number,
): Promise<void> => {
  const declared = await readEffectiveCompletions(deps.postgres, options.knownAt ?? null);
  const watermarksOf = createWatermarks(
    declared.map((d) => ({ feed: d.feed, regionPrefix: d.region_prefix, month: d.month, effective: d.effective })),
  );
  const standards = await readStandards(deps.postgres, revision);
  const lines = (await readRegionAreas(deps.postgres)).map(({ region_code, area }) => {
    const months = incomeMonths(watermarksOf, region_code, options.asOf);
    const amounts = [...standardsFor(standards, region_code, area, options.asOf)].map(
      ([kind, fen]) => `'${kind}':${fen}`,
    );
    return `${options.sweep}\t${region_code}\t${area}\t${months?.first ?? '\\N'}\t${months?.last ?? '\\N'}\t{${amounts.join(',')}}\n`;
  });
  await insertSweepRegions(deps.clickhouse, lines.join(''));
};

/**
 * Evaluates the rules in force on a day. Nothing reads the wall clock. Refuses to run on a mirror older than the
 * registry: it brings the mirror up to date first.
 */
export const evaluateRules = async (deps: EvaluateDeps, options: EvaluateOptions): Promise<Evaluation> => {
  const { clickhouse } = deps;
  await refreshMirror(deps.postgres, clickhouse);
  const revision = await readRevision(deps.postgres, options.knownAt ?? null);
  const rules = rulesInForce(options.catalogue.rules, options.asOf).filter(
    (rule) => options.ruleId === undefined || rule.id === options.ruleId,
  );
  await writeRegions(deps, options, revision);
  const scope = options.scope === 'all' ? null : new Set(options.scope);
  const watched = options.watched.filter((no) => scope === null || scope.has(no));
  await insertSweepHouseholds(clickhouse, options.sweep, [
    ...watched.map((householdNo) => ({ householdNo, watched: true })),
    ...[...(scope ?? [])].map((householdNo) => ({ householdNo, watched: false })),
  ]);
  const findings: Finding[] = [];
  const unknown = new Set<string>();
  const persons = new Set<number>();
  for (const slice of scope === null ? slicesTo(await readHighestHousehold(clickhouse)) : slicesOf(scope)) {
    options.signal?.throwIfAborted();
    const statement = buildStatement({
      rules,
      indicators: options.catalogue.indicators,
      asOf: options.asOf,
      scope: slice,
      knownAt: options.knownAt ?? null,
    });
    const rows = await runStatement(clickhouse, statement, slice, options, revision);
    findings.push(...(await explain(clickhouse, statement, rows, options, unknown)));
    for (const row of rows) for (const [personNo] of row.persons) persons.add(personNo);
    collectGarbage();
  }
  await dropSweep(clickhouse, options.sweep);
  const unregistered = scope === null ? { unregistered: await strangers(deps, rules, options) } : {};
  return {
    asOf: options.asOf,
    findings,
    unknown,
    ...unregistered,
    covers: (householdNo) => scope === null || scope.has(householdNo),
    coversPerson: (personNo) => scope === null || persons.has(personNo),
    persons,
    ruleIds: new Set(rules.map((rule) => rule.id)),
    registryRevision: revision,
  };
};

const slicesTo = (top: number): SweepScope[] =>
  Array.from({ length: Math.ceil(top / SLICE) }, (_, i) => ({
    from: i * SLICE + 1,
    to: (i + 1) * SLICE,
    listed: false,
  }));

/** By number: households that are registered together lie together, and so do the facts about them. */
const slicesOf = (households: ReadonlySet<number>): SweepScope[] => {
  const inOrder = Uint32Array.from(households).sort();
  return Array.from({ length: Math.ceil(inOrder.length / SLICE) }, (_, i) => {
    const slice = inOrder.subarray(i * SLICE, (i + 1) * SLICE);
    return { from: slice[0] as number, to: slice.at(-1) as number, listed: true };
  });
};

/** People in no registry are looked at with everybody else only: a mark of what changed names none of them. */
const strangers = async (deps: EvaluateDeps, rules: readonly Rule[], options: EvaluateOptions) =>
  judgeUnregistered(deps, {
    ...{ rules, catalogue: options.catalogue, asOf: options.asOf, knownAt: options.knownAt ?? null },
    area: await readCommonRegion(deps.postgres),
  });

const runStatement = (
  clickhouse: ClickHouse,
  statement: Statement,
  slice: SweepScope,
  options: EvaluateOptions,
  revision: number,
): Promise<JudgedRow[]> =>
  clickhouse.query<JudgedRow>('sweep', statement.sql, {
    ...statement.params,
    as_of: options.asOf,
    year_ago: addMonths(options.asOf, -12),
    sweep: options.sweep,
    revision,
    grant_gap: options.catalogue.indicators.parameters['grant_gap_days']?.value ?? 0,
    scope_from: slice.from,
    scope_to: slice.to,
    ...(options.knownAt ? { known_at: options.knownAt } : {}),
  });

/** Findings of judged rows with the records they rest on, read for a few thousand persons at a time. */
const explain = async (
  clickhouse: ClickHouse,
  statement: Statement,
  rows: readonly JudgedRow[],
  options: EvaluateOptions,
  unknown: Set<string>,
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const personsOf = (row: JudgedRow): number[] => [
    ...new Set([
      ...row.dwelling_persons,
      ...row.living_persons,
      ...row.spending_persons,
      ...row.persons.map((p) => p[0]),
    ]),
  ];
  for (let at = 0; at < rows.length; ) {
    const part: JudgedRow[] = [];
    const persons: number[] = [];
    while (at < rows.length && persons.length < EVIDENCE_PERSONS) {
      const row = rows[at] as JudgedRow;
      part.push(row);
      persons.push(...personsOf(row));
      at += 1;
    }
    const facts = await readEvidence(clickhouse, persons, { asOf: options.asOf, knownAt: options.knownAt ?? null });
    const byPerson = groupBy(facts, (fact) => fact.personNo);
    for (const [i, row] of part.entries()) {
      if (i % AT_ONCE === 0) await setImmediate();
      const own = personsOf(row).flatMap((no) => byPerson.get(no) ?? []);
      const judged = toFindings(statement, row, own, options.catalogue.indicators, options.asOf);
      findings.push(...judged.findings);
      for (const [rule, person] of judged.unknown) unknown.add(subjectKey(rule, subjectOf(row.household_no, person)));
    }
  }
  return findings;
};
