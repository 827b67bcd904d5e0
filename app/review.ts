/** Touches the world: facts follow what reviewers say (ClickHouse, PostgreSQL). */
import type { ClaimedIdentity } from '../ingest/index.ts';
import {
  claimedKey,
  noteSettled,
  readHeld,
  readJudgements,
  readQuestion,
  readUnsettled,
  readWaiting,
  type StoredQuestion,
} from '../matchers/index.ts';
import { tryLockRegister } from './intake-lock.ts';
import { wantFullSweep } from './load-store.ts';
import { decideAnew, openWaiting, type Redecided, settle } from './settle.ts';
import type { System } from './system.ts';

/** How long somebody who waits for the answer waits for a load that is running, in milliseconds. */
const PERSON_WAITS_MS = 2_000;
const JOB_WAITS_MS = 5_000;

const EVERYTHING = { scope: '*' };

const keyOf = (system: System, question: StoredQuestion): string =>
  claimedKey(JSON.parse(system.cipher.open(question.identitySealed).toString('utf8')) as ClaimedIdentity);

/** Every record held of the question's identity, decided anew by the registry and the verdicts of now. */
const redecide = async (system: System, question: StoredQuestion): Promise<Redecided[]> => {
  const { postgres, clickhouse, cipher } = system;
  const judgements = await readJudgements(postgres, cipher);
  const { whose } = await system.register.current();
  const key = keyOf(system, question);
  const decided: Redecided[] = [];
  for (const entry of await readWaiting(clickhouse, [question.idHash])) {
    const content = openWaiting(cipher, entry);
    if (claimedKey(content.record.identity) !== key) continue;
    const decision = await decideAnew(judgements, whose, entry, content.record);
    if (decision !== null) decided.push({ ...content, entry, decision });
  }
  return decided;
};

/**
 * Lets facts follow a question's verdict, or its undoing. False when somebody takes rows for longer than `ms`: then a job
 * does it. Repeating it changes nothing.
 */
const settleQuestion = async (system: System, questionId: string, ms: number): Promise<boolean> => {
  const release = await tryLockRegister(system.postgres, ms);
  if (release === null) return false;
  try {
    const question = await system.postgres.transaction((tx) => readQuestion(tx, questionId, false), EVERYTHING);
    if (question === null || question.settled) return true;
    const decided = await redecide(system, question);
    const isAboutStrangers = decided.some(
      ({ entry, decision }) => entry.outcome === 'unregistered' || decision.outcome === 'unregistered',
    );
    await settle(system, decided, async (tx) => {
      await noteSettled(tx, question);
      // People in no registry are judged when everybody is.
      if (isAboutStrangers) await wantFullSweep(tx);
    });
    return true;
  } finally {
    release();
  }
};

/** Settles what a crash or a running load left unsettled. Returns how many questions are settled now. */
export const settleLeft = async (system: System): Promise<number> => {
  let settled = 0;
  for (const questionId of await readUnsettled(system.postgres)) {
    if (!(await settleQuestion(system, questionId, JOB_WAITS_MS))) break;
    settled += 1;
  }
  return settled;
};

/** What the addresses of reviewing need of the rest of the program. */
export const reviewDeps = (system: System) => ({
  postgres: system.postgres,
  settle: (questionId: string): Promise<boolean> => settleQuestion(system, questionId, PERSON_WAITS_MS),
  /** Whether any record in force still claims the question's identity. */
  isHeld: async (question: StoredQuestion): Promise<boolean> => {
    const key = keyOf(system, question);
    const held = await readHeld(system.clickhouse, question.idHash);
    return held.some(({ payload }) => claimedKey(openWaiting(system.cipher, { payload }).record.identity) === key);
  },
});
