/**
 * The watched inbox of a running worker: what it leaves alone, what it takes, what a department finds afterwards; and a
 * worker that is killed again and again while files lie there, after which every record was taken once.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORD, writeRecord, writeRegistry } from '../../app/selfcheck-exchange.ts';
import { simulate } from '../../app/simulate/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { copyRegistry, readFeedRows, writeFeedFile } from '../support/exchange-rows.ts';
import { type Home, openFolder, openHome, type Running } from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';
import { withSystem } from '../support/system.ts';

const SETTLE_MS = 300;
const ENV = { YILIAN_INBOX_SETTLE: `${SETTLE_MS / 1000}`, YILIAN_LOG_LEVEL: 'info' };
const WAIT = 60_000;
const TODAY = shanghaiDay(new Date());

interface Receipt {
  readonly file: string;
  readonly state: string;
  readonly message: string;
  readonly problem: string | null;
  readonly received_at: string | null;
  readonly sha256: string | null;
  readonly records: Record<string, number> | null;
  readonly completions: number;
  readonly rejected_by_reason: { reason: string; rows: number; meaning: string }[];
  readonly rejected_rows: string | null;
}

const seen = async <T>(what: string, ask: () => T | null | Promise<T | null>): Promise<T> => {
  const answer = await until(WAIT, ask, { every: 50 });
  if (answer === null) throw new Error(`${what} did not happen`);
  return answer;
};

const inboxOf = (home: Home, feed = 'housing') => {
  const folder = join(home.path, 'inbox', feed);
  mkdirSync(folder, { recursive: true });
  const lies = (where: 'done' | 'failed', name: string): true | null =>
    existsSync(join(folder, where, name)) && !existsSync(join(folder, name)) ? true : null;
  const read = (where: 'done' | 'failed', name: string): Receipt =>
    JSON.parse(readFileSync(join(folder, where, `${name}.receipt.json`), 'utf8'));
  return {
    folder,
    put: (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, `.${name}.writing`), content);
      renameSync(join(folder, `.${name}.writing`), join(folder, name));
    },
    /** Waits until a file was moved, and reads its receipt. */
    receipt: async (where: 'done' | 'failed', name: string): Promise<Receipt> => {
      await seen(`${name} in ${where}/`, () => lies(where, name));
      return read(where, name);
    },
  };
};

const HEADER = 'record_id,version,occurred_on,name,id_number,event,grade';
const row = (id: string, more = '2026-09-01,巴图,159901197003150174,dangerous_house,C'): string => `${id},1,${more}\n`;

describe('the inbox', () => {
  let home: Home;
  let worker: Running;
  let inbox: ReturnType<typeof inboxOf>;
  const exchange = openFolder();

  beforeAll(async () => {
    home = await openHome();
    await writeRegistry(await exchange, TODAY);
    expect((await home.start(['load', await exchange]).ended).code).toBe(0);
    worker = home.start(['worker'], ENV);
    inbox = inboxOf(home);
  });
  afterAll(async () => {
    await worker.kill();
    const { stderr, stdout } = await worker.ended;
    // What a log of a bad day would hold: no id number.
    expect(`${stderr}${stdout}`).not.toMatch(/1599\d{14}/);
  });

  it("takes a department's file, says so, and judges what it brought", async () => {
    const delivery = await openFolder();
    await writeRecord(delivery, TODAY);
    const content = readFileSync(join(delivery, 'feeds', RECORD.feed, 'selfcheck.csv'));
    inbox.put('住建.csv', content);
    const receipt = await inbox.receipt('done', '住建.csv');
    expect(receipt).toMatchObject({
      ...{ file: '住建.csv', state: 'taken', problem: null, rejected_rows: null },
      records: { read: 1, accepted: 1, duplicate: 0, rejected: 0 },
    });
    expect(receipt.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(receipt.received_at).toMatch(/\+08:00$/);
    expect(readFileSync(join(inbox.folder, 'done', '住建.csv')).equals(content)).toBe(true);
    const warned = await seen('a warning', async () => {
      const { code, stdout } = await home.start(['export', 'warnings']).ended;
      return code === 0 && stdout.includes(RECORD.rule) ? stdout : null;
    });
    expect(warned).toContain(`${RECORD.feed}/${RECORD.id}`);
  });

  it('leaves alone what is hidden, half written or growing, and takes it when it is whole', async () => {
    for (const name of ['.a.csv', 'a.csv.part', 'A.TMP', '~$a.csv']) {
      writeFileSync(join(inbox.folder, name), `${HEADER}\n${row('left')}`);
    }
    const growing = join(inbox.folder, 'growing.csv');
    writeFileSync(growing, `${HEADER}\n`);
    // Each pause is shorter than a file must rest, all together are far longer.
    for (let n = 0; n < 20; n += 1) {
      await pause(SETTLE_MS / 3);
      expect(existsSync(growing), `taken after ${n} rows`).toBe(true);
      appendFileSync(growing, row(`growing-${n}`));
    }
    expect((await inbox.receipt('done', 'growing.csv')).records).toMatchObject({ read: 20, accepted: 20 });
    renameSync(join(inbox.folder, 'a.csv.part'), join(inbox.folder, 'a.csv'));
    expect((await inbox.receipt('done', 'a.csv')).records).toMatchObject({ read: 1 });
    expect(readdirSync(inbox.folder).sort()).toEqual(['.a.csv', '.taking', 'A.TMP', 'done', '~$a.csv'].sort());
  });

  const flock = existsSync('/proc/locks') && existsSync('/usr/bin/flock');
  it.skipIf(!flock)(`waits for a lock${flock ? '' : ' (skipped: no flock, or no /proc/locks)'}`, async () => {
    const path = join(inbox.folder, 'locked.csv');
    writeFileSync(join(inbox.folder, '.locked'), `${HEADER}\n${row('locked')}`);
    const holder = spawn('flock', [join(inbox.folder, '.locked'), '-c', 'echo held; sleep 60'], { detached: true });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    renameSync(join(inbox.folder, '.locked'), path);
    inbox.put('later.csv', `${HEADER}\n${row('later')}`);
    await inbox.receipt('done', 'later.csv');
    expect(existsSync(path)).toBe(true);
    process.kill(-(holder.pid as number), 'SIGKILL');
    expect((await inbox.receipt('done', 'locked.csv')).records).toMatchObject({ accepted: 1 });
  });

  it('keeps both of two files of one name, and takes the same file twice as duplicates', async () => {
    inbox.put(
      'same.jsonl',
      '{"record_id":"s1","occurred_on":"2026-09-01","name":"甲","birth_date":"1970-01-01","phone":"1","event":"public_rental"}\n',
    );
    expect((await inbox.receipt('done', 'same.jsonl')).records).toMatchObject({ accepted: 1 });
    inbox.put(
      'same.jsonl',
      '{"record_id":"s2","occurred_on":"2026-09-01","name":"乙","birth_date":"1970-01-01","phone":"1","event":"public_rental"}\n',
    );
    expect((await inbox.receipt('done', 'same.2.jsonl')).records).toMatchObject({ accepted: 1 });
    inbox.put('same.jsonl', readFileSync(join(inbox.folder, 'done', 'same.jsonl')));
    expect((await inbox.receipt('done', 'same.3.jsonl')).records).toMatchObject({ read: 1, accepted: 0, duplicate: 1 });
    expect(readFileSync(join(inbox.folder, 'done', 'same.jsonl'), 'utf8')).toContain('s1');
  });

  it('lists refused rows for the department, without what they held', async () => {
    const bad = '2026-13-01,巴图,159901197003150174,dangerous_house,C';
    inbox.put(
      'some.csv',
      `${HEADER}\n${row('ok')}${row('x1', bad)}${row('x2', ',巴图,159901197003150174,dangerous_house,C')}`,
    );
    const receipt = await inbox.receipt('done', 'some.csv');
    expect(receipt).toMatchObject({ state: 'taken', rejected_rows: 'some.csv.rejected.csv' });
    expect(receipt.rejected_by_reason.map(({ reason, rows }) => [reason, rows])).toEqual(
      expect.arrayContaining([
        ['bad_date', 1],
        ['missing_field', 1],
      ]),
    );
    const list = readFileSync(join(inbox.folder, 'done', 'some.csv.rejected.csv'));
    // Excel takes it for UTF-8 by these bytes only.
    expect(list.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const [header, first, second, end] = list.toString('utf8').slice(1).split('\r\n');
    expect(header).toBe('行号,原因,原因代码,字段,字段名称,如何修改');
    expect(first).toMatch(/^3,日期或月份无效,bad_date,occurred_on,发生日期,请写成/);
    expect(second).toMatch(/^4,缺少必填项,missing_field,occurred_on,发生日期,/);
    expect(end).toBe('');
    expect(list.toString('utf8')).not.toMatch(/1599|巴图/);
  });

  it('moves to failed/ what can not be read, or not one row of', async () => {
    const files: [string, string | Buffer, RegExp][] = [
      ['headers.csv', 'a,b\n1,2\n', /headers\.csv:1: none of the headers is known/],
      ['damaged.csv.gz', gzipSync(`${HEADER}\n${row('d')}`).subarray(0, 40), /damaged or cut short/],
      ['old.pdf', '%PDF', /no \.csv, \.jsonl/],
      ['mac.csv', `${HEADER}\r${row('m').replace('\n', '\r')}`, /carriage return/],
    ];
    for (const [name, content] of files) inbox.put(name, content);
    for (const [name, , problem] of files) {
      const receipt = await inbox.receipt('failed', name);
      expect(receipt, name).toMatchObject({ state: 'failed', records: null, sha256: null });
      expect(receipt.problem, name).toMatch(problem);
      expect(receipt.problem, name).not.toContain(home.path);
      expect(receipt.message).toContain('重新放入');
      expect(readFileSync(join(inbox.folder, 'failed', `${name}.rejected.csv`), 'utf8')).toContain('整个文件无法读取');
    }
    inbox.put('none.csv', `${HEADER}\n${row('n1', ',,,,')}${row('n2', ',,,,')}`);
    expect(await inbox.receipt('failed', 'none.csv')).toMatchObject({
      ...{ state: 'failed', problem: null, records: { read: 2, rejected: 2 } },
      rejected_rows: 'none.csv.rejected.csv',
    });
    inbox.put('empty.csv', '');
    expect(await inbox.receipt('done', 'empty.csv')).toMatchObject({ state: 'taken', records: { read: 0 } });
  });

  it('takes declarations of complete months', async () => {
    inbox.put('_complete.csv', 'region_code,period,records\n159901,2026-09,\n159901,2026-99,\n');
    expect(await inbox.receipt('done', '_complete.csv')).toMatchObject({ completions: 1, records: { read: 0 } });
    inbox.put('_complete.csv', 'region_code,period\n159901,2026-10\n');
    expect(await inbox.receipt('done', '_complete.2.csv')).toMatchObject({ completions: 1 });
  });

  it('says where it can not move a file away, leaves it whole, and takes it once when it can', async () => {
    const folder = inboxOf(home, 'health').folder;
    const put = (name: string) =>
      writeFileSync(
        join(folder, name),
        '{"record_id":"h1","occurred_on":"2026-09-01","name":"甲","birth_date":"1970-01-01","phone":"1","event":"chronic_illness"}\n',
      );
    // Nobody may write into done/, not even root: a file stands in its place.
    writeFileSync(join(folder, 'done'), '');
    put('stuck.jsonl');
    await worker.said('inbox.not-taken');
    await seen('the claim', () => (existsSync(join(folder, 'stuck.jsonl')) ? null : true));
    rmSync(join(folder, 'done'));
    const receipt = await inboxOf(home, 'health').receipt('done', 'stuck.jsonl');
    expect(receipt.records).toMatchObject({ read: 1, accepted: 1, duplicate: 0 });
  });

  const isRoot = process.getuid?.() === 0;
  const lock = (folder: string, on: boolean): boolean => {
    if (!isRoot) chmodSync(folder, on ? 0o555 : 0o755);
    else {
      try {
        execFileSync('chattr', [on ? '+i' : '-i', folder], { stdio: 'ignore' });
      } catch {
        return false;
      }
    }
    return true;
  };
  it('leaves a file where it lies when the folder may not be written', async ({ skip }) => {
    const folder = inboxOf(home, 'disability').folder;
    const name = 'fixed.jsonl';
    writeFileSync(
      join(folder, name),
      '{"record_id":"f1","occurred_on":"2026-09-01","name":"甲","birth_date":"1970-01-01","phone":"1","event":"cancelled"}\n',
    );
    mkdirSync(join(folder, '.taking'), { recursive: true });
    if (!lock(folder, true)) skip('root may write everywhere here');
    try {
      await worker.said('inbox.not-movable');
      expect(existsSync(join(folder, name))).toBe(true);
    } finally {
      lock(folder, false);
    }
    expect((await inboxOf(home, 'disability').receipt('done', name)).records).toMatchObject({ accepted: 1 });
  });
});

const SEED = 20_261_124;
const KILLS = roundsOf('kills of a worker', 12, 4);
const AS_OF = '2026-09-30';

describe(`a worker that is killed ${KILLS} times while files come in (seed ${SEED})`, () => {
  it('takes every record once', { timeout: 900_000 }, async () => {
    const source = await openFolder();
    const registry = await openFolder();
    await simulate({ households: 250, seed: SEED, months: 12, out: source, asOf: AS_OF });
    copyRegistry(source, registry);
    const delivery = await openFolder();
    let rows = 0;
    const files: { feed: string; name: string; rows: number }[] = [];
    for (const [feed, all] of readFeedRows(source)) {
      const third = Math.ceil(all.length / 3);
      for (let part = 0; part < 3; part += 1) {
        const some = all.slice(part * third, (part + 1) * third);
        const name = `0${part}.${part === 1 ? 'csv' : 'jsonl'}`;
        writeFeedFile(delivery, feed, name, some);
        files.push({ feed, name, rows: some.filter(({ op }) => op !== 'complete').length });
        rows += some.length;
      }
    }
    expect(rows).toBeGreaterThan(3_000);

    const run = async (kills: number) => {
      const home = await openHome();
      expect((await home.start(['load', registry]).ended).code).toBe(0);
      const dice = createDice(SEED + kills);
      let left = kills;
      const env = { ...ENV, YILIAN_BATCH_ROWS: '100' };
      for (const { feed, name } of files)
        inboxOf(home, feed).put(name, readFileSync(join(delivery, 'feeds', feed, name)));
      const isDone = () =>
        files.every(({ feed, name }) => existsSync(join(home.path, 'inbox', feed, 'done', name))) ? true : null;
      while (left > 0 && isDone() === null) {
        const worker = home.start(['worker'], env);
        // Most of it while files are taken: engines start in about a second and a half.
        await Promise.race([pause(1_200 + dice.next() * 3_500), worker.ended]);
        await worker.kill();
        left -= 1;
      }
      const worker = home.start(['worker'], env);
      await seen('the end of all files', () => isDone());
      const receipts = files.map(({ feed, name }) => {
        const folder = join(home.path, 'inbox', feed);
        expect(readdirSync(folder).sort()).toEqual(['.taking', 'done']);
        expect(readdirSync(join(folder, '.taking'))).toEqual([]);
        const { records } = JSON.parse(readFileSync(join(folder, 'done', `${name}.receipt.json`), 'utf8')) as Receipt;
        return { feed, name, records };
      });
      await worker.kill();
      await worker.ended;
      const kept = await withSystem(home.path, async ({ postgres, clickhouse }) => ({
        months: await postgres.query(
          'select feed, month, sum(rows) as rows from feed_months group by feed, month order by feed, month',
        ),
        quarantine: await postgres.query(
          'select feed, position, reason from quarantine order by feed, file_no, position',
        ),
        matches: await clickhouse.query(
          'write',
          'SELECT feed, record_id, rank, outcome, person_no FROM record_versions FINAL ORDER BY feed, record_id, rank',
        ),
        facts: await clickhouse.query(
          'write',
          'SELECT person_no, fact_key, kind, day, month, amount, record_version FROM facts FINAL ORDER BY person_no, fact_key',
        ),
        unjudged: await postgres.query("select directory from loads where state <> 'judged'"),
      }));
      await home.remove();
      return { receipts, kept, killed: kills - left };
    };

    const undisturbed = await run(0);
    const disturbed = await run(KILLS);
    console.log(`${rows} rows in ${files.length} files; killed ${disturbed.killed} times`);
    expect(disturbed.killed).toBeGreaterThan(2);
    expect(undisturbed.receipts.map(({ records }) => records?.['read'])).toEqual(files.map((file) => file.rows));
    expect(disturbed.receipts).toEqual(undisturbed.receipts);
    expect(disturbed.kept).toEqual(undisturbed.kept);
    expect(disturbed.kept.facts.length).toBeGreaterThan(1_000);
  });
});
