/**
 * Touches the world: records that a department's program pushes. The body is archived like a file, then taken through the
 * same pipeline as every other record, and answered when all of that is durable.
 */
import { randomUUID } from 'node:crypto';
import { type Actor, RouteProblem } from '../access/index.ts';
import { type Feed, feeds, readHere, readRefused, registerFile } from '../ingest/index.ts';
import { lockFeed } from './intake-lock.ts';
import { beginIntake, type Intake, noteJudged } from './load-store.ts';
import { answerOf, MOST_LISTED, type PushAnswer } from './push-answer.ts';
import { bodyLines } from './push-body.ts';
import { answerPush, insertPush, type PushKey, readPush, readUnfinishedPushes } from './push-store.ts';
import type { System } from './system.ts';
import { type ReceivedFile, takeHeldFile } from './take-file.ts';

/** Pushes that this process reads and takes at once. What waits lies in memory and holds a connection. */
const MOST_AT_ONCE = 4;
/** How long a push waits while files, messages or other pushes of its feed are taken. */
const LONGEST_WAIT_MS = 10_000;
const RETRY_SECONDS = { full: 2, behind: 10 } as const;

const full = () =>
  new RouteProblem(429, 'busy', `正在处理的报送太多，请 ${RETRY_SECONDS.full} 秒后重试。`, RETRY_SECONDS.full);
const behind = () =>
  new RouteProblem(
    429,
    'busy',
    `该数据源前面的数据还在处理，本次内容未接收，请 ${RETRY_SECONDS.behind} 秒后用同一 Idempotency-Key 重试。`,
    RETRY_SECONDS.behind,
  );
const keyReused = () =>
  new RouteProblem(
    422,
    'idempotency_key_reused',
    '该 Idempotency-Key 已用于另一份内容。重试请发送与上次完全相同的内容；新的内容请使用新的 Idempotency-Key。',
  );

export interface Pushed {
  readonly answer: PushAnswer;
  /** Whether it is what the first push with this key was answered. */
  readonly repeated: boolean;
}

export interface PushGiven {
  readonly actor: Actor;
  readonly feed: Feed;
  readonly body: AsyncIterable<Buffer>;
  /** Whether the body is a JSON array, else lines. */
  readonly isArray: boolean;
  /** The sender's idempotency key, if it gave one. */
  readonly key: string | null;
}

/** Of an error that was wrapped on its way, the problem that it is about. */
const problemIn = (error: unknown): RouteProblem | null => {
  for (let link = error; link instanceof Error; link = link.cause) if (link instanceof RouteProblem) return link;
  return null;
};

export const createPush = (system: System) => {
  const { postgres } = system;
  let atOnce = 0;

  /** Takes a push to its end and notes its answer, for whoever holds the feed's lock. */
  const finish = async (load: Intake, file: ReceivedFile): Promise<PushAnswer> => {
    await takeHeldFile(system, file, 0, load, {
      ...{ limits: load.limits, reader: readHere(system.archive), unknown: new Map(), seen: new Map(), marked: null },
      progress: { bytes: () => undefined, rows: () => undefined },
      // Half a body is never answered; a process that is stopped meanwhile goes on with it at its next start.
      signal: new AbortController().signal,
    });
    const refused = await readRefused(postgres, file.fileNo, { after: -1, most: MOST_LISTED + 1 });
    const { receivedAt, archived } = file;
    const answer = answerOf({
      ...{ feed: file.feed.name, receivedAt, sha256: archived.sha256, counts: load.counts, refused },
    });
    await postgres.transaction(
      async (tx) => {
        await answerPush(tx, load.loadNo, answer);
        await noteJudged(tx, load.loadNo, null, system.now());
      },
      { scope: '*' },
    );
    return answer;
  };

  const locked = async (given: PushGiven, bodySha256: Buffer, archived: ReceivedFile['archived']): Promise<Pushed> => {
    const { actor, feed, key } = given;
    const now = system.now();
    const pushKey: PushKey | null = key === null ? null : { machineId: actor.id, feed: feed.name, key };
    const known = pushKey === null ? null : await readPush(postgres, pushKey);
    if (known !== null && !known.body_sha256.equals(bodySha256)) throw keyReused();
    if (known !== null && known.answer !== null) return { answer: known.answer, repeated: true };
    const name = known === null ? randomUUID() : await nameOf(known.load_no);
    const load = await postgres.transaction(async (tx) => {
      const begun = await beginIntake(tx, { origin: 'push', name, now });
      if (pushKey !== null && known === null) await insertPush(tx, pushKey, { bodySha256, loadNo: begun.loadNo, now });
      return begun;
    });
    const { fileNo, receivedAt } = await registerFile(postgres, {
      ...{ feed: feed.name, name: `${actor.id}-${name}.jsonl`, archived, receivedAt: load.receivedAt },
      regions: actor.regions,
    });
    const file = { feed, archived, fileNo, receivedAt, regions: actor.regions, mapping: null };
    const answer = await finish(load, { ...file, form: 'jsonl', packed: false, declarations: false, mapping: null });
    return { answer, repeated: false };
  };

  const nameOf = async (loadNo: number): Promise<string> => {
    const [row] = await postgres.query<{ directory: string }>('select directory from loads where load_no = $1', [
      loadNo,
    ]);
    return (row as { directory: string }).directory;
  };

  return {
    /** Throws RouteProblem where nothing of it was taken. */
    async push(given: PushGiven): Promise<Pushed> {
      if (atOnce >= MOST_AT_ONCE) throw full();
      atOnce += 1;
      try {
        let bodySha256: Buffer = Buffer.alloc(0);
        const lines = bodyLines(given.body, given.isArray, ({ sha256 }) => {
          bodySha256 = sha256;
        });
        const archived = await system.archive
          .store(() => lines, 'a pushed body')
          .catch((error: unknown) => {
            throw problemIn(error) ?? error;
          });
        const release = await lockFeed(postgres, given.feed.name, 'alone', { ms: LONGEST_WAIT_MS });
        if (release === null) throw behind();
        try {
          return await locked(given, bodySha256, archived);
        } finally {
          release();
        }
      } finally {
        atOnce -= 1;
      }
    },

    /** Ends what was interrupted when the program was killed: of a push all rows are taken, whether its sender asks again or not. */
    async resume(signal: AbortSignal): Promise<void> {
      for (const left of await readUnfinishedPushes(postgres)) {
        const feed = feeds.get(left.feed);
        if (feed === undefined) continue;
        const release = await lockFeed(postgres, feed.name, 'alone', { signal });
        try {
          const load = await beginIntake(postgres, { origin: 'push', name: left.directory, now: system.now() });
          // Another process may have been at it, and is done.
          if (load.state === 'judged') continue;
          const archived = { sha256: left.sha256, size: left.size, encoding: 'utf-8' } as const;
          const file = { feed, archived, fileNo: left.file_no, receivedAt: left.received_at, regions: left.regions };
          await finish(load, { ...file, form: 'jsonl', packed: false, declarations: false, mapping: null });
          system.log.info('push.resumed', { feed: feed.name, file_no: left.file_no });
        } finally {
          release?.();
        }
      }
    },
  };
};

export type Push = ReturnType<typeof createPush>;
