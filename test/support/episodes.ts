/** rules.md section 4 as a small model: how warnings and duties stand after evaluations, when no person acts. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Finding, OracleEvaluation, OracleState } from '../oracle/index.ts';
import { placeOn } from '../oracle/registry-state.ts';
import { catalogueRules, householdName, truthsOf } from './agreement.ts';
import type { WarningLine } from './program.ts';

const LEVELS = ['red', 'orange', 'yellow', 'blue'];
const CATALOGUE = resolve(import.meta.dirname, '../../rules/catalogue');

const duties = (): Set<string> =>
  new Set(
    catalogueRules().filter(
      (rule) =>
        (parse(readFileSync(join(CATALOGUE, `${rule}.yaml`), 'utf8')) as { direction: string }).direction === 'duty',
    ),
  );

interface Episode {
  readonly finding: Finding;
  level: string;
  status: 'open' | 'cleared' | 'closed';
  readonly baseline: boolean;
  lastEvaluatedOn: string;
}

/** What an evaluation must have printed, as far as the model knows it. */
export interface Judged {
  readonly findings: number;
  readonly opened: number;
  readonly cleared: number;
  readonly dutiesOpened: number;
  readonly dutiesCleared: number;
}

const higher = (a: string, b: string): string => (LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b);

const lineOf = (
  { rule_id, household_id, person_id }: Omit<Finding, 'level'>,
  level: string,
  status: string,
  baseline: boolean,
) => `${rule_id} ${householdName(household_id)} ${person_id ?? '-'} ${level} ${status}${baseline ? ' baseline' : ''}`;

/** Warnings and duties of all statuses as lines, to be compared with those of the model. */
export const warningLines = (warnings: readonly WarningLine[]): string[] =>
  warnings.map((w) => lineOf({ rule_id: w.rule_id, ...w.subject }, w.level, w.status, w.baseline)).sort();

/**
 * Takes evaluations in the order in which they are run. Only true raises; only false clears; not known does neither; an
 * evaluation for a day before a warning's last one changes nothing on it. Who is judged no longer (exited long ago, no
 * living member left, no member any more) has no findings, which is false. `only` is the rule of `evaluate --rule`.
 */
export const createEpisodes = () => {
  const isDuty = duties();
  const episodes = new Map<string, Episode[]>();
  const seen = new Set<string>();

  const take = (evaluation: OracleEvaluation, state: OracleState, asOf: string, only?: string): Judged => {
    const isAsked = (rule: string): boolean => only === undefined || rule === only;
    const truths = truthsOf(evaluation);
    const counts = { findings: 0, opened: 0, cleared: 0, dutiesOpened: 0, dutiesCleared: 0 };
    const bannerOf = (householdId: string): string | undefined =>
      placeOn(state.registry, householdId, asOf)?.regionCode.slice(0, 6);
    const open = (key: string, finding: Finding): void => {
      const before = episodes.get(key) ?? [];
      // Whom no record places belongs where everybody is registered: in these directories that is one banner.
      const somewhere = bannerOf([...state.registry.households.keys()][0] ?? '');
      const banner = finding.stranger?.banner || (finding.stranger ? somewhere : bannerOf(finding.household_id ?? ''));
      const isFirst = !seen.has(`${finding.rule_id}|${banner}`);
      const baseline = before.length === 0 && isFirst;
      episodes.set(key, [
        ...before,
        { finding, level: finding.level, status: 'open', baseline, lastEvaluatedOn: asOf },
      ]);
      if (isDuty.has(finding.rule_id)) counts.dutiesOpened += 1;
      else counts.opened += 1;
    };
    const standing = [...episodes].map(([key, all]) => [key, all.at(-1) as Episode] as const);
    for (const [key, { truth, finding }] of truths) {
      if (truth !== 'true' || !isAsked(finding.rule_id)) continue;
      counts.findings += 1;
      const episode = episodes.get(key)?.at(-1);
      if (episode === undefined) open(key, finding);
      else if (asOf < episode.lastEvaluatedOn) continue;
      else if (episode.status === 'closed') open(key, finding);
      else {
        episode.lastEvaluatedOn = asOf;
        episode.level = higher(episode.level, finding.level);
        episode.status = 'open';
      }
    }
    for (const [key, episode] of standing) {
      const truth = truths.get(key)?.truth ?? 'false';
      if (!isAsked(episode.finding.rule_id) || truth === 'true' || asOf < episode.lastEvaluatedOn) continue;
      episode.lastEvaluatedOn = asOf;
      if (truth === 'not known' || episode.status !== 'open') continue;
      const duty = isDuty.has(episode.finding.rule_id);
      episode.status = duty ? 'closed' : 'cleared';
      if (duty) counts.dutiesCleared += 1;
      else counts.cleared += 1;
    }
    for (const rule of catalogueRules().filter(isAsked)) {
      for (const householdId of state.registry.households.keys()) seen.add(`${rule}|${bannerOf(householdId)}`);
    }
    return counts;
  };

  const lines = (): string[] =>
    [...episodes.values()]
      .flat()
      .map((e) => lineOf(e.finding, e.level, e.status, e.baseline))
      .sort();

  return { take, lines };
};
