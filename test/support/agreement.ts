/** What the oracle says and what the product prints, brought to the same lines. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { factsOn } from '../oracle/facts.ts';
import { type Finding, NOT_KNOWN, type OracleEvaluation, type OracleState, PROVISIONAL } from '../oracle/index.ts';
import type { GivenMatches, Match } from '../oracle/match-person.ts';
import { inForce } from '../oracle/record-store.ts';
import type { FactLine, MatchLine, WarningLine } from './program.ts';

const CATALOGUE = resolve(import.meta.dirname, '../../rules/catalogue');

/** Rules that the product has, by the names of their files. */
export const catalogueRules = (): string[] =>
  readdirSync(CATALOGUE)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace('.yaml', ''))
    .sort();

/** A household's id; of a provisional one what it begins with, the rest is the product's own. */
export const householdName = (id: string | null): string => (id?.startsWith(PROVISIONAL) ? PROVISIONAL : String(id));

const lineOf = ({ rule_id, household_id, person_id, level }: Finding): string =>
  `${rule_id} ${householdName(household_id)} ${person_id ?? '-'} ${level}`;

export const oracleFindings = (evaluation: Pick<OracleEvaluation, 'findings'>): string[] =>
  evaluation.findings.map(lineOf).sort();

/** Findings as they stand open in the product. */
export const openFindings = (warnings: readonly WarningLine[]): string[] =>
  warnings
    .filter(({ status }) => status === 'open')
    .map(({ rule_id, subject, level }) => lineOf({ rule_id, ...subject, level }))
    .sort();

/** `<feed>/<record_id> outcome person` of every record in force. */
export const oracleMatches = (state: OracleState): string[] =>
  Object.entries(state.records)
    .flatMap(([feed, { histories }]) =>
      [...histories.values()].flatMap((history) => {
        const stored = inForce(history);
        if (stored === undefined) return [];
        const { match } = stored;
        return [`${feed}/${history.recordId} ${match.outcome} ${'personId' in match ? match.personId : '-'}`];
      }),
    )
    .sort();

/**
 * What the product found by evidence, or by comparing sounds: the oracle can't, and takes it as given where number and name
 * leave it open. That the product asks the evidence only there shows when all matches are compared. A record that was
 * withdrawn, or that a later version says more of, is not among the matches: of it holds what was found `before`.
 */
export const givenBy = (matches: readonly MatchLine[], before: GivenMatches = new Map()): GivenMatches => {
  const given = new Map(before);
  for (const { feed, record_id, outcome, person_id, reasons } of matches) {
    const name = `${feed}/${record_id}`;
    if (reasons.includes('no_usable_identity')) given.delete(name);
    const isGiven = ['repaired', 'probable', 'review'].includes(outcome) || reasons.includes('name_sounds_same');
    if (isGiven) given.set(name, (person_id === null ? { outcome } : { outcome, personId: person_id }) as Match);
  }
  return given;
};

export const productMatches = (matches: readonly MatchLine[]): string[] =>
  matches
    .map(({ feed, record_id, outcome, person_id }) => `${feed}/${record_id} ${outcome} ${person_id ?? '-'}`)
    .sort();

/** `person feed/record version day` of every fact, whatever the day. */
export const oracleFacts = (state: OracleState): string[] =>
  [...factsOn(state, '9999-12-31').ofPerson]
    .flatMap(([person, facts]) =>
      facts.map((fact) => `${person} ${fact.feed}/${fact.recordId} ${fact.version} ${fact.occurredOn}`),
    )
    .sort();

export const productFacts = (facts: readonly FactLine[]): string[] =>
  facts.map((f) => `${f.person_id} ${f.feed}/${f.record_id} ${f.record_version} ${f.occurred_on}`).sort();

/** What a load counts of records, as the oracle does. */
export const countsOf = (counts: {
  records: object;
  rejected_by_reason: object;
  completions: number;
  matches: object;
}): object => ({
  records: { ...counts.records },
  rejected_by_reason: { ...counts.rejected_by_reason },
  completions: counts.completions,
  matches: { ...counts.matches },
});

export type TruthName = 'true' | 'false' | 'not known';

/** The truth of every rule and subject that the oracle judged: key `rule|household or person`. */
export const truthsOf = (evaluation: OracleEvaluation): Map<string, { truth: TruthName; finding: Finding }> =>
  new Map(
    evaluation.truths.map(({ truth, ...finding }) => [
      `${finding.rule_id}|${finding.stranger?.key ?? finding.person_id ?? finding.household_id}`,
      { truth: truth === NOT_KNOWN ? 'not known' : truth ? 'true' : 'false', finding },
    ]),
  );
