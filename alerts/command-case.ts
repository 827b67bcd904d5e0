/** Touches the world: a person's command on a case, in one transaction. */

import type { z } from 'zod';
import { type Actor, may, scopeOf } from '../access/index.ts';
import { shanghaiDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import { actOfCase } from './acts.ts';
import {
  type HeldCase,
  holdCase,
  isOtherCaseOpen,
  readKnownRegions,
  readNearestDue,
  readOpenReferrals,
  readRulesOfCase,
  setScope,
} from './case-store.ts';
import {
  answeredBefore,
  applyDecided,
  type CommandDeps,
  type CommandResult,
  inTransaction,
  writeApplied,
} from './command.ts';
import type { CaseCommand, CommandDone, caseCommandRequest } from './contract.ts';
import { decideCase } from './decide-case.ts';
import { clockAfter, referralDue, runWarningClock } from './referral-clock.ts';
import { insertReferral } from './referral-store.ts';
import { refused, staleVersion } from './refusal-words.ts';

export type CaseCommandRequest = z.infer<typeof caseCommandRequest>;

/** Does a command on a case: load under its lock, ask who may, decide, append, write. */
export const commandCase = (
  deps: CommandDeps,
  actor: Actor,
  caseId: string,
  request: CaseCommandRequest,
  now: Date,
): Promise<CommandResult> =>
  inTransaction(deps.postgres, scopeOf(actor), async (tx) => {
    const held = await holdCase(tx, caseId);
    if (held === null) return { kind: 'not_found' };
    const { command } = request;
    const regions = held.handlingRegion === null ? [held.regionCode] : [held.regionCode, held.handlingRegion];
    if (!may(actor, actOfCase[command.type], { regions }).allowed) return { kind: 'forbidden' };
    // What hangs on a case may lie in other regions by now: a family moves, its warnings stay.
    await setScope(tx, '*');
    const { version } = held.state;
    const before = await answeredBefore(tx, request.request_id, actor, held, version);
    if (before !== null) return before;
    if (request.version !== version) return { kind: 'refused', refused: staleVersion(version) };

    const today = shanghaiDay(now);
    const known = await readKnownRegions(tx, command.type === 'assign' ? [command.township] : []);
    const decision = decideCase(held.state, command, {
      caseId,
      today,
      regions,
      isRegion: (code) => known.has(code),
      openReferrals: command.type === 'refer' ? await readOpenReferrals(tx, held.householdNo) : new Map(),
      otherCaseOpen: await isOtherCaseOpen(tx, held),
    });
    if (!decision.ok)
      return { kind: 'refused', refused: refused(decision.refusal, version, decision.referralId ?? null) };

    const due = await readNearestDue(tx, caseId);
    const applied = applyDecided(held, decision.events, {
      ...{ actor, now, referral: null },
      clock: due === null ? null : runWarningClock(due, held.regionCode, today, deps.workingDays),
    });
    const { state, referral } = applied;
    const answer: CommandDone = {
      ...{ case_id: caseId, case_version: state.version, state: state.state },
      ...{ referral_id: referral?.referral_id ?? null, referral_version: referral?.version ?? null },
    };
    await writeApplied(tx, held, applied, { requestId: request.request_id, answer, cipher: deps.cipher }, now);
    if (referral !== null && command.type === 'refer') {
      const clock = clockAfter(referral, null, today, held.regionCode);
      await insertReferral(
        tx,
        held,
        {
          state: referral,
          ordinal: state.referred,
          level: state.level,
          disclosed: deps.cipher.seal(JSON.stringify(await disclosedOf(deps, tx, held, command, today))),
          clock,
          due: clock === null ? null : referralDue(clock, deps.workingDays),
        },
        now,
      );
    }
    return { kind: 'done', answer };
  });

/** The ticked fields in full, as they are today: what the department is shown does not change under its hands. */
const disclosedOf = async (
  deps: CommandDeps,
  tx: Tx,
  { caseId, householdNo }: HeldCase,
  { disclose }: Extract<CaseCommand, { type: 'refer' }>,
  today: number,
): Promise<Record<string, string | null>> => {
  const fields = await deps.disclose(tx, householdNo, disclose, today);
  if (!disclose.includes('warning')) return fields;
  const titles = (await readRulesOfCase(tx, caseId)).map(deps.ruleTitle);
  return { ...fields, warning: titles.length === 0 ? null : titles.join('、') };
};
