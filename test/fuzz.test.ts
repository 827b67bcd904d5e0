/**
 * Files that were changed at random, by bytes and by what means something to the readers: whatever comes, reading ends, in
 * time and memory that the file's size bounds, and throws nothing but what it says it throws. YILIAN_FUZZ_SECONDS (10) is
 * how long all of it takes, YILIAN_FUZZ_SEED where it begins; the seed of every run is printed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackedFrom } from '../ingest/archive.ts';
import { type Feed, feeds, type ReadRows, readColumns, readFeed, readMapping, xlsxRecords } from '../ingest/index.ts';
import type { FeedFile } from '../ingest/read-feed.ts';
import { createDice, type Dice } from './support/dice.ts';
import { LIMITS } from './support/read-file.ts';
import { partsOf, rowOf, sourceOf, zipOf } from './support/workbook.ts';

const SECONDS = Number(process.env['YILIAN_FUZZ_SECONDS'] ?? 10);
const SEED = Number(process.env['YILIAN_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** A file of some KiB takes milliseconds; a machine that does other work, a few more. */
const LONGEST_MS = 5_000;
const MOST_GROWTH = 400 * 1_048_576;

const feed = feeds.get('health') as Feed;
const columns = readColumns({ feed, declarations: false });

const signs = [
  ...[
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\ufeff',
    '\u202e',
    '𠮷',
    '\ud842',
    '{',
    '}',
    '[',
    ']',
    ':',
    '\\u0000',
    '\\',
  ],
  ...[
    '1e309',
    '-0',
    '9'.repeat(30),
    '2026-02-30',
    'record_id',
    '姓名',
    '<',
    '>',
    '/>',
    '</c>',
    '<c>',
    '<v>',
    '&',
    '&amp;',
    '&#x0;',
  ],
  ...[
    '&#xD842;',
    '_xD842_',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!DOCTYPE x>',
    ' r="XFE1"',
    ' t="s"',
    ' s="99"',
  ],
  ...[
    '<row r="1048577">',
    '<row r="3">',
    '</row>',
    '<rPh>',
    '\t',
    '- ',
    '? ',
    '&a ',
    '*a',
    '!!binary ',
    '|',
    '#',
    '%',
    "'",
  ],
].map((sign) => Buffer.from(sign));

/** A few changes of bytes: one, many, a sign put in, a piece left out, doubled or moved. */
const changed = (bytes: Buffer, dice: Dice): Buffer => {
  let out = bytes;
  for (let changes = 1 + dice.below(6); changes > 0; changes -= 1) {
    const at = dice.below(out.length + 1);
    const length = dice.chance(0.2) ? dice.below(out.length + 1) : dice.below(40);
    const piece = out.subarray(at, at + length);
    const put = dice.below(6);
    if (put === 0) out = Buffer.concat([out.subarray(0, at), Buffer.of(dice.below(256)), out.subarray(at + 1)]);
    else if (put === 1) out = Buffer.concat([out.subarray(0, at), dice.pick(signs), out.subarray(at)]);
    else if (put === 2) out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
    else if (put === 3) out = Buffer.concat([out.subarray(0, at), piece, piece, out.subarray(at + length)]);
    else if (put === 4)
      out = Buffer.concat([out.subarray(0, at), ...Array(dice.below(300)).fill(dice.pick(signs)), out.subarray(at)]);
    else out = Buffer.concat([piece, out.subarray(0, at), out.subarray(at + length)]);
    if (out.length > 300_000) out = out.subarray(0, 300_000);
  }
  return out;
};

/** Reads a file to its end, then again from where one of its batches ended: the rest must be the same. */
const readTwice = async (file: FeedFile, dice: Dice): Promise<void> => {
  const options = (line: number, offset: number) => ({
    ...{ from: { line, offset }, limits: LIMITS, batchRows: 1 + dice.below(20), unknown: new Map() },
  });
  const batches: ReadRows[] = [];
  for await (const batch of readFeed(file, options(1, 0))) batches.push(batch);
  const rows = batches.flatMap((batch) => batch.rows);
  for (let i = 1; i < rows.length; i += 1) {
    const [last, next] = [rows[i - 1], rows[i]] as [(typeof rows)[number], (typeof rows)[number]];
    expect([next.at.line > last.at.line, next.at.offset > last.at.offset]).toEqual([true, true]);
  }
  const cut = dice.below(batches.length);
  const after = batches[cut]?.next;
  if (after === undefined) return;
  const rest = [];
  for await (const batch of readFeed(file, options(after.line, after.offset))) rest.push(...batch.rows);
  const left = batches.slice(cut + 1).flatMap((batch) => batch.rows);
  expect(rest.map(({ kind, at }) => [kind, at])).toEqual(left.map(({ kind, at }) => [kind, at]));
};

const folder = join(import.meta.dirname, 'fixtures/hostile');
const fixtures = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
const texts = (form: string): Buffer[] =>
  fixtures.filter(({ name }) => name.endsWith(form)).map(({ bytes }) => bytes.subarray(0, 20_000));

const bytesAt = (bytes: Buffer, size: number) =>
  async function* (offset: number): AsyncGenerator<Buffer> {
    for (let at = offset; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };

type Try = (dice: Dice) => Promise<void>;

const csv: Try = async (dice) => {
  const bytes = changed(dice.pick(texts('.csv')), dice);
  const encoding = dice.pick(['utf-8', 'gb18030'] as const);
  await readTwice(
    { feed, form: 'csv', declarations: dice.chance(0.1), encoding, open: bytesAt(bytes, 1 + dice.below(5_000)) },
    dice,
  );
};

const jsonl: Try = async (dice) => {
  const bytes = changed(dice.pick(texts('.jsonl')), dice);
  await readTwice(
    { feed, form: 'jsonl', declarations: false, encoding: 'utf-8', open: bytesAt(bytes, 1 + dice.below(5_000)) },
    dice,
  );
};

const gzip: Try = async (dice) => {
  const bytes = changed(gzipSync(dice.pick(texts('.csv'))), dice);
  const open = (offset: number) => unpackedFrom(bytesAt(bytes, 1_000)(0), offset);
  await readTwice({ feed, form: 'csv', declarations: false, encoding: 'utf-8', open }, dice).catch((error: unknown) => {
    if (!String((error as { code?: unknown }).code).startsWith('Z_')) throw error;
  });
};

const sheet = partsOf({
  rows: `${rowOf(['record_id', 'occurred_on', 'name', 'id_number', 'event'])}${[1, 2, 5, 9].map((n) => rowOf([`r${n}`, 46_000 + n, '张三', '15990119800101001X', 'death'], n + 1)).join('')}<row r="12"><c r="A12" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="D12" s="1"><v>46000.5</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>`,
  strings: '<si><t>共</t></si><si><r><t>a</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>',
  formats: ['yyyy-mm-dd', '[h]:mm', '"a"0.00;[Red]-0'],
});

const xlsx: Try = async (dice) => {
  const parts: Record<string, string | Buffer> = { ...sheet };
  const names = Object.keys(parts);
  // Most of all the sheet; the zip itself seldom, because its checksums find nearly everything.
  for (let i = 1 + dice.below(2); i > 0; i -= 1) {
    const name = dice.chance(0.6) ? 'xl/worksheets/sheet1.xml' : dice.pick(names);
    parts[name] = changed(Buffer.from(parts[name] as string), dice);
  }
  const whole = zipOf(parts, { stored: dice.chance(0.5) });
  const workbook = dice.chance(0.15) ? changed(whole, dice) : whole;
  const open = xlsxRecords(sourceOf(workbook), columns, null);
  await readTwice({ feed, form: 'xlsx', declarations: false, encoding: 'utf-8', open }, dice).catch((error: Error) => {
    if (error.name !== 'XlsxProblem') throw error;
    expect(error.message).toMatch(/\.$/);
  });
};

const MAPPING = Buffer.from(
  'headers:\n  号: record_id\n  "a b": 姓名\ncodes:\n  event: { 1: death, "02": 重病 }\nconstants:\n  region_code: 1599\n',
);

const mapping: Try = async (dice) => {
  const read = readMapping(changed(MAPPING, dice).toString('utf8'), columns);
  if (!read.ok)
    for (const { line, reason } of read.problems) expect([line > 0, reason.length > 0]).toEqual([true, true]);
  else
    await readTwice(
      {
        feed,
        form: 'csv',
        declarations: false,
        encoding: 'utf-8',
        mapping: read.mapping,
        open: bytesAt(dice.pick(texts('.csv')), 999),
      },
      dice,
    );
};

describe(`readers of files that were changed at random (seed ${SEED})`, () => {
  it.each<[string, Try]>([
    ['CSV', csv],
    ['JSONL', jsonl],
    ['gzip', gzip],
    ['XLSX', xlsx],
    ['mappings', mapping],
  ])(
    '%s',
    async (name, attempt) => {
      const until = performance.now() + (SECONDS * 1000) / 5;
      const before = process.memoryUsage().rss;
      let runs = 0;
      let longest = 0;
      for (; performance.now() < until; runs += 1) {
        const seed = (SEED + runs) >>> 0;
        const began = performance.now();
        try {
          await attempt(createDice(seed));
        } catch (error) {
          throw new Error(`${name}: run it again with YILIAN_FUZZ_SEED=${seed}`, { cause: error });
        }
        longest = Math.max(longest, performance.now() - began);
        expect(performance.now() - began, `seed ${seed}`).toBeLessThan(LONGEST_MS);
      }
      const grown = process.memoryUsage().rss - before;
      console.info(`${name}: ${runs} files from seed ${SEED}, the longest ${Math.round(longest)} ms`);
      expect(runs).toBeGreaterThan(3);
      expect(grown, `seed ${SEED}`).toBeLessThan(MOST_GROWTH);
    },
    SECONDS * 1000 + 60_000,
  );
});
