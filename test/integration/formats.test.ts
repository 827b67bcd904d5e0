/**
 * The same records in another form leave the same system: as workbooks, through kills and a rebuild of the facts, as in
 * CSV files. A workbook that can't be read is refused by name before anything is taken.
 */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { beginFile } from '../../app/load-store.ts';
import { simulate } from '../../app/simulate/index.ts';
import type { FeedMapping } from '../../ingest/index.ts';
import { FEED_COLUMNS, headersOf } from '../oracle/feed-columns.ts';
import { copyRegistry, type FeedRow, readFeedRows, writeFeedFile } from '../support/exchange-rows.ts';
import { type ExportName, type Home, openFolder, openHome, openServedHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';
import { tableOf } from '../support/workbook.ts';

const AS_OF = '2026-09-30';
const TIMEOUT = 300_000;

/** Rows as a table: every column that one of them has. */
const table = (rows: readonly FeedRow[]): string[][] => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
};

const writeWorkbook = async (directory: string, feed: string, rows: readonly FeedRow[]): Promise<void> => {
  writeFeedFile(directory, feed, '01.csv', []);
  await writeFile(join(directory, 'feeds', feed, '01.csv'), '');
  await writeFile(join(directory, 'feeds', feed, '02.xlsx'), tableOf(table(rows)));
};

const named = (exports: Record<ExportName, string>): Record<ExportName, string> => ({
  ...exports,
  quarantine: exports.quarantine.replaceAll('02.xlsx', '02.csv'),
});

let texts: string;
let workbooks: string;
let expected: { counts: unknown; exports: Record<ExportName, string> };

beforeAll(async () => {
  const source = await openFolder();
  await simulate({ households: 150, seed: 11, months: 6, out: source, asOf: AS_OF });
  texts = await openFolder();
  workbooks = await openFolder();
  for (const directory of [texts, workbooks]) copyRegistry(source, directory);
  for (const [feed, rows] of readFeedRows(source)) {
    writeFeedFile(texts, feed, '01.csv', []);
    await writeFile(join(texts, 'feeds', feed, '01.csv'), '');
    writeFeedFile(texts, feed, '02.csv', rows);
    await writeWorkbook(workbooks, feed, rows);
  }
  const home = await openServedHome();
  const counts = await home.load(texts, AS_OF);
  expected = { counts, exports: await home.exportAll() };
  expect(counts.records['accepted']).toBeGreaterThan(1_000);
  expect(expected.exports.quarantine).toContain('02.csv');
  await home.remove();
}, TIMEOUT);

describe('records in workbooks', () => {
  it(
    'leave what the same records in CSV files leave, and facts can be made anew from them',
    async () => {
      const home = await openServedHome();
      expect(await home.load(workbooks, AS_OF)).toEqual(expected.counts);
      expect(named(await home.exportAll())).toEqual(expected.exports);
      await home.remove();
      const other = await openHome();
      await other.load(workbooks, AS_OF);
      expect((await other.start(['rebuild', 'facts']).ended).code).toBe(0);
      expect(named(await other.exportAll())).toEqual(expected.exports);
      await other.remove();
    },
    TIMEOUT,
  );

  it(
    'go on where a kill interrupted them',
    async () => {
      const home = await openHome();
      const env = { YILIAN_BATCH_ROWS: '100' };
      const args = ['load', workbooks, '--as-of', AS_OF, '--json'];
      let kills = 0;
      let ended: Awaited<ReturnType<Home['start']>['ended']> | null = null;
      for (let run = 0; ended === null; run += 1) {
        const running = home.start(args, env);
        if (run < 6) {
          await running.said(run === 0 ? 'registry: 100 %' : 'going on with load');
          await pause(200 + 100 * run);
          if (await running.kill()) {
            kills += 1;
            continue;
          }
        }
        ended = await running.ended;
      }
      expect(ended.code, ended.stderr).toBe(0);
      expect(kills).toBeGreaterThan(2);
      const { seconds: _, ...counts } = JSON.parse(ended.stdout);
      expect(counts).toEqual(expected.counts);
      expect(named(await home.exportAll())).toEqual(expected.exports);
      await home.remove();
    },
    TIMEOUT,
  );

  it('that are damaged are named with the cure, before anything is taken', async () => {
    const [feed = ''] = (await readdir(join(workbooks, 'feeds'))).sort();
    const directory = await openFolder();
    copyRegistry(workbooks, directory);
    const whole = tableOf(table([{ record_id: 'a', name: 'x' }]));
    writeFeedFile(directory, feed, '01.csv', [{ record_id: 'a', name: 'x' }]);
    await writeFile(join(directory, 'feeds', feed, '02.xlsx'), whole.subarray(0, -30));
    await writeFile(join(directory, 'feeds', feed, '03.xlsx'), 'record_id,name\n');
    await writeFile(
      join(directory, 'feeds', feed, '04.xlsx'),
      tableOf([
        ['a', 'b'],
        [1, 2],
      ]),
    );
    const home = await openHome();
    const { code, stdout, stderr } = await home.start(['load', directory, '--as-of', AS_OF, '--json']).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n').filter((line) => line.includes('.xlsx'))).toEqual([
      expect.stringMatching(/02\.xlsx: the workbook is damaged or cut short here \(.*\)\. Send it again\.$/),
      expect.stringMatching(
        /03\.xlsx: is no XLSX workbook\. Open it in a spreadsheet program, save it as \.xlsx and send that\.$/,
      ),
      expect.stringMatching(/04\.xlsx:1: none of the headers is known\./),
    ]);
    expect(await home.matches()).toEqual([]);
    await home.remove();
  });
});

describe("records in a sender's own words", () => {
  const FEED = 'medical-insurance';
  const known = new Set(headersOf(FEED_COLUMNS[FEED].columns).values());
  const codes: Readonly<Record<string, string>> = { inpatient: '11', outpatient: '21', chronic: '22', pharmacy: '41' };
  const mapping = (columns: readonly string[]): string =>
    [
      'headers:',
      ...columns.map((column) => `  医-${column}: ${column}`),
      'codes:',
      '  visit_type:',
      ...Object.entries(codes).map(([ours, theirs]) => `    ${theirs}: ${ours}`),
      '',
    ].join('\n');
  /** Quarantine shows what was sent, which is in other words here. */
  const inOurWords = (exports: Record<ExportName, string>): Record<ExportName, string> => ({
    ...exports,
    quarantine: exports.quarantine.replace(/"raw":"[^"]*"/g, '"raw":""'),
  });

  it(
    'are what they would be in ours; a load and a rebuild keep the mapping that it began with',
    async () => {
      const directory = await openFolder();
      await cp(texts, directory, { recursive: true });
      const rows = readFeedRows(texts).get(FEED) as FeedRow[];
      const theirs = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            `医-${column}`,
            column === 'visit_type' ? (codes[value] ?? value) : value,
          ]),
        ),
      );
      writeFeedFile(directory, FEED, '02.csv', theirs);
      const home = await openHome();
      const refused = await home.start(['load', directory, '--as-of', AS_OF]).ended;
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/02\.csv:1: none of the headers is known/),
      ]);
      await mkdir(join(home.path, 'mappings'), { recursive: true });
      const file = join(home.path, 'mappings', `${FEED}.yaml`);
      await writeFile(file, 'headers:\n  医-name: nom\n');
      const wrong = await home.start(['load', directory, '--as-of', AS_OF]).ended;
      expect([wrong.code, wrong.stderr]).toEqual([
        1,
        expect.stringMatching(/mappings\/medical-insurance\.yaml:2: headers\.医-name: there is no column "nom"/),
      ]);
      await writeFile(
        file,
        mapping([...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => known.has(name))),
      );
      const loaded = await home.start(['load', directory, '--as-of', AS_OF]).ended;
      expect(loaded.code, loaded.stderr).toBe(0);
      // What is there later decides nothing about a file that was taken, or begun.
      await writeFile(file, 'headers: { 医-record_id: record_id, 医-name: address }\n');
      const seen = inOurWords(await home.exportAll());
      const before = inOurWords(expected.exports);
      expect(seen).toEqual(before);
      expect((await home.start(['rebuild', 'facts']).ended).code).toBe(0);
      expect(inOurWords(await home.exportAll())).toEqual(before);
      await withSystem(home.path, async ({ postgres }) => {
        const [begun] = await postgres.query<{ load_no: number; file_no: number; mapping: FeedMapping }>(
          'select load_no, file_no, mapping from load_files where mapping is not null',
        );
        const { load_no, file_no, mapping } = begun as NonNullable<typeof begun>;
        expect(mapping.codes).toEqual({ visit_type: expect.objectContaining({ '11': 'inpatient' }) });
        const other = { headers: {}, codes: {}, constants: {} };
        expect((await beginFile(postgres, load_no, file_no, 0, other)).mapping).toEqual(mapping);
      });
      await home.remove();
    },
    TIMEOUT,
  );
});
