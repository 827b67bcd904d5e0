import { hash52 } from '../../ingest/index.ts';

/** One in so many verdicts is read by a second person (5 %). */
const ONE_IN = 20;
const SEED = 11;

/** Whether a round's verdict is read twice: the same answer whenever it is asked, and nobody can choose it. */
export const isSampled = (questionId: string, round: number): boolean =>
  hash52(`${questionId} ${round}`, SEED) % ONE_IN === 0;
