/** The oracle: a second, naive program for the same contracts, that the product is compared with. */
import type { Day } from './calendar.ts';
import { type Evaluation, evaluate, type Finding, type Judged } from './evaluate.ts';
import { explainHousehold } from './explain.ts';
import { emptyState, type LoadCounts, loadDirectory, type OracleState } from './load-directory.ts';
import type { GivenMatches } from './match-person.ts';

export { type Finding, PROVISIONAL } from './evaluate.ts';
export { NOT_KNOWN } from './known.ts';
export type { OracleState } from './load-directory.ts';

export interface OracleEvaluation {
  /** Sorted by rule, household, person; screening findings carry null twice. */
  readonly findings: Finding[];
  /** Every rule and subject judged: true, false, or NOT_KNOWN. */
  readonly truths: Judged[];
  /** Every indicator of a household as text, 'not known' where it is. */
  readonly explain: (householdId: string) => Record<string, string>;
}

export interface OracleResult extends LoadCounts, OracleEvaluation {
  readonly state: OracleState;
  readonly asOf: Day;
}

/** A directory to be loaded, and what the matches that take evidence were found to be after it. */
export interface OracleLoad {
  readonly dir: string;
  readonly asOf: string;
  readonly given?: GivenMatches;
}

/** Loads the directories in order into an empty store and returns what the last load reports. */
export function runOracle(dirs: readonly OracleLoad[]): OracleResult {
  const state = emptyState();
  let last: { counts: LoadCounts; asOf: Day } | undefined;
  for (const { dir, asOf, given } of dirs) last = { counts: loadDirectory(state, dir, asOf, given), asOf };
  if (!last) throw new Error('runOracle needs at least one directory');
  return { ...last.counts, ...evaluateOracle(state, last.asOf), state, asOf: last.asOf };
}

/** The same state judged as of another day. */
export function evaluateOracle(state: OracleState, asOf: string): OracleEvaluation {
  const evaluation: Evaluation = evaluate(state, asOf);
  return {
    findings: evaluation.findings,
    truths: evaluation.truths,
    explain: (householdId) => explainHousehold(evaluation, householdId),
  };
}
