/** Follows docs/new-feed.md to the letter on a copy of the room: the file, the line, the rows; nothing else is touched. */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Feed, ReceiptLimits, TakenRow } from '../ingest/index.ts';

type Room = typeof import('../ingest/index.ts');

const ROOT = join(import.meta.dirname, '..');
const DAY = 20_726; // 2026-09-30
const limits: ReceiptLimits = { latestDay: DAY, receiptDay: DAY };

/** The code block that stands under the line which names its file. */
const blockOf = (page: string, file: string): string => {
  const block = new RegExp(`^\`${file}\`[^\n]*:\n\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\`$`, 'm').exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/new-feed.md has no code block for ${file}`);
  return block;
};

let copy: string;
let page: string;
let room: Room;

beforeAll(async () => {
  page = await readFile(join(ROOT, 'docs/new-feed.md'), 'utf8');
  copy = await mkdtemp(join(tmpdir(), 'yilian-new-feed-'));
  for (const folder of ['ingest', 'platform']) await cp(join(ROOT, folder), join(copy, folder), { recursive: true });
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package.json'])
    await cp(join(ROOT, file), join(copy, file));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await writeFile(join(copy, 'ingest/feeds/power-supply.ts'), blockOf(page, 'ingest/feeds/power-supply.ts'));
  await appendFile(join(copy, 'ingest/feeds/list.ts'), blockOf(page, 'ingest/feeds/list.ts'));
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], { cwd: copy });
  room = (await import(pathToFileURL(join(copy, 'dist/ingest/index.js')).href)) as Room;
}, 120_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

const feed = (): Feed => room.feeds.get('power-supply') as Feed;

const rowsOf = async (form: 'csv' | 'jsonl', content: string, declarations = false): Promise<TakenRow[]> => {
  const bytes = Buffer.from(content);
  const open = async function* (offset: number) {
    yield bytes.subarray(offset);
  };
  const file = { feed: feed(), form, declarations, encoding: 'utf-8' as const, open };
  const rows: TakenRow[] = [];
  const options = { from: { line: 1, offset: 0 }, limits, batchRows: 10, unknown: new Map() };
  for await (const batch of room.readFeed(file, options)) rows.push(...batch.rows);
  return rows;
};

const told = (row: TakenRow): string =>
  row.kind === 'record'
    ? `${row.record.recordId} ${row.record.fact?.kind}`
    : row.kind === 'rejected'
      ? `${row.rejection.reason} ${row.rejection.field}`
      : `complete ${row.completion.month}`;

describe('docs/new-feed.md', () => {
  it('needs one file and one line', async () => {
    expect(blockOf(page, 'ingest/feeds/list.ts').trim().split('\n')).toHaveLength(1);
    expect(feed()).toMatchObject({ name: 'power-supply', zh: '供电' });
    expect(room.feeds.size).toBe((await import('../ingest/index.ts')).feeds.size + 1);
  });

  it('takes and refuses the rows of its example as it says', async () => {
    const rows = await rowsOf('csv', blockOf(page, 'example/feeds/power-supply/01.csv'));
    expect(rows.map(told)).toEqual([
      'GD-1 power-supply.usage_month',
      'GD-2 power-supply.cut_off',
      'missing_field owed_amount',
    ]);
    expect(page).toContain('GD-3: missing_field owed_amount');
    const facts = rows.map((row) => (row.kind === 'record' ? row.record.fact : null));
    expect(facts[0]).toMatchObject({ day: DAY - 27, month: 2026 * 12 + 7, amount: 0, amountB: 63 });
    expect(facts[1]).toMatchObject({ day: DAY - 10, month: 2026 * 12 + 8, amount: 102_030, amountB: 0 });
    expect(rows.map((row) => (row.kind === 'record' ? row.record.countedMonth : null))).toEqual([
      2026 * 12 + 7,
      2026 * 12 + 8,
      null,
    ]);
  });

  it('brings all that every feed has: other forms, withdrawals, declarations, every reason', async () => {
    const person = { name: '张三', id_number: '15990119800101001X', occurred_on: '2026-09-01' };
    const used = { ...person, event: 'usage_month', period: '2026-08', kwh: 62.5 };
    const lines = [
      { record_id: 'a', ...used },
      { record_id: 'a', op: 'delete' },
      { op: 'complete', record_id: 'c', region_code: '1599', period: '2026-08' },
      { record_id: 'b', ...used, event: 'usage' },
      { record_id: 'b', ...used, kwh: '62度' },
      { record_id: 'b', ...used, kwh: '-1' },
      { record_id: 'b', ...used, period: '2026-13' },
      { record_id: 'b', ...used, owed_amount: '一百' },
      { record_id: 'b', ...used, occurred_on: '2026-10-01' },
      { record_id: 'b', ...used, id_number: '' },
      { record_id: 'b', ...used, period: '' },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"record_id"\n`;
    expect((await rowsOf('jsonl', text)).map(told)).toEqual([
      'a power-supply.usage_month',
      'a undefined',
      `complete ${2026 * 12 + 7}`,
      'bad_value event',
      'bad_type kwh',
      'bad_value kwh',
      'bad_date period',
      'bad_amount owed_amount',
      'future_date occurred_on',
      'no_identity id_number',
      'missing_field period',
      'malformed null',
    ]);
    expect((await rowsOf('csv', 'region_code,period\n1599,2026-08\n', true)).map(told)).toEqual([
      `complete ${2026 * 12 + 7}`,
    ]);
    expect(room.needsAuthorisation(feed(), null)).toBe(false);
  });
});
