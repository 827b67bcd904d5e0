import { createHash } from 'node:crypto';
import { type Evaluation, type Finding, type Level, levels, subjectKey, subjectOfFinding } from '../rules/index.ts';

/** The latest episode of a warning or duty as it stands. Days are numbers. */
export interface StandingWarning {
  readonly warningId: string;
  readonly kind: 'warning' | 'duty';
  readonly ruleId: string;
  readonly subject: string;
  /** 0 of somebody in no registry. */
  readonly householdNo: number;
  readonly personNo: number | null;
  readonly episode: number;
  readonly status: 'open' | 'snoozed' | 'cleared' | 'closed';
  readonly level: Level;
  readonly lastEvaluatedOn: number;
  readonly findingHash: string;
  readonly closedOn: number | null;
  readonly closedLevel: Level | null;
  readonly falseSinceClosed: boolean;
  readonly caseId: string | null;
}

export interface NewEpisode {
  readonly kind: 'warning' | 'duty';
  readonly subject: string;
  readonly episode: number;
  readonly baseline: boolean;
  readonly finding: Finding;
  readonly findingHash: string;
}

export interface OpenedWarning extends NewEpisode {
  readonly warningId: string;
}

export interface ObservedWarning {
  readonly standing: StandingWarning;
  readonly level: Level;
  readonly finding: Finding;
  readonly findingHash: string;
  /** It had been cleared and is found again before a person closed it. */
  readonly reopened: boolean;
}

export interface WarningChanges {
  readonly opened: readonly NewEpisode[];
  readonly observed: readonly ObservedWarning[];
  /** Condition false now; a duty closes itself, a warning waits for a person. */
  readonly cleared: readonly StandingWarning[];
  /** Closed ones whose condition is false now: a later finding is a new episode. */
  readonly ended: readonly StandingWarning[];
  /** Looked at on this day, whatever came of it. */
  readonly evaluated: readonly StandingWarning[];
}

/** Days after closing in which newer records alone don't begin a new episode (rules.md section 4). */
const QUIET_DAYS = 90;

export const higher = (a: Level, b: Level): Level => (levels.indexOf(a) <= levels.indexOf(b) ? a : b);
const isHigher = (a: Level, b: Level): boolean => levels.indexOf(a) < levels.indexOf(b);

const named = (episode: NewEpisode, subject: readonly [kind: string, id: string]): OpenedWarning => {
  const identity = JSON.stringify([episode.finding.ruleId, ...subject, episode.episode]);
  return { ...episode, warningId: `w-${createHash('sha256').update(identity).digest('hex').slice(0, 20)}` };
};

/**
 * Deterministic: the same rule, subject and episode is the same warning in every run and in every store. Pseudonyms are
 * not: another store has allotted them in another order.
 */
export const nameEpisode = (
  episode: NewEpisode,
  ids: { readonly persons: ReadonlyMap<number, string>; readonly households: ReadonlyMap<number, string> },
): OpenedWarning => {
  const { householdNo, personNo, unregistered } = episode.finding;
  if (unregistered !== undefined) return named(episode, ['unregistered', unregistered]);
  const id = personNo === null ? ids.households.get(householdNo) : ids.persons.get(personNo);
  if (id === undefined) throw new Error(`${episode.subject} of a finding is not registered`);
  return named(episode, [personNo === null ? 'household' : 'person', id]);
};

const beginsEpisode = (standing: StandingWarning, finding: Finding, asOf: number, closedAt: Date | null): boolean => {
  if (standing.falseSinceClosed) return true;
  if (standing.closedLevel !== null && isHigher(finding.level, standing.closedLevel)) return true;
  const newer = closedAt !== null && finding.newestRecordAt !== null && finding.newestRecordAt > closedAt;
  // Closing answered the records that were there; one that came later is to be answered, too.
  if (finding.answersRecords) return newer;
  const quietOver = standing.closedOn !== null && asOf - standing.closedOn >= QUIET_DAYS;
  return quietOver && newer;
};

/**
 * What an evaluation changes on warnings and duties (rules.md section 4). Only true raises, only false clears or ends an
 * episode, not known does neither; an evaluation for a day before a warning's last one changes nothing on it. Pure.
 */
export const decideWarnings = (
  evaluation: Evaluation,
  standing: readonly StandingWarning[],
  options: {
    isBaseline: (ruleId: string, regionCode: string) => boolean;
    closedAt: (warningId: string) => Date | null;
  },
): WarningChanges => {
  const { asOf } = evaluation;
  const opened: NewEpisode[] = [];
  const observed: ObservedWarning[] = [];
  const cleared: StandingWarning[] = [];
  const ended: StandingWarning[] = [];
  const evaluated: StandingWarning[] = [];
  const held = new Map(standing.map((warning) => [subjectKey(warning.ruleId, warning.subject), warning]));
  const found = new Set<string>();

  const open = (finding: Finding, subject: string, episode: number): void => {
    opened.push({
      kind: finding.direction === 'duty' ? 'duty' : 'warning',
      subject,
      episode,
      baseline: episode === 1 && options.isBaseline(finding.ruleId, finding.regionCode),
      finding,
      findingHash: finding.signature,
    });
  };

  for (const finding of evaluation.findings) {
    const subject = subjectOfFinding(finding);
    const key = subjectKey(finding.ruleId, subject);
    found.add(key);
    const warning = held.get(key);
    if (warning === undefined) {
      open(finding, subject, 1);
      continue;
    }
    if (asOf < warning.lastEvaluatedOn) continue;
    evaluated.push(warning);
    if (warning.status === 'closed') {
      if (beginsEpisode(warning, finding, asOf, options.closedAt(warning.warningId)))
        open(finding, subject, warning.episode + 1);
      continue;
    }
    const findingHash = finding.signature;
    const reopened = warning.status === 'cleared';
    if (findingHash !== warning.findingHash || reopened) {
      observed.push({ standing: warning, level: higher(warning.level, finding.level), finding, findingHash, reopened });
    }
  }

  const isLookedAt = ({ subject, personNo, householdNo }: StandingWarning): boolean =>
    subject.startsWith('u:')
      ? evaluation.unregistered !== undefined
      : personNo === null
        ? evaluation.covers(householdNo)
        : evaluation.coversPerson(personNo);

  for (const warning of standing) {
    const key = subjectKey(warning.ruleId, warning.subject);
    if (found.has(key) || !evaluation.ruleIds.has(warning.ruleId) || !isLookedAt(warning)) continue;
    if (asOf < warning.lastEvaluatedOn) continue;
    evaluated.push(warning);
    if (evaluation.unknown.has(key)) continue;
    if (warning.status === 'open' || warning.status === 'snoozed') cleared.push(warning);
    else if (warning.status === 'closed' && !warning.falseSinceClosed) ended.push(warning);
  }
  return { opened, observed, cleared, ended, evaluated };
};
