/** Touches the world: brings an evaluation's findings to warnings, duties and cases in one transaction. */
import { formatShanghai } from '../platform/calendar.ts';
import { groupBy } from '../platform/group-by.ts';
import type { Tx } from '../platform/postgres.ts';
import type { Evaluation } from '../rules/index.ts';
import { readChains, writeCases } from './chain-store.ts';
import { decideCases } from './decide-cases.ts';
import { decideWarnings, nameEpisode, type ObservedWarning } from './decide-warnings.ts';
import { withLinkedChains } from './linked-chains.ts';
import {
  clearWarnings,
  insertWarnings,
  noteBaselines,
  type OuterIds,
  observeWarnings,
  readBaselines,
  readStandingWarnings,
} from './store.ts';

/** What an evaluation changed, as `load --json` and `evaluate --json` print it. */
export interface OpenedCounts {
  readonly findings: number;
  readonly warnings: { readonly opened: number; readonly observed: number; readonly cleared: number };
  readonly duties: { readonly opened: number; readonly cleared: number };
  readonly cases: { readonly opened: number; readonly joined: number };
}

/**
 * Opens, observes and clears in the caller's transaction. Findings are raised at most once however often this runs:
 * identity is rule, subject and episode. `full` says that every household was evaluated.
 */
export const openFindings = async (
  tx: Tx,
  evaluation: Evaluation,
  options: {
    at: Date;
    full: boolean;
    households: readonly number[] | null;
    outerIds: (tx: Tx, persons: number[], households: number[]) => Promise<OuterIds>;
  },
): Promise<OpenedCounts> => {
  const { at } = options;
  const { asOf, findings } = evaluation;
  const ruleIds = [...evaluation.ruleIds];
  const baselines = await readBaselines(tx);
  const { standing, closedAt } = await readStandingWarnings(tx, ruleIds, options.households, [...evaluation.persons]);
  const changes = decideWarnings(evaluation, standing, {
    isBaseline: (ruleId, regionCode) => !baselines.has(`${ruleId}|${regionCode.slice(0, 6)}`),
    closedAt: (warningId) => closedAt.get(warningId) ?? null,
  });
  const raised = changes.observed.filter((o) => o.standing.caseId !== null && o.level !== o.standing.level);
  const registered = [...changes.opened, ...raised].filter((w) => w.finding.unregistered === undefined);
  const households = [...new Set(registered.map((w) => w.finding.householdNo))];
  const persons = changes.opened.flatMap((w) => (w.finding.personNo === null ? [] : [w.finding.personNo]));
  const ids = await options.outerIds(tx, persons, households);
  const named = changes.opened.map((episode) => nameEpisode(episode, ids));
  const chains = await withLinkedChains(tx, await readChains(tx, households), asOf);
  const cases = decideCases(named, raised, chains, formatShanghai(at), asOf);
  await writeCases(tx, cases.writes, at, asOf);
  await insertWarnings(tx, named, { ids, caseOf: cases.caseOf, at, asOf });
  await observeWarnings(tx, changes.observed, at, asOf);
  await clearWarnings(tx, changes, asOf);
  if (options.full) await noteBaselines(tx, ruleIds, asOf);
  const opened = groupBy(changes.opened, (w) => w.kind);
  const cleared = groupBy(changes.cleared, (w) => w.kind);
  return {
    findings: findings.length,
    warnings: {
      opened: opened.get('warning')?.length ?? 0,
      observed: changes.observed.filter((o: ObservedWarning) => o.standing.kind === 'warning').length,
      cleared: cleared.get('warning')?.length ?? 0,
    },
    duties: { opened: opened.get('duty')?.length ?? 0, cleared: cleared.get('duty')?.length ?? 0 },
    cases: { opened: cases.opened, joined: cases.joined },
  };
};
