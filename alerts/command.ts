/** Touches the world: what commands on cases and on referrals have in common - who, once, and the writing. */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../access/index.ts';
import { formatShanghai, shanghaiDay } from '../platform/calendar.ts';
import type { Cipher } from '../platform/crypto.ts';
import { isRetryable, PG_UNIQUE_VIOLATION, type Postgres, postgresCode, type Tx } from '../platform/postgres.ts';
import type { WorkingDays } from '../platform/working-days.ts';
import { type Applied, applyEvents } from './apply-events.ts';
import type { Decided } from './case-events.ts';
import { closeWarnings, type HeldCase, readAnswered, reopenWarnings, reportWarnings, saveCase } from './case-store.ts';
import { insertEvents } from './chain-store.ts';
import { type RunningClock, usedOf } from './clocks.ts';
import type { CommandDone, CommandRefused, DisclosedField } from './contract.ts';
import { insertOutbox } from './outbox-store.ts';
import type { ReferralState } from './referral-state.ts';
import { staleVersion } from './refusal-words.ts';

/** What commands need of the rest of the program. */
export interface CommandDeps {
  readonly postgres: Postgres;
  readonly cipher: Cipher;
  readonly workingDays: WorkingDays;
  /** Fields about a household in full, for a referral (`discloseHousehold` of the registry). */
  readonly disclose: (
    tx: Tx,
    householdNo: number,
    fields: readonly DisclosedField[],
    today: number,
  ) => Promise<Record<string, string | null>>;
  /** Title of a rule, in Chinese. */
  readonly ruleTitle: (ruleId: string) => string;
}

/** What came of a command. Not visible is the same as not there: nobody learns of what is not theirs. */
export type CommandResult =
  | { readonly kind: 'done'; readonly answer: CommandDone }
  | { readonly kind: 'refused'; readonly refused: CommandRefused }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'not_found' };

/** Salts of commitments: long enough that no value can be guessed from its hash. */
const saltOf = (): Buffer => randomBytes(16);

/** How often a command is tried when it meets another one. The second try sees what the other has done. */
const TRIES = 3;

/**
 * Runs a command's transaction. Two at once that the database tells apart only at the end (the same service referred from
 * two cases, the same request on two connections) are tried again: the later one is then refused or answered as it should.
 */
export const inTransaction = async (
  postgres: Postgres,
  scope: string,
  work: (tx: Tx) => Promise<CommandResult>,
): Promise<CommandResult> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await postgres.transaction(work, { scope });
    } catch (error) {
      const isPassing = postgresCode(error) === PG_UNIQUE_VIOLATION || isRetryable(error);
      if (!isPassing || attempt === TRIES) throw error;
    }
  }
};

/**
 * The answer to a request that was done before, or null for a new one. A request number that was used on another case or by
 * somebody else is a conflict.
 */
export const answeredBefore = async (
  tx: Tx,
  requestId: string,
  actor: Actor,
  held: HeldCase,
  version: number,
): Promise<CommandResult | null> => {
  const before = await readAnswered(tx, requestId);
  if (before === null) return null;
  if (before.caseId === held.caseId && before.actor === actor.id) return { kind: 'done', answer: before.answer };
  return { kind: 'refused', refused: staleVersion(version) };
};

/** Lets a case follow what was decided, as somebody did it at a moment. Nothing is written yet. */
export const applyDecided = (
  held: HeldCase,
  decided: readonly Decided[],
  by: { actor: Actor; now: Date; clock: RunningClock | null; referral: ReferralState | null },
): Applied => {
  const { caseId, state, head, householdNo, regionCode, handlingRegion } = held;
  const stamp = {
    at: formatShanghai(by.now),
    actor: by.actor.id,
    role: by.actor.role,
    clock: by.clock === null ? null : usedOf(by.clock),
  };
  const owner = { householdNo, regionCode, handlingRegion };
  return applyEvents({ caseId, state, referral: by.referral, head, owner }, decided, stamp, saltOf);
};

/**
 * Writes what was applied: events on the chain with the request and its answer, the case's row, its warnings, the outbox.
 * The referral's row is the caller's.
 */
export const writeApplied = async (
  tx: Tx,
  held: HeldCase,
  applied: Applied,
  command: { requestId: string; answer: CommandDone; cipher: Cipher },
  now: Date,
): Promise<void> => {
  const today = shanghaiDay(now);
  await insertEvents(tx, applied.events, command);
  await saveCase(tx, held, applied, now);
  for (const what of applied.happened) {
    if (what.type === 'reported' || (what.type === 'report_supplemented' && what.by === 'warning'))
      await reportWarnings(tx, held.caseId, today);
    if (what.type === 'closed') await closeWarnings(tx, held.caseId, today, now);
    if (what.type === 'reopened') await reopenWarnings(tx, held.caseId);
  }
  await insertOutbox(tx, applied.outbox, now);
};
