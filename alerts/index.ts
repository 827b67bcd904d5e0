/** The room's face: what is done about findings. */

export { type OpenedCounts, openFindings } from './open.ts';
export { readWarned } from './store.ts';
export { verifyChains } from './verify-chains.ts';
