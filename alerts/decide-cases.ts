import { createHash } from 'node:crypto';
import type { Level } from '../rules/index.ts';
import { type ChainEvent, GENESIS, hashEvent } from './chain.ts';
import { higher, type ObservedWarning, type OpenedWarning } from './decide-warnings.ts';

const tracks = ['need', 'exit'] as const;
export type Track = (typeof tracks)[number];

/** The newest case of a household on a track, and the household's chain as it stands. */
export interface StandingCase {
  readonly caseId: string;
  readonly householdNo: number;
  readonly track: Track;
  readonly level: Level;
  readonly open: boolean;
  readonly version: number;
  readonly head: Buffer;
}

/** What a household's chain holds: its open cases, how many cases it ever had, and the head of the newest. */
export interface HouseholdChain {
  readonly householdId: string;
  readonly regionCode: string;
  readonly open: ReadonlyMap<Track, StandingCase>;
  readonly cases: number;
  readonly newest: { readonly caseId: string; readonly head: Buffer } | null;
}

export interface CaseWrite {
  readonly caseId: string;
  readonly householdNo: number;
  readonly householdId: string;
  readonly regionCode: string;
  readonly track: Track;
  level: Level;
  version: number;
  head: Buffer;
  readonly isNew: boolean;
  readonly previousCaseId: string | null;
  readonly events: { event: ChainEvent; previousHash: Buffer; hash: Buffer }[];
}

export const trackOf = (direction: string): Track => (direction === 'exit' ? 'exit' : 'need');

const caseIdOf = (householdId: string, ordinal: number): string =>
  `c-${createHash('sha256').update(`${householdId}|${ordinal}`).digest('hex').slice(0, 20)}`;

/** Appends an event to a case, on the hash of the one before it. */
const append = (target: CaseWrite, at: string, what: ChainEvent['what'], why: string | null): void => {
  const event: ChainEvent = {
    case_id: target.caseId,
    sequence: target.version + 1,
    at,
    actor: 'system',
    role: 'system',
    what,
    why,
    clock: null,
    previous: target.head.toString('hex'),
  };
  const hash = hashEvent(event);
  target.events.push({ event, previousHash: target.head, hash });
  target.head = hash;
  target.version += 1;
};

const reopenForWriting = (standing: StandingCase, chain: HouseholdChain): CaseWrite => ({
  caseId: standing.caseId,
  householdNo: standing.householdNo,
  householdId: chain.householdId,
  regionCode: chain.regionCode,
  track: standing.track,
  level: standing.level,
  version: standing.version,
  head: standing.head,
  isNew: false,
  previousCaseId: null,
  events: [],
});

/**
 * Cases of newly opened and raised warnings: one open case per household and track; a finding joins it and can only
 * raise its level (domain.md). The first event of a case stands on the head of the household's case before it. Pure.
 */
export const decideCases = (
  opened: readonly OpenedWarning[],
  raised: readonly ObservedWarning[],
  chains: ReadonlyMap<number, HouseholdChain>,
  at: string,
): { writes: CaseWrite[]; caseOf: Map<string, string>; opened: number; joined: number } => {
  const writes = new Map<string, CaseWrite>();
  const newest = new Map<number, { caseId: string | null; ordinal: number }>();
  const caseOf = new Map<string, string>();
  let joined = 0;
  for (const warning of opened) {
    if (warning.kind === 'duty') continue;
    const { finding } = warning;
    const chain = chains.get(finding.householdNo);
    if (chain === undefined) throw new Error(`household ${finding.householdNo} of a finding has no chain`);
    const track = trackOf(finding.direction);
    const key = `${finding.householdNo}|${track}`;
    const standing = chain.open.get(track);
    let target = writes.get(key);
    if (target === undefined && standing !== undefined) {
      target = reopenForWriting(standing, chain);
      writes.set(key, target);
    }
    const what = {
      warning_id: warning.warningId,
      rule_id: finding.ruleId,
      rule_version: finding.ruleVersion,
      level: finding.level,
    };
    if (target === undefined) {
      const last = newest.get(finding.householdNo) ?? { caseId: chain.newest?.caseId ?? null, ordinal: chain.cases };
      // Its head as it stands now: warnings may have joined it a moment ago.
      const before = tracks
        .map((other) => writes.get(`${finding.householdNo}|${other}`))
        .find((write) => write?.caseId === last.caseId);
      target = {
        caseId: caseIdOf(chain.householdId, last.ordinal + 1),
        householdNo: finding.householdNo,
        householdId: chain.householdId,
        regionCode: chain.regionCode,
        track,
        level: finding.level,
        version: 0,
        head: before?.head ?? chain.newest?.head ?? GENESIS,
        isNew: true,
        previousCaseId: last.caseId,
        events: [],
      };
      append(target, at, { type: 'opened', track, ...what }, null);
      newest.set(finding.householdNo, { caseId: target.caseId, ordinal: last.ordinal + 1 });
      writes.set(key, target);
    } else {
      joined += 1;
      const raised = higher(target.level, finding.level);
      append(target, at, { type: 'warning_joined', ...what, case_level: raised }, null);
      target.level = raised;
    }
    caseOf.set(warning.warningId, target.caseId);
  }
  for (const { standing, level, finding } of raised) {
    const chain = chains.get(finding.householdNo);
    const track = trackOf(finding.direction);
    const key = `${finding.householdNo}|${track}`;
    const open = chain?.open.get(track);
    const target =
      writes.get(key) ?? (chain === undefined || open === undefined ? undefined : reopenForWriting(open, chain));
    if (target === undefined || target.caseId !== standing.caseId) continue;
    const caseLevel = higher(target.level, level);
    append(target, at, { type: 'warning_raised', warning_id: standing.warningId, level, case_level: caseLevel }, null);
    target.level = caseLevel;
    writes.set(key, target);
  }
  const all = [...writes.values()];
  return { writes: all, caseOf, opened: all.filter((write) => write.isNew).length, joined };
};
