import { createHash } from 'node:crypto';
import { type AppendedEvent, append, type Stamp } from './append.ts';
import type { CaseEvent, LinkedChain } from './case-events.ts';
import type { CaseState } from './case-state.ts';
import { GENESIS } from './chain.ts';
import { type Track, tracks } from './contract.ts';
import { higher, type ObservedWarning, type OpenedWarning } from './decide-warnings.ts';
import { evolveCase } from './evolve-case.ts';

/** A case as it stands in the store, with the head of its chain. */
export interface StandingCase {
  readonly caseId: string;
  readonly householdNo: number;
  readonly current: CaseState;
  readonly head: Buffer;
  /** Region of the case, which stays that of its opening, and where aid is given. */
  readonly regionCode: string;
  readonly handlingRegion: string | null;
}

/** A closed case and the day (number) on which it was closed. */
export interface ClosedCase extends StandingCase {
  readonly closedOn: number;
}

/** What a household's chain holds: its open cases, those it closed last, how many it ever had, the head of the newest. */
export interface HouseholdChain {
  readonly householdId: string;
  readonly regionCode: string;
  readonly open: ReadonlyMap<Track, StandingCase>;
  /** The last case of a track, where it is closed. */
  readonly closed: ReadonlyMap<Track, ClosedCase>;
  readonly cases: number;
  readonly newest: { readonly caseId: string; readonly head: Buffer } | null;
  /** Chains of households that it came from, which none of its cases names yet. */
  readonly linked?: readonly LinkedChain[];
}

export interface CaseWrite {
  readonly caseId: string;
  readonly householdNo: number;
  readonly householdId: string;
  readonly regionCode: string;
  readonly handlingRegion: string | null;
  /** Null before the first event of a new case. */
  current: CaseState | null;
  version: number;
  head: Buffer;
  readonly isNew: boolean;
  readonly previousCaseId: string | null;
  readonly events: AppendedEvent[];
}

/** Days after closing in which a new warning reopens the last case of its track (domain.md). */
const REOPEN_DAYS = 30;

export const trackOf = (direction: string): Track => (direction === 'exit' ? 'exit' : 'need');

const caseIdOf = (householdId: string, ordinal: number): string =>
  `c-${createHash('sha256').update(`${householdId}|${ordinal}`).digest('hex').slice(0, 20)}`;

/** Appends an event by the program to a case, and lets the case follow it. */
const happen = (target: CaseWrite, stamp: Stamp, what: CaseEvent): void => {
  append(target, stamp, what);
  target.current = evolveCase(target.current, what);
};

const stateOf = (write: CaseWrite): CaseState => {
  if (write.current === null) throw new Error(`case ${write.caseId} was not opened`);
  return write.current;
};

const takeUp = (standing: StandingCase, chain: HouseholdChain): CaseWrite => ({
  caseId: standing.caseId,
  householdNo: standing.householdNo,
  householdId: chain.householdId,
  regionCode: standing.regionCode,
  handlingRegion: standing.handlingRegion,
  current: standing.current,
  version: standing.current.version,
  head: standing.head,
  isNew: false,
  previousCaseId: null,
  events: [],
});

/**
 * Cases of newly opened and raised warnings: one open case per household and track; a finding joins it and can only
 * raise its level (domain.md). A new warning soon after the last case of the track was closed reopens that one. The first
 * event of a case stands on the head of the household's case before it, and names the chains of households that this one came
 * from. Pure.
 *
 * @param asOf the day (number) of the findings
 */
export const decideCases = (
  opened: readonly OpenedWarning[],
  raised: readonly ObservedWarning[],
  chains: ReadonlyMap<number, HouseholdChain>,
  at: string,
  asOf: number,
): { writes: CaseWrite[]; caseOf: Map<string, string>; opened: number; joined: number } => {
  const stamp: Stamp = { at, actor: 'system', role: 'system', clock: null };
  const writes = new Map<string, CaseWrite>();
  const newest = new Map<number, { caseId: string | null; ordinal: number }>();
  const caseOf = new Map<string, string>();
  let joined = 0;

  const openNew = (chain: HouseholdChain, householdNo: number): CaseWrite => {
    const last = newest.get(householdNo) ?? { caseId: chain.newest?.caseId ?? null, ordinal: chain.cases };
    // Its head as it stands now: warnings may have joined it a moment ago.
    const before = tracks
      .map((other) => writes.get(`${householdNo}|${other}`))
      .find((write) => write?.caseId === last.caseId);
    const caseId = caseIdOf(chain.householdId, last.ordinal + 1);
    newest.set(householdNo, { caseId, ordinal: last.ordinal + 1 });
    return {
      caseId,
      householdNo,
      householdId: chain.householdId,
      regionCode: chain.regionCode,
      handlingRegion: null,
      current: null,
      version: 0,
      head: before?.head ?? chain.newest?.head ?? GENESIS,
      isNew: true,
      previousCaseId: last.caseId,
      events: [],
    };
  };

  for (const warning of opened) {
    const { finding } = warning;
    // Without a household there is no chain: somebody has to be found first.
    if (warning.kind === 'duty' || finding.unregistered !== undefined) continue;
    const chain = chains.get(finding.householdNo);
    if (chain === undefined) throw new Error(`household ${finding.householdNo} of a finding has no chain`);
    const track = trackOf(finding.direction);
    const key = `${finding.householdNo}|${track}`;
    const closed = chain.closed.get(track);
    const last = chain.open.get(track) ?? (closed && asOf - closed.closedOn <= REOPEN_DAYS ? closed : undefined);
    // Two cases that begin together stand on each other: the first names them.
    const linked = newest.has(finding.householdNo) ? [] : (chain.linked ?? []);
    const target = writes.get(key) ?? (last === undefined ? openNew(chain, finding.householdNo) : takeUp(last, chain));
    writes.set(key, target);
    const what = {
      warning_id: warning.warningId,
      rule_id: finding.ruleId,
      rule_version: finding.ruleVersion,
      level: finding.level,
    };
    const { current } = target;
    if (current === null) {
      happen(target, stamp, { type: 'opened', track, ...what, ...(linked.length === 0 ? {} : { linked }) });
    } else {
      joined += 1;
      const case_level = higher(current.level, finding.level);
      if (current.state === 'closed')
        happen(target, stamp, { type: 'reopened', ground: 'new_warning', ...what, case_level });
      else happen(target, stamp, { type: 'warning_joined', ...what, case_level });
    }
    caseOf.set(warning.warningId, target.caseId);
  }
  for (const { standing, level, finding } of raised) {
    const chain = chains.get(finding.householdNo);
    const track = trackOf(finding.direction);
    const key = `${finding.householdNo}|${track}`;
    const open = chain?.open.get(track);
    const target = writes.get(key) ?? (chain === undefined || open === undefined ? undefined : takeUp(open, chain));
    if (target === undefined || target.caseId !== standing.caseId) continue;
    const case_level = higher(stateOf(target).level, level);
    happen(target, stamp, { type: 'warning_raised', warning_id: standing.warningId, level, case_level });
    writes.set(key, target);
  }
  const all = [...writes.values()];
  return { writes: all, caseOf, opened: all.filter((write) => write.isNew).length, joined };
};
