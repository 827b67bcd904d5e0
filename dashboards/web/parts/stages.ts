import type { CaseStateName } from '../../../alerts/contract.ts';
import type { ChainStep } from '../api/types.ts';
import type { zh } from '../i18n/zh.ts';

export type StageName = Exclude<keyof typeof zh.stage, Stage['is']>;

export interface Stage {
  readonly name: StageName;
  /** `owed`: passed over, and to be made up for: emergency aid comes before the visit. */
  readonly is: 'done' | 'now' | 'ahead' | 'owed';
  /** The step of the chain that ended it. */
  readonly step: ChainStep | null;
}

/** 发现→接收→入户→核实→处置→填报→跟踪→办结, with the events that end each. */
const ENDED_BY: readonly (readonly [StageName, readonly string[]])[] = [
  ['found', ['opened']],
  ['received', ['received']],
  ['visited', ['visited']],
  ['verified', ['verified']],
  ['disposed', ['disposed']],
  ['reported', ['reported']],
  ['following', ['report_supplemented']],
  ['closed', ['closed']],
];

/** Passed once: a case that was reopened goes on with the visit, it is neither found nor received a second time. */
const ONCE: readonly StageName[] = ['found', 'received'];
const MADE_UP_FOR: readonly StageName[] = ['visited', 'verified'];

/** Index of the stage that a case in this state works on. */
const NOW: Readonly<Record<CaseStateName, number>> = {
  opened: 1,
  received: 2,
  reopened: 2,
  assigned: 2,
  visited: 3,
  verified: 4,
  disposed: 5,
  reported: 6,
  following: 6,
  closed: 8,
};

/** Where a case stands on its way, since it was opened or last reopened. A visit that was sent back is to be done again. */
export const stagesOf = (state: string, chain: readonly ChainStep[]): Stage[] => {
  const now = NOW[state as CaseStateName] ?? 0;
  const reopened = chain.findLastIndex(({ type }) => type === 'reopened');
  const since = reopened < 0 ? chain : chain.slice(reopened);
  return ENDED_BY.map(([name, types], index) => {
    const steps = ONCE.includes(name) ? chain : since;
    const at = steps.findLastIndex(({ type }) => types.includes(type));
    const sentBack = name === 'visited' && steps.slice(at + 1).some(({ type }) => type === 'sent_back');
    const step = at < 0 || sentBack ? null : (steps[at] ?? null);
    if (index === now) return { name, step, is: 'now' };
    if (index > now) return { name, step, is: step === null ? 'ahead' : 'done' };
    return { name, step, is: step === null && MADE_UP_FOR.includes(name) ? 'owed' : 'done' };
  });
};
