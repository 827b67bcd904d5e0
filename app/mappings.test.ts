import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registryFiles } from '../registry/index.ts';
import { DirectoryProblem, readExchangeDirectory } from './exchange-directory.ts';
import { checkHeaders } from './load-headers.ts';
import { readMappings } from './mappings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-mappings-'));
  for (const { name, columns } of registryFiles) await put(`x/registry/${name}`, columns.map((c) => c.name).join());
  await put('x/feeds/health/01.csv', '号,姓名\n1,a\n');
  await put('x/feeds/tax/01.csv', '号码\n1\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
};
const read = async () => readMappings(await readExchangeDirectory(join(folder, 'x')), join(folder, 'home'));
const problemsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const error = await work().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DirectoryProblem
    ? error.problems.map((p) => p.replaceAll(`${folder}/`, ''))
    : [String(error)];
};

it('none is needed, and a file for one is no file that is left alone', async () => {
  expect([...(await read())]).toEqual([]);
  await put('x/feeds/health/_mapping.yaml', '');
  expect((await readExchangeDirectory(join(folder, 'x'))).notices).toEqual([]);
});

it('the one beside the files wins over the one of the home, feed by feed', async () => {
  await put('home/mappings/health.yaml', 'headers: {号: name}');
  await put('home/mappings/tax.yaml', 'headers: {号码: record_id}');
  await put('x/feeds/health/_mapping.yaml', 'headers: {号: record_id}');
  const mappings = await read();
  expect([...mappings].map(([feed, { headers }]) => [feed, headers])).toEqual([
    ['health', { 号: 'record_id' }],
    ['tax', { 号码: 'record_id' }],
  ]);
  const directory = await readExchangeDirectory(join(folder, 'x'));
  await checkHeaders(directory, mappings);
  expect(await problemsOf(() => checkHeaders(directory))).toEqual([
    expect.stringContaining('feeds/tax/01.csv:1: none of the headers is known'),
  ]);
});

it('every problem of every one is named with file, line and reason', async () => {
  await put('home/mappings/tax.yaml', 'headers:\n  a: nowhere\n  b: name\n  c: nothing\n');
  await put('x/feeds/health/_mapping.yaml', 'codes:\n  event: {1: flu}\n');
  expect(await problemsOf(read)).toEqual([
    expect.stringMatching(
      /feeds\/health\/_mapping\.yaml:2: codes\.event\.1: "flu" is no value of event; write one of major_illness/,
    ),
    expect.stringMatching(/^home\/mappings\/tax\.yaml:2: headers\.a: there is no column "nowhere"/),
    expect.stringMatching(/^home\/mappings\/tax\.yaml:4: headers\.c: there is no column "nothing"/),
  ]);
});

it('a folder in its place is refused', async () => {
  await put('x/feeds/health/_mapping.yaml/a', '');
  expect(await problemsOf(read)).toEqual([expect.stringMatching(/_mapping\.yaml: can't be read \(EISDIR\)/)]);
});
