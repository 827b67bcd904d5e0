import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDeliveries } from './deliveries.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'yilian-deliveries-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const told = async (text: string): Promise<string> => {
  await writeFile(join(home, 'deliveries.yaml'), text);
  return readDeliveries(home).then(JSON.stringify, (error: unknown) => (error as Error).message);
};

it('are by the 30th where nobody says otherwise', async () => {
  expect(await readDeliveries(join(home, 'nowhere'))).toEqual({ day: 30, feeds: {} });
  expect(await told('')).toBe('{"day":30,"feeds":{}}');
});

it.each([
  ['day: 25\nfeeds:\n  tax: { day: 15, regions: { "159901": 20 } }\n', '"159901":20'],
  ['day: 40\n', 'day: '],
  ['feeds:\n  taxes: { day: 3 }\n', 'feeds.taxes: there is no such feed'],
  ['feeds:\n  tax: { regions: { 旗: 3 } }\n', 'feeds.tax.regions'],
  ['day: [1\n', 'deliveries.yaml:'],
])('%j says %s', async (text, said) => {
  expect(await told(text)).toContain(said);
});
