/**
 * The same records in another form leave the same system: as workbooks, through kills and a rebuild of the facts, as in
 * CSV files. A workbook that can't be read is refused by name before anything is taken.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { copyRegistry, type FeedRow, readFeedRows, writeFeedFile } from '../support/exchange-rows.ts';
import { type ExportName, type Home, openFolder, openHome, openServedHome } from '../support/program.ts';
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

describe('records in workbooks', () => {
  let workbooks: string;
  let expected: { counts: unknown; exports: Record<ExportName, string> };

  beforeAll(async () => {
    const source = await openFolder();
    await simulate({ households: 150, seed: 11, months: 6, out: source, asOf: AS_OF });
    const texts = await openFolder();
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
