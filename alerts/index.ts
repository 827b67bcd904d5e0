/** The room's face: what is done about findings. */

export { actOfCase, actsOfReferral, offeredActs, offeredReferralActs } from './acts.ts';
export { type CaseEvent, isReferralEvent } from './case-events.ts';
export { type CaseState, progressOf, readCase } from './case-state.ts';
export type { ChainEvent } from './chain.ts';
export {
  clockRule,
  riskHorizon,
  runClock,
} from './clocks.ts';
export type { CommandDeps, CommandResult } from './command.ts';
export { type CaseCommandRequest, commandCase } from './command-case.ts';
export { commandReferral, type ReferralCommandRequest } from './command-referral.ts';
export { type OpenedCounts, openFindings } from './open.ts';
export * from './outbox-payload.ts';
export * from './outbox-store.ts';
export { readReferral } from './referral-state.ts';
export { commandRoutes } from './routes.ts';
export { type EventNames, sayEvent } from './say-event.ts';
export { readPersonal, type SealedPersonal } from './sealed-personal.ts';
export { readWarned } from './store.ts';
export { verifyChains } from './verify-chains.ts';
export * from './words.ts';
