/**
 * Touches the world: the watched inbox. A file that rests is claimed, archived, taken through the same pipeline as every
 * other record, and moved away with a receipt. A crash at any point leaves the claim, which the next start goes on with.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Feed, feeds, type ReaderThread } from '../ingest/index.ts';
import { type FeedSource, formOf, MAPPING } from './exchange-directory.ts';
import { explainError } from './explain-error.ts';
import {
  type Claim,
  claimFile,
  isLocked,
  isUnchanged,
  putBack,
  readClaims,
  readWaiting,
  type Seen,
  seenOf,
  type Waiting,
} from './inbox-folder.ts';
import { endClaim, endUnreadable } from './inbox-receipt.ts';
import { createSoleHolder } from './intake-lock.ts';
import { problemOf } from './load-headers.ts';
import { beginIntake, noteJudged } from './load-store.ts';
import { homeMapping, readMappingFile } from './mappings.ts';
import type { System } from './system.ts';
import { receiveFile, takeFile } from './take-file.ts';

/** How often the folders are looked at; half the time a file must rest, where that is shorter. */
const EVERY_MS = 1_000;
const LEAST_EVERY_MS = 50;
/** A claim that could not be taken is tried again after so long, then twice as long each time up to the longest. */
const AGAIN = { firstMs: 2_000, mostMs: 60_000 };
/** While files follow one another for this long, what they brought is judged in between. */
const JUDGE_EVERY_MS = 30_000;

export interface InboxOptions {
  readonly signal: AbortSignal;
  /** Judges what has come in; called after files were taken. */
  readonly judge: () => Promise<void>;
}

interface Failure {
  readonly times: number;
  readonly until: number;
}

/** Watches `inbox/<feed>/` until the signal. Of several processes with one inbox one watches. */
export const startInbox = (system: System, options: InboxOptions): { close(): Promise<void> } => {
  const { config, log, postgres } = system;
  const { signal } = options;
  const sole = createSoleHolder(postgres);
  const resting = new Map<string, { readonly seen: Seen; readonly since: number }>();
  const failures = new Map<string, Failure>();
  const told = new Map<string, string>();
  let judgedAt = performance.now();
  let reader: ReaderThread | null = null;

  /** Said once for a place, and again when it is something else. */
  const complain = (event: string, place: string, error: unknown): void => {
    const { text } = explainError(error);
    if (told.get(place) === text) return;
    told.set(place, text);
    log.error(event, { place, problem: text });
  };

  const isReady = async (file: Waiting): Promise<boolean> => {
    const known = resting.get(file.path);
    const now = performance.now();
    if (known === undefined || !isUnchanged(known.seen, file)) {
      resting.set(file.path, { seen: file, since: now });
      return config.inboxSettleMs === 0;
    }
    return now - known.since >= config.inboxSettleMs && !(await isLocked(file));
  };

  const take = async (feed: Feed, folder: string, claim: Claim): Promise<void> => {
    const form = formOf(claim.name);
    const before = await seenOf(claim.path);
    const source: FeedSource | null =
      form === null ? null : { feed, name: claim.name, path: claim.path, ...form, size: before.size };
    const mapping =
      (await readMappingFile(join(folder, MAPPING), feed)) ??
      (await readMappingFile(homeMapping(config.home, feed.name), feed));
    const problem =
      source === null
        ? `${claim.path}: no .csv, .jsonl, their .gz, or .xlsx. Send it in one of these forms.`
        : await problemOf(source, mapping);
    if (source === null || problem !== null) {
      const words = (problem as string).replaceAll(claim.path, claim.name);
      await endUnreadable({ feed, folder, claim, size: before.size, problem: words });
      log.warn('inbox.unreadable', { feed: feed.name, claim: claim.id });
      return;
    }
    const name = `${feed.name}/${claim.id}/${claim.name}`;
    const load = await beginIntake(postgres, { origin: 'inbox', name, now: system.now() });
    const file = await receiveFile(system, source, load.receivedAt, mapping);
    if (!isUnchanged(before, await seenOf(claim.path))) return giveBack(feed, folder, claim);
    if (load.state !== 'judged') {
      reader ??= system.startReader();
      const progress = { bytes: () => undefined, rows: () => undefined };
      const { limits } = load;
      await takeFile(system, file, 0, load, {
        ...{ limits, reader, unknown: new Map(), seen: new Map(), marked: null, progress, signal },
      });
      await postgres.transaction((tx) => noteJudged(tx, load.loadNo, null, system.now()), { scope: '*' });
    }
    if (!isUnchanged(before, await seenOf(claim.path))) return giveBack(feed, folder, claim);
    const { state } = await endClaim(system, { folder, claim, file, counts: load.counts });
    const { records, completions } = load.counts;
    log.info('inbox.taken', { feed: feed.name, file_no: file.fileNo, state, ...records, completions });
  };

  /** Its sender had it open and went on writing: it is taken again, as a whole, when it rests. */
  const giveBack = async (feed: Feed, folder: string, claim: Claim): Promise<void> => {
    await putBack(folder, claim);
    log.warn('inbox.still-written', { feed: feed.name, claim: claim.id });
  };

  /** False when it failed: then the others wait for the next round. */
  const attempt = async (feed: Feed, folder: string, claim: Claim): Promise<boolean> => {
    try {
      await take(feed, folder, claim);
      failures.delete(claim.id);
      if (performance.now() - judgedAt > JUDGE_EVERY_MS) await judge();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      await reader?.close();
      reader = null;
      const times = (failures.get(claim.id)?.times ?? 0) + 1;
      failures.set(claim.id, {
        times,
        until: performance.now() + Math.min(AGAIN.mostMs, AGAIN.firstMs * 2 ** (times - 1)),
      });
      complain('inbox.not-taken', claim.path, error);
      return false;
    }
  };

  const judge = async (): Promise<void> => {
    await options.judge();
    judgedAt = performance.now();
  };

  /** Files of a feed that are there now; the number of those taken. */
  const takeFeed = async (feed: Feed): Promise<number> => {
    const folder = join(config.inbox, feed.name);
    await mkdir(folder, { recursive: true });
    let taken = 0;
    for (const claim of await readClaims(folder)) {
      if (signal.aborted || performance.now() < (failures.get(claim.id)?.until ?? 0)) continue;
      if (!(await attempt(feed, folder, claim))) return taken;
      taken += 1;
    }
    for (const file of await readWaiting(folder)) {
      if (signal.aborted || !(await isReady(file))) continue;
      resting.delete(file.path);
      const claim = await claimFile(folder, file.name, system.now()).catch((error: unknown) => {
        complain('inbox.not-movable', file.path, error);
        return null;
      });
      if (claim === null) continue;
      if (!(await attempt(feed, folder, claim))) return taken;
      taken += 1;
    }
    return taken;
  };

  const round = async (): Promise<void> => {
    if (!(await sole.holds())) return;
    let taken = 0;
    for (const feed of feeds.values()) {
      if (signal.aborted) return;
      const folder = join(config.inbox, feed.name);
      taken += await takeFeed(feed).catch((error: unknown) => {
        if (!signal.aborted) complain('inbox.not-readable', folder, error);
        return 0;
      });
    }
    if (taken > 0) await judge();
    // A thread holds memory, and files come seldom.
    await reader?.close();
    reader = null;
  };

  const everyMs = Math.max(LEAST_EVERY_MS, Math.min(EVERY_MS, config.inboxSettleMs / 2));
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await round().catch((error: unknown) => {
        if (!signal.aborted) complain('inbox.failed', config.inbox, error);
      });
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
    await reader?.close();
    sole.end();
  };
  const ended = watch();
  return { close: () => ended };
};
