/** Touches the world: a command of the bureau or of a department on a referral, in one transaction. */

import type { z } from 'zod';
import { type Actor, may, scopeOf } from '../access/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import { actsOfReferral } from './acts.ts';
import { type HeldCase, holdCase, setScope } from './case-store.ts';
import {
  answeredBefore,
  applyDecided,
  type CommandDeps,
  type CommandResult,
  inTransaction,
  writeApplied,
} from './command.ts';
import type { CommandDone, referralCommandRequest } from './contract.ts';
import { decideReferral } from './decide-referral.ts';
import { clockAfter, referralDue, runReferralClock } from './referral-clock.ts';
import type { ReferralState } from './referral-state.ts';
import { findCaseOfReferral, type ReferralTimes, readReferralHeld, saveReferral } from './referral-store.ts';
import { refused, staleVersion } from './refusal-words.ts';

export type ReferralCommandRequest = z.infer<typeof referralCommandRequest>;

/** Moments that a step changes: a re-routed referral is sent anew, a contested answer is no answer. */
const timesAfter = (before: ReferralState, { status }: ReferralState, now: Date): ReferralTimes => {
  if (status === before.status) return {};
  switch (status) {
    case 'created':
      return { sent_at: null, accepted_at: null, answered_at: null };
    case 'sent':
    case 'delivered':
      return before.status === 'created' ? { sent_at: now } : {};
    case 'accepted':
      return { accepted_at: now };
    case 'fulfilled':
    case 'not_eligible':
      return { answered_at: now };
    case 'disputed':
      return { answered_at: null };
    default:
      return {};
  }
};

const isReported = ({ state }: HeldCase): boolean => state.state === 'reported' || state.state === 'following';

/**
 * Does a command on a referral. A department sees its referrals and no case: the referral is looked for under the actor's
 * own scope, and only then its case is locked and written under the program's.
 */
export const commandReferral = (
  deps: CommandDeps,
  actor: Actor,
  referralId: string,
  request: ReferralCommandRequest,
  now: Date,
): Promise<CommandResult> =>
  inTransaction(deps.postgres, scopeOf(actor), async (tx) => {
    const caseId = await findCaseOfReferral(tx, referralId);
    if (caseId === null) return { kind: 'not_found' };
    await setScope(tx, '*');
    // Case first, then referral: the order in which everybody locks.
    const held = await holdCase(tx, caseId);
    if (held === null) throw new Error(`case ${caseId} of referral ${referralId} is gone`);
    const { state, regions, clock } = await readReferralHeld(tx, referralId);
    const { command } = request;
    const subject = { regions, department: state.department };
    // Asked under the lock: a referral that was re-routed a moment ago is another department's now.
    if (actor.role === 'department' && !may(actor, 'see_referrals', subject).allowed) return { kind: 'not_found' };
    if (!actsOfReferral(command.type, state.channel).some((act) => may(actor, act, subject).allowed))
      return { kind: 'forbidden' };
    const before = await answeredBefore(tx, request.request_id, actor, held, state.version);
    if (before !== null) return before;
    if (request.version !== state.version) return { kind: 'refused', refused: staleVersion(state.version) };

    const today = shanghaiDay(now);
    const decision = decideReferral(state, command, { today, isReported: isReported(held) });
    if (!decision.ok) return { kind: 'refused', refused: refused(decision.refusal, state.version) };

    const applied = applyDecided(held, decision.events, {
      ...{ actor, now, referral: state },
      clock: clock === null ? null : runReferralClock(clock, today, deps.workingDays),
    });
    const after = applied.referral ?? state;
    const answer: CommandDone = {
      ...{ case_id: caseId, case_version: applied.state.version },
      ...{ referral_id: referralId, referral_version: after.version, state: after.status },
    };
    await writeApplied(tx, held, applied, { requestId: request.request_id, answer, cipher: deps.cipher }, now);
    const next = clockAfter(after, clock, today, held.regionCode);
    await saveReferral(tx, state, {
      state: after,
      times: timesAfter(state, after, now),
      clock: next,
      due: next === null ? null : referralDue(next, deps.workingDays),
    });
    return { kind: 'done', answer };
  });
