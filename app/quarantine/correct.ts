/**
 * Touches the world: refused rows that somebody corrects. The corrected rows become a received file of their own and go
 * through the same door as every other one; which rows they were and what came of them is one transaction with that.
 */
import { type Actor, noteAudit, RouteProblem } from '../../access/index.ts';
import { type Feed, feeds, keepCorrection, readHere, registerFile, settleFates } from '../../ingest/index.ts';
import { DirectoryProblem } from '../exchange-directory.ts';
import { lockFeed } from '../intake-lock.ts';
import { beginIntake, type Intake, noteJudged } from '../load-store.ts';
import { homeMapping, readMappingFile } from '../mappings.ts';
import type { System } from '../system.ts';
import { type ReceivedFile, takeHeldFile } from '../take-file.ts';
import { createEntryReader, type ReadEntry } from './cells.ts';
import type { CorrectionAnswer, CorrectionRequest } from './contract.ts';
import { hindranceOf } from './hindrance.ts';
import { createKinds } from './kinds.ts';
import { lineOf, ofOneRow, regionsOf } from './rows.ts';
import { countFates, type EntryRow, givenOf, readEntries, readUnfinished } from './store.ts';

/** How long a correction waits while files or pushes of its feed are taken. */
const LONGEST_WAIT_MS = 10_000;
const RETRY_SECONDS = 10;

const refuse = {
  busy: () =>
    new RouteProblem(
      429,
      'busy',
      `该数据源正在接收其他数据，本次更正未提交，请 ${RETRY_SECONDS} 秒后再提交。`,
      RETRY_SECONDS,
    ),
  unknown: () => new RouteProblem(404, 'not_found', '所选数据中有的不存在，或不在您的辖区内。请刷新列表后重新选择。'),
  decided: (numbers: readonly number[]) =>
    new RouteProblem(
      409,
      'already_corrected',
      `第 ${numbers.slice(0, 5).join('、')} 号${numbers.length > 5 ? '等' : ''}数据刚刚已由他人处理，本次更正全部未提交。请刷新后核对，再对其余数据提交。`,
    ),
  changed: (expected: number, now: number) =>
    new RouteProblem(
      409,
      'kind_changed',
      `同类待处理数据已由 ${expected} 条变为 ${now} 条，本次更正未提交。请刷新后核对，再提交。`,
    ),
  severalFeeds: () => new RouteProblem(422, 'several_feeds', '一次只能更正同一数据源的数据，请分别提交。'),
  nothing: () => new RouteProblem(422, 'nothing_changed', '没有填写任何更正内容。请至少填写一个字段，或选择不予更正。'),
  column: (name: string) => new RouteProblem(422, 'unknown_column', `该数据源没有字段 ${name}。请从字段列表中选择。`),
  ofOne: (titles: readonly string[]) =>
    new RouteProblem(
      422,
      'of_one_row',
      `${titles.join('、')}因人或因记录而异，不能对多条数据写入同一内容。请逐条更正。`,
    ),
  noMapping: (feed: string) =>
    new RouteProblem(
      422,
      'no_mapping',
      `没有找到该数据源的对照表。请管理员先在 mappings/${feed}.yaml 中写明对方的表头和代码，再重新读取。`,
    ),
  badMapping: (problems: readonly string[]) =>
    new RouteProblem(422, 'bad_mapping', `对照表有误，未重新读取：${problems.slice(0, 3).join('；')}`),
  registry: () => new RouteProblem(422, 'not_correctable', hindranceOf({ feed: null, cells: null }, 'edit') ?? ''),
  reused: () => new RouteProblem(422, 'request_reused', '该请求编号已用于另一次更正。请刷新页面后重新提交。'),
};

const answerOf = (id: string, counts: ReadonlyMap<string, number>): CorrectionAnswer => {
  const of = (name: string): number => counts.get(name) ?? 0;
  return {
    correction_id: id,
    entries: [...counts.values()].reduce((sum, count) => sum + count, 0),
    ...{ accepted: of('accepted'), duplicate: of('duplicate'), not_authorised: of('not_authorised') },
    ...{ completion: of('completion'), rejected: of('rejected'), dismissed: of('dismissed'), sent: of('sent') },
  };
};

export const createCorrections = (system: System) => {
  const { postgres, cipher } = system;
  const kinds = createKinds(system);

  /** What was decided under this id before; null where nothing was. */
  const known = async (actor: Actor, id: string): Promise<CorrectionAnswer | null> => {
    const found = await countFates(postgres, id);
    if (found === null) return null;
    if (found.made_by !== actor.id) throw refuse.reused();
    return answerOf(id, found.counts);
  };

  const choose = async (actor: Actor, { which }: CorrectionRequest): Promise<EntryRow[]> => {
    if (which.by === 'entries') {
      const numbers = [...new Set(which.entries)];
      const entries = await readEntries(postgres, givenOf(actor), numbers);
      if (entries.length < numbers.length) throw refuse.unknown();
      return entries;
    }
    const entries = await kinds.waitingOf(givenOf(actor), which, which.key);
    if (entries.length !== which.expected) throw refuse.changed(which.expected, entries.length);
    return entries;
  };

  const mappingOf = async (feed: Feed) => {
    const mapping = await readMappingFile(homeMapping(system.config.home, feed.name), feed).catch((error: unknown) => {
      throw error instanceof DirectoryProblem ? refuse.badMapping(error.problems) : error;
    });
    if (mapping === null) throw refuse.noMapping(feed.name);
    return mapping;
  };

  const read = async (
    entries: readonly EntryRow[],
    feed: Feed,
    { change }: CorrectionRequest,
  ): Promise<ReadEntry[]> => {
    const reader = createEntryReader(system, change.type === 'mapping' ? await mappingOf(feed) : undefined);
    const rows: ReadEntry[] = [];
    for (const entry of entries) rows.push(await reader(entry));
    return rows;
  };

  /** The corrected rows, one a line. */
  const linesOf = async (entries: readonly EntryRow[], feed: Feed, request: CorrectionRequest): Promise<string[]> => {
    const { change } = request;
    const edit = change.type === 'edit' ? change.values : {};
    const rows = await read(entries, feed, request);
    const columns = rows[0]?.columns ?? [];
    const named = Object.keys(edit).map((name) => {
      const column = columns.find((one) => one.name === name);
      if (column === undefined) throw refuse.column(name);
      return column;
    });
    if (change.type === 'edit' && named.length === 0) throw refuse.nothing();
    const single = named.filter(({ name }) => ofOneRow.has(name));
    if (entries.length > 1 && single.length > 0) throw refuse.ofOne(single.map(({ zh }) => zh));
    for (const row of rows) {
      const hindrance = hindranceOf(row, change.type);
      if (hindrance !== null) throw new RouteProblem(422, 'not_correctable', hindrance);
    }
    return rows.map((row) => lineOf(row.columns, row, edit));
  };

  /** Takes the corrected rows to their end, for whoever holds the feed's lock. */
  const finish = async (load: Intake, file: ReceivedFile): Promise<void> => {
    await takeHeldFile(system, file, 0, load, {
      ...{ limits: load.limits, reader: readHere(system.archive), unknown: new Map(), seen: new Map(), marked: null },
      progress: { bytes: () => undefined, rows: () => undefined },
      // What was decided is carried out, also when whoever decided goes away.
      signal: new AbortController().signal,
      settle: (tx, results) => settleFates(tx, file.fileNo, results),
    });
    await postgres.transaction((tx) => noteJudged(tx, load.loadNo, null, system.now()), { scope: '*' });
  };

  const decide = async (actor: Actor, feed: Feed | null, entries: readonly EntryRow[], request: CorrectionRequest) => {
    const { request_id: id, reason, change } = request;
    const now = system.now();
    const feedName = entries[0]?.feed ?? '';
    if (feed === null && change.type !== 'dismiss') throw refuse.registry();
    const lines = feed === null || change.type === 'dismiss' ? null : await linesOf(entries, feed, request);
    const bytes = lines === null ? null : Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const archived =
      bytes === null
        ? null
        : await system.archive.store(async function* all() {
            yield bytes;
          }, 'a correction');
    const regions = regionsOf(
      actor.role === 'system' ? null : actor.regions,
      entries.map((entry) => entry.regions),
    );
    return postgres.transaction(
      async (tx) => {
        const load = archived === null ? null : await beginIntake(tx, { origin: 'correction', name: id, now });
        const file =
          archived === null
            ? null
            : await registerFile(tx, {
                feed: feedName,
                name: `correction-${id}.jsonl`,
                archived,
                receivedAt: now,
                regions,
              });
        const { decided } = await keepCorrection(
          tx,
          {
            ...{ correctionId: id, feed: feedName, kind: change.type, reason, actor: actor.id, role: actor.role },
            changeSealed: change.type === 'edit' ? cipher.seal(JSON.stringify(change.values)) : null,
            ...{ madeAt: now, fileNo: file?.fileNo ?? null },
          },
          entries.map((entry, i) => ({ quarantineNo: entry.quarantine_no, line: file === null ? null : i + 1 })),
        );
        if (decided.length > 0) throw refuse.decided(decided);
        await noteAudit(tx, {
          ...{ at: now, actor: actor.id, role: actor.role, act: 'correct_quarantine', subject: id, reason },
          detail: {
            ...{ feed: feedName, kind: change.type, entries: entries.length },
            columns: change.type === 'edit' ? Object.keys(change.values) : [],
          },
        });
        if (load === null || file === null || archived === null || feed === null) return null;
        const received = { feed, archived, fileNo: file.fileNo, receivedAt: file.receivedAt, regions, mapping: null };
        return { load, file: { ...received, form: 'jsonl', packed: false, declarations: false } as const };
      },
      { scope: '*' },
    );
  };

  return {
    /** Throws RouteProblem where nothing was done. */
    async correct(actor: Actor, request: CorrectionRequest): Promise<CorrectionAnswer> {
      const { request_id: id, which } = request;
      const before = await known(actor, id);
      if (before !== null) return before;
      const first = which.by === 'kind' ? which.feed : (await choose(actor, request))[0]?.feed;
      const feed = feeds.get(first ?? '') ?? null;
      const release = await lockFeed(postgres, first ?? '', 'alone', { ms: LONGEST_WAIT_MS });
      if (release === null) throw refuse.busy();
      try {
        // Of two who ask with one id at once the second finds here what the first has done.
        const done = await known(actor, id);
        if (done !== null) return done;
        const entries = await choose(actor, request);
        if (entries.some((entry) => entry.feed !== first)) throw refuse.severalFeeds();
        const decided = entries.filter((entry) => entry.state !== 'waiting');
        if (decided.length > 0) throw refuse.decided(decided.map((entry) => entry.quarantine_no));
        const sent = await decide(actor, feed, entries, request);
        if (sent !== null) await finish(sent.load, sent.file);
      } finally {
        release();
      }
      const found = await countFates(postgres, id);
      return answerOf(id, found?.counts ?? new Map());
    },

    /** Ends what was interrupted when the program was killed: what was decided is carried out, whoever asks again. */
    async resume(signal: AbortSignal): Promise<void> {
      for (const left of await readUnfinished(postgres)) {
        const feed = feeds.get(left.feed);
        if (feed === undefined) continue;
        const release = await lockFeed(postgres, feed.name, 'alone', { signal });
        try {
          const load = await beginIntake(postgres, {
            origin: 'correction',
            name: left.correction_id,
            now: system.now(),
          });
          if (load.state === 'judged') continue;
          const archived = { sha256: left.sha256, size: left.size, encoding: 'utf-8' } as const;
          const file = { feed, archived, fileNo: left.file_no, receivedAt: left.received_at, regions: left.regions };
          await finish(load, { ...file, form: 'jsonl', packed: false, declarations: false, mapping: null });
          system.log.info('correction.resumed', { feed: feed.name, file_no: left.file_no });
        } finally {
          release?.();
        }
      }
    },
  };
};
