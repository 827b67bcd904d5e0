import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryProblem, type ExchangeDirectory, readExchangeDirectory } from './exchange-directory.ts';

let folder: string;
let directory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-exchange-'));
  directory = join(folder, 'exchange');
  for (const name of REGISTRY) await put(`registry/${name}`);
  await put('feeds/tax/01.csv');
});
afterEach(async () => {
  await chmod(directory, 0o755).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

const REGISTRY = ['regions.csv', 'standards.csv', 'households.csv', 'persons.csv', 'authorisations.csv'];
const put = async (path: string, content = 'x'): Promise<void> => {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
};
const remove = (path: string): Promise<void> => rm(join(directory, path), { recursive: true });

/** Feed files as `feed/name form[ packed][ declarations]`. */
const told = ({ feeds }: ExchangeDirectory): string[] =>
  feeds.map(({ feed, name, form, packed, declarations }) =>
    [`${feed.name}/${name}`, form, ...(packed ? ['packed'] : []), ...(declarations ? ['declarations'] : [])].join(' '),
  );

const problemsOf = async (path = directory): Promise<string[]> => {
  try {
    await readExchangeDirectory(path);
    return [];
  } catch (error) {
    if (!(error instanceof DirectoryProblem)) throw error;
    expect(error.message).toBe(error.problems.join('\n'));
    return [...error.problems];
  }
};

describe('an exchange directory', () => {
  it('holds the registry in its order, and feed files with their form', async () => {
    for (const name of ['02.jsonl', '03.csv.gz', '04.jsonl.gz', '05.xlsx', '_complete.csv'])
      await put(`feeds/tax/${name}`);
    await put('feeds/health/a.csv', 'abc');
    const found = await readExchangeDirectory(directory);
    expect(found.registry.map(({ file, size }) => [file.name, size])).toEqual(REGISTRY.map((name) => [name, 1]));
    expect(told(found)).toEqual([
      'health/a.csv csv',
      'tax/01.csv csv',
      'tax/02.jsonl jsonl',
      'tax/03.csv.gz csv packed',
      'tax/04.jsonl.gz jsonl packed',
      'tax/05.xlsx xlsx',
      'tax/_complete.csv csv declarations',
    ]);
    expect(found.feeds[0]).toMatchObject({ path: join(found.path, 'feeds/health/a.csv'), size: 3 });
    expect(found.notices).toEqual([]);
  });

  it('is read in byte order of names, whatever the language of the machine', async () => {
    const names = ['b.csv', 'B.csv', 'a.csv', '10.csv', '2.csv', 'é.csv', '税.csv', '_.csv', '～.csv', '𠮷.csv'];
    for (const name of names) await put(`feeds/housing/${name}`);
    const { feeds } = await readExchangeDirectory(directory);
    const read = feeds.filter(({ feed }) => feed.name === 'housing').map(({ name }) => name);
    expect(read).toEqual([
      '10.csv',
      '2.csv',
      'B.csv',
      '_.csv',
      'a.csv',
      'b.csv',
      'é.csv',
      '税.csv',
      '～.csv',
      '𠮷.csv',
    ]);
  });

  it('is known by its real path, so that a link to it goes on with the same load', async () => {
    await symlink(directory, join(folder, 'link'));
    expect((await readExchangeDirectory(join(folder, 'link'))).path).toBe(
      (await readExchangeDirectory(directory)).path,
    );
  });

  it('says what it leaves alone', async () => {
    await put('feeds/tax/notes.txt');
    await put('feeds/tax/.01.csv.swp');
    await put('feeds/tax/~$05.xlsx');
    await put('feeds/tax/06.xls');
    await put('feeds/tax/07.xlsx.gz');
    await put('feeds/weather/01.csv');
    await put('feeds/README');
    const { notices, feeds } = await readExchangeDirectory(directory);
    expect(feeds).toHaveLength(1);
    expect(notices.map((notice) => notice.split(':')[0]).sort()).toEqual([
      'feeds/README',
      'feeds/tax/.01.csv.swp',
      'feeds/tax/06.xls',
      'feeds/tax/07.xlsx.gz',
      'feeds/tax/notes.txt',
      'feeds/tax/~$05.xlsx',
      'feeds/weather',
    ]);
  });

  it('may hold the registry alone, and says so', async () => {
    await remove('feeds');
    expect(await readExchangeDirectory(directory)).toMatchObject({
      feeds: [],
      notices: [expect.stringContaining('feeds')],
    });
  });

  it('may hold links to files', async () => {
    await writeFile(join(folder, 'elsewhere'), 'abcd');
    await symlink(join(folder, 'elsewhere'), join(directory, 'feeds/tax/02.csv'));
    await link(join(folder, 'elsewhere'), join(directory, 'feeds/tax/03.csv'));
    expect((await readExchangeDirectory(directory)).feeds.map(({ size }) => size)).toEqual([1, 4, 4]);
  });
});

describe('what can not be taken names the path and the cure', () => {
  it('no directory', async () => {
    expect(await problemsOf(join(folder, 'none'))).toEqual([
      `${join(folder, 'none')}: there is no such directory. Check the path.`,
    ]);
  });

  it('a file in its place, or above it', async () => {
    const file = join(directory, 'feeds/tax/01.csv');
    expect(await problemsOf(file)).toEqual([expect.stringMatching(/01\.csv: is a file; give the exchange directory/)]);
    expect(await problemsOf(join(file, 'x'))).toEqual([
      expect.stringContaining('a file stands where a folder was expected'),
    ]);
  });

  it('an empty directory', async () => {
    for (const name of await readdir(directory)) await remove(name);
    expect(await problemsOf()).toEqual([expect.stringMatching(/is empty\. It must hold registry\//)]);
  });

  it('a missing registry file', async () => {
    await unlink(join(directory, 'registry/persons.csv'));
    expect(await problemsOf()).toEqual([expect.stringMatching(/registry\/persons\.csv: is missing\. Add it/)]);
  });

  it('everything at once', async () => {
    await remove('registry');
    await mkdir(join(directory, 'feeds/tax/02.csv'));
    expect(await problemsOf()).toHaveLength(6);
  });

  it('a directory named like a file', async () => {
    await remove('registry/regions.csv');
    await mkdir(join(directory, 'registry/regions.csv'));
    await mkdir(join(directory, 'feeds/tax/02.jsonl.gz'));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/registry\/regions\.csv: is a directory, a file was expected/),
      expect.stringMatching(/feeds\/tax\/02\.jsonl\.gz: is a directory, a file was expected/),
    ]);
  });

  it.each(['feeds', 'feeds/tax'])('a file named like the directory %s', async (name) => {
    await remove(name);
    await put(name);
    expect(await problemsOf()).toEqual([expect.stringMatching(new RegExp(`${name}: a file stands where a folder`))]);
  });

  it('a file named like the directory registry', async () => {
    await remove('registry');
    await put('registry');
    const problems = await problemsOf();
    expect(problems).toHaveLength(5);
    for (const problem of problems) expect(problem).toContain('a file stands where a folder was expected');
  });

  it('a link that leads nowhere, or to itself', async () => {
    await symlink(join(folder, 'nowhere'), join(directory, 'feeds/tax/02.csv'));
    await symlink(join(directory, 'feeds/tax/03.csv'), join(directory, 'feeds/tax/03.csv'));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/02\.csv: is a link that leads nowhere/),
      expect.stringMatching(/03\.csv: can't be read \(ELOOP\)/),
    ]);
  });

  it('something that is no regular file', async () => {
    await symlink('/dev/null', join(directory, 'feeds/tax/02.csv'));
    expect(await problemsOf()).toEqual([expect.stringMatching(/02\.csv: is no regular file/)]);
  });

  // Root reads everything; for an ordinary user the integration tests show the same.
  it.skipIf(userInfo().uid === 0)('what this user may not read', async () => {
    await put('feeds/health/a.csv');
    await chmod(join(directory, 'registry/persons.csv'), 0);
    await chmod(join(directory, 'feeds/tax/01.csv'), 0);
    await chmod(join(directory, 'feeds/health'), 0);
    const problems = await problemsOf();
    await chmod(join(directory, 'feeds/health'), 0o755);
    expect(problems.map((problem) => problem.split(': ')[0]?.slice(directory.length))).toEqual(
      expect.arrayContaining(['/registry/persons.csv', '/feeds/tax/01.csv', '/feeds/health']),
    );
    for (const problem of problems) expect(problem).toContain('may not be read by this user. Give read permission');
  });
});
