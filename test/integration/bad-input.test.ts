/**
 * What comes in is not always what was agreed, and disks fill up. Each time the program says which file, which line and
 * what to do, takes the good rows beside the bad ones, and has taken nothing by halves: once it is mended, a second load
 * gives what an undisturbed one gives.
 */
import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idNumber, toCsv } from '../oracle/exchange-builder.ts';
import {
  type ExportName,
  exportNames,
  type Home,
  homeAt,
  openFolder,
  openHome,
  openServedHome,
} from '../support/program.ts';

const execute = promisify(execFile);
const PROGRAM = resolve(import.meta.dirname, '../../bin/yilian.js');
const AS_OF = '2026-09-30';
const NOBODY = 65_534;
const isRoot = userInfo().uid === 0;

// ---- an exchange directory: four families, each with an illness and its bills

type Files = Readonly<Record<string, string | Buffer>>;
const ids = [1, 2, 3, 4].map((n) => idNumber('19800101', n));
const names = ['张三', '李四', '哈斯·额尔敦', '王五'];
const bill = (n: number, no = 1): Record<string, string> => ({
  ...{ record_id: `m-${n}-${no}`, occurred_on: '2026-09-10', name: names[n] as string, id_number: ids[n] as string },
  ...{ visit_type: 'inpatient', total_amount: '30000', self_paid: '20000' },
});
const illness = (n: number): Record<string, string> => ({
  ...{ record_id: `i-${n}`, occurred_on: '2026-09-20', name: names[n] as string, id_number: ids[n] as string },
  event: 'major_illness',
});
const jsonl = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const base: Files = {
  'registry/regions.csv': 'region_code,name,level\n1599,盟,league\n159901,旗,banner\n159901001,苏木,township\n',
  'registry/standards.csv': 'region_code,kind,area,effective_from,amount\n1599,dibao,any,2024-01-01,700\n',
  'registry/households.csv': toCsv(
    [1, 2, 3, 4].map((n) => ({
      ...{ household_id: `H${n}`, region_code: '159901001', area: 'rural', category: 'other' },
      ...{ category_since: '2024-01-01', last_verified_on: AS_OF, last_reviewed_on: AS_OF },
    })),
  ),
  'registry/persons.csv': toCsv(
    ids.map((id, i) => ({
      ...{ person_id: `P${i + 1}`, household_id: `H${i + 1}`, name: names[i] as string, id_number: id },
      ...{ relation: 'head', member_from: '2020-01-01' },
    })),
  ),
  'registry/authorisations.csv': 'household_id,scope,granted_on\nH1,finance,2025-01-01\n',
  'feeds/medical-insurance/01.csv': toCsv([0, 1, 2].map((n) => bill(n))),
  'feeds/health/01.jsonl': jsonl([illness(0), illness(3)]),
};

/** So many bytes that say nothing: blank lines. */
const blank = (size: number): Buffer => Buffer.alloc(size, `${' '.repeat(50_000)}\n`);

const write = async (files: Files): Promise<string> => {
  const directory = await openFolder();
  await chmod(directory, 0o755);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
};

const without = (files: Files, ...paths: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.some((gone) => path.startsWith(gone))));

// ---- the program

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** What a person reads: without lines of the log. */
  readonly stderr: string;
  /** Largest memory of the process, in bytes. */
  readonly peak: number;
}

interface Wrapped {
  /** Files may grow to so many KiB. */
  readonly fileLimit?: number;
  readonly user?: number;
}

const asUser = (user: number): string[] => ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];

const run = (home: string, args: readonly string[], { fileLimit, user }: Wrapped = {}): Promise<Ended> => {
  const limited = fileLimit === undefined ? [] : ['bash', '-c', `ulimit -f ${fileLimit}; exec "$0" "$@"`];
  const as = user === undefined ? [] : asUser(user);
  const [file, ...rest] = [...as, ...limited, process.execPath, PROGRAM, ...args] as [string, ...string[]];
  const child = spawn(file, rest, {
    env: { PATH: process.env['PATH'], HOME: dirname(home), YILIAN_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  let peak = 0;
  const watch = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
      },
      () => undefined,
    );
  }, 20);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      clearInterval(watch);
      const people = said.stderr.split('\n').filter((line) => !line.startsWith('{"level"'));
      done({ code, stdout: said.stdout, stderr: people.join('\n'), peak });
    });
  });
};

const load = (home: string, directory: string, wrapped?: Wrapped): Promise<Ended> =>
  run(home, ['load', directory, '--as-of', AS_OF, '--json'], wrapped);

const countsOf = ({ code, stdout, stderr }: Ended): Record<string, unknown> => {
  expect(code, stderr).toBe(0);
  const { seconds: _, ...counts } = JSON.parse(stdout) as Record<string, unknown>;
  return counts;
};

type State = Readonly<Record<string, readonly Record<string, unknown>[]>>;

type ExportedRow = Record<string, unknown>;
const exported = async (home: string, what: ExportName, wrapped?: Wrapped): Promise<ExportedRow[]> => {
  const { code, stdout, stderr } = await run(home, ['export', what], wrapped);
  expect(code, stderr).toBe(0);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ExportedRow]));
};

/** Every export of a home. */
const stateOf = async (home: string, leftOut: readonly string[] = []): Promise<State> => {
  const state: [string, ExportedRow[]][] = [];
  for (const what of exportNames) {
    const rows = await exported(home, what);
    for (const row of rows) for (const name of leftOut) delete row[name];
    state.push([what, rows]);
  }
  return Object.fromEntries(state);
};

/** Lines of an error: it could not go on, says so in words, and shows nobody a stack. */
const refusal = (ended: Ended): string[] => {
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(1);
  expect(ended.stdout).toBe('');
  const lines = ended.stderr
    .split('\n')
    .filter((line) => line !== '' && !/^(?:registry|records|rules): .*\d\/s/.test(line));
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  return lines;
};

// ---- what an undisturbed load gives

let undisturbed: { counts: Record<string, unknown>; state: State };
let template: string;

beforeAll(async () => {
  const home = await openHome();
  template = home.path;
  const served = await openServedHome();
  const counts = countsOf(await load(served.path, await write(base)));
  undisturbed = { counts, state: await stateOf(served.path) };
  expect(undisturbed.counts).toMatchObject({ records: { read: 5, accepted: 5 }, matches: { exact: 5 } });
  expect(undisturbed.counts['findings']).toBeGreaterThan(5);
  await served.remove();
}, 240_000);

// ---- refused as a whole

describe('a directory that can not be taken', () => {
  let home: Home;
  beforeAll(async () => {
    home = await openServedHome();
  });

  const known = 'The first line must name columns such as';
  it.each<[string, Files, readonly RegExp[]]>([
    ['is empty', {}, [/: is empty\. It must hold registry\/ with five CSV files, and feeds\//]],
    [
      'lacks a registry file',
      without(base, 'registry/persons.csv'),
      [/registry\/persons\.csv: is missing\. Add it \(feeds\.md section 5\) and load again\.$/],
    ],
    [
      'lacks the registry',
      without(base, 'registry/'),
      ['regions', 'standards', 'households', 'persons', 'authorisations'].map(
        (n) => new RegExp(`/${n}\\.csv: is missing`),
      ),
    ],
    [
      'has headers of which none is known',
      { ...base, 'feeds/health/02.csv': '\n\nfoo,bar\nx,y\n', 'registry/regions.csv': '代码,名称2\n1,2\n' },
      [
        new RegExp(`registry/regions\\.csv:1: none of the headers is known\\. ${known} region_code`),
        /feeds\/health\/02\.csv:3: none of/,
      ],
    ],
    [
      'has a spreadsheet that only looks like CSV',
      { ...base, 'feeds/health/02.csv': Buffer.from('\uFEFFrecord_id,name\r\n', 'utf16le') },
      [/feeds\/health\/02\.csv:1: none of the headers is known/],
    ],
    [
      'has directories named like files',
      { ...without(base, 'registry/regions.csv'), 'registry/regions.csv/x': '', 'feeds/health/02.jsonl/x': '' },
      [
        /registry\/regions\.csv: is a directory, a file was expected\. Move it away/,
        /02\.jsonl: is a directory, a file/,
      ],
    ],
    [
      'has files named like directories',
      { ...without(base, 'feeds/health', 'registry/'), 'feeds/health': '', registry: '' },
      [
        ...Array.from({ length: 5 }, () => /registry\/\w+\.csv: a file stands where a folder/),
        /feeds\/health: a file stands where a folder was expected/,
      ],
    ],
    [
      'has a file named feeds',
      { ...without(base, 'feeds/'), feeds: '' },
      [/\/feeds: a file stands where a folder was expected/],
    ],
    [
      'has a packed file that was cut short, or is not packed',
      {
        ...base,
        'feeds/health/02.jsonl.gz': gzipSync(jsonl([illness(1), illness(2)])).subarray(0, -6),
        'feeds/health/03.csv.gz': toCsv([illness(1)]),
      },
      [
        /feeds\/health\/02\.jsonl\.gz:\d: the packed file is damaged or cut short here \(.*\)\. Send it again\.$/,
        /feeds\/health\/03\.csv\.gz:1: the packed file is damaged or cut short here/,
      ],
    ],
  ])('%s', async (_, files, problems) => {
    const lines = refusal(await load(home.path, await write(files)));
    expect(lines, lines.join('\n')).toHaveLength(problems.length);
    for (const [i, problem] of problems.entries()) expect(lines[i]).toMatch(problem);
  });

  it('is not there, or is a file, or holds a link that leads nowhere', async () => {
    const directory = await write(base);
    expect(refusal(await load(home.path, join(directory, 'none')))).toEqual([
      `${join(directory, 'none')}: there is no such directory. Check the path.`,
    ]);
    expect(refusal(await load(home.path, join(directory, 'registry/persons.csv')))).toEqual([
      expect.stringContaining('persons.csv: is a file; give the exchange directory that holds registry/ and feeds/'),
    ]);
    await symlink('/nowhere/at/all', join(directory, 'feeds/health/02.csv'));
    expect(refusal(await load(home.path, directory))).toEqual([
      expect.stringMatching(/02\.csv: is a link that leads nowhere/),
    ]);
  });

  it('is asked for in a way that can not be understood', async () => {
    const directory = await write(base);
    for (const [args, words] of [
      [['load'], 'yilian load DIR'],
      [['load', directory, directory], 'yilian load DIR'],
      [['load', directory, '--as-of', '2026-02-30'], '--as-of 2026-02-30 is no date; write YYYY-MM-DD'],
      [['load', directory, '--asof', AS_OF], "Unknown option '--asof'"],
      [['laod', directory], 'yilian: no command laod'],
    ] as const) {
      const { code, stderr, stdout } = await run(home.path, args);
      expect([code, stdout], stderr).toEqual([2, '']);
      expect(stderr).toContain(words);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('has left no trace: the mended one gives what an undisturbed one gives', async () => {
    expect(countsOf(await load(home.path, await write(base)))).toEqual(undisturbed.counts);
    expect(await stateOf(home.path)).toEqual(undisturbed.state);
    await home.remove();
  });
});

// ---- taken beside what is bad

describe('bad rows', () => {
  const header = 'record_id,occurred_on,name,id_number,event,hospital';
  const row = (n: number, id: string, hospital = ''): string =>
    `${id},2026-09-21,${names[n]},${ids[n]},chronic_illness,${hospital}`;
  /** 李四 and 慢病 in GB18030. */
  const gb = { name: Buffer.from([0xc0, 0xee, 0xcb, 0xc4]), event: Buffer.from([0xc2, 0xfd, 0xb2, 0xa1]) };
  const gbRow = (id: string): Buffer =>
    Buffer.concat([
      Buffer.from(`${id},2026-09-21,`),
      gb.name,
      Buffer.from(`,${ids[1]},`),
      gb.event,
      Buffer.from(',\r\n'),
    ]);
  const object = (n: number, id: string): Record<string, string> => ({
    ...illness(n),
    record_id: id,
    event: 'chronic_illness',
  });
  const bytes = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');

  /** By file: what it holds, the records that are taken from it, and the lines that are refused with their reasons. */
  const cases: Readonly<
    Record<
      string,
      readonly [content: string | Buffer, taken: readonly string[], refused: Readonly<Record<number, string>>]
    >
  > = {
    '10-ends-in-quotes.csv': [
      `${header}\n${row(0, 'a-1')}\n${row(0, 'a-2', '"旗医院')}\n${row(1, 'a-3')}\n${row(2, 'a-4', '"旗\n医院"')}\n${row(0, 'a-5', '"')}`,
      ['a-1', 'a-3', 'a-4'],
      { 3: 'malformed', 7: 'malformed' },
    ],
    '11-lost-quote.csv': [
      `${header}\n${row(0, 'b-1', '"旗医院')}\n${row(1, 'b-2')}\n${row(2, 'b-3', '"苏木,卫生院"')}\n${row(3, 'b-4')}\n`,
      ['b-2', 'b-3', 'b-4'],
      { 2: 'malformed' },
    ],
    '12-nul.csv': [
      `${header}\n${row(0, 'c-1')}\n${row(1, 'c-2', 'a\0b')}\n\0\0\n${row(2, 'c-3')}\n`,
      ['c-1', 'c-3'],
      { 3: 'malformed', 4: 'malformed' },
    ],
    '13-nul.jsonl': [
      `${jsonl([object(0, 'd-1')])}{"record_id":"d-2\0"}\n${jsonl([{ ...object(1, 'd-3'), hospital: 'a\0b' }, object(2, 'd-4')])}`,
      ['d-1', 'd-4'],
      { 2: 'malformed', 3: 'bad_value' },
    ],
    '14-broken-utf8.csv': [
      bytes(
        `${header}\n${row(0, 'e-1')}\n`,
        gbRow('e-2'),
        `${row(2, 'e-3')}\ne-4,2026-09-21,`,
        hex('fffe'),
        `\n${row(3, 'e-5')}\n`,
      ),
      ['e-1', 'e-3', 'e-5'],
      { 3: 'malformed', 5: 'malformed' },
    ],
    '15-gb18030.csv': [
      bytes(`${header}\r\n`, gbRow('f-1'), gbRow('f-2'), `f-3,2026-09-21,,${ids[0]},慢病,\r\n`),
      ['f-1', 'f-2'],
      { 4: 'missing_field' },
    ],
    '16-gb18030.csv.gz': [gzipSync(bytes(`${header}\n`, gbRow('g-1'))), ['g-1'], {}],
    '17-utf8.csv.gz': [gzipSync(`${header}\n${row(0, 'h-1')}\n${row(2, 'h-2')}\n`), ['h-1', 'h-2'], {}],
    '18-mark-and-crlf.csv': [
      `\uFEFF${header}\r\n\r\n${row(0, 'j-1')}\r\n   \r\n${row(1, 'j-2')},\r\n${row(2, 'j-3')}\r\n`,
      ['j-1', 'j-3'],
      { 5: 'malformed' },
    ],
    '19-mark.jsonl': [
      `\uFEFF${jsonl([object(0, 'k-1')])}[]\r\n{"a":\r\n${jsonl([object(1, 'k-2')])}`,
      ['k-1', 'k-2'],
      { 2: 'malformed', 3: 'malformed' },
    ],
    '20-long.jsonl': [
      `${jsonl([object(0, 'l-1')])}${JSON.stringify({ ...object(1, 'l-2'), extra: 'x'.repeat(70_000) })}\n${jsonl([object(2, 'l-3')])}`,
      ['l-1', 'l-3'],
      { 2: 'too_large' },
    ],
    '21-empty.csv': ['', [], {}],
    '22-mark-alone.csv': ['\uFEFF', [], {}],
    '23-blank.jsonl': ['\n \r\n\n', [], {}],
    '24-header-alone.csv': [header, [], {}],
    '25-headers-twice.csv': [
      `记录编号,record_id,occurred_on,name,id_number,event,版本,批次\n,n-1,2026-09-21,${names[0]},${ids[0]},慢病,1,x\n`,
      ['n-1'],
      {},
    ],
    '26-nothing-right.csv': [`${header}\n,,,,,\nx\n"\n`, [], { 2: 'missing_field', 3: 'malformed', 4: 'malformed' }],
  };
  const files = Object.fromEntries(Object.entries(cases).map(([name, [content]]) => [`feeds/health/${name}`, content]));
  const persons = base['registry/persons.csv'] as string;
  const [personHeader = '', ...personRows] = persons.trim().split('\n');
  const extra = (id: string, name: string, from: string): string => `${id},H1,${name},,other,${from}`;
  const registry = bytes(
    `${[personHeader, personRows[0], extra('P8', '赵', '0000-01-01'), 'x'].join('\n')}\nP9,H1,`,
    hex('c0ee'),
    `,,other,\n${personRows.slice(1).join('\n')}\nP10,H1,"钱,,other,\n`,
  );

  let home: Home;
  let ended: Ended;
  let quarantined: Record<string, unknown>[];
  let known: string[];
  beforeAll(async () => {
    home = await openServedHome();
    ended = await load(home.path, await write({ ...base, ...files, 'registry/persons.csv': registry }));
    quarantined = await exported(home.path, 'quarantine');
    known = (await home.facts()).map(({ record_id }) => record_id);
  });

  it('are counted by reason, and are no failure', () => {
    const refused = Object.values(cases).flatMap(([, , lines]) => Object.values(lines));
    const taken = Object.values(cases).flatMap(([, ids]) => ids);
    const reasons: Record<string, number> = {};
    for (const reason of refused) reasons[reason] = (reasons[reason] ?? 0) + 1;
    const records = { read: 5 + taken.length + refused.length, accepted: 5 + taken.length, rejected: refused.length };
    expect(countsOf(ended)).toMatchObject({
      records,
      rejected_by_reason: reasons,
      findings: undisturbed.counts['findings'],
    });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it.each(Object.keys(cases))(
    'of %s lie in quarantine with line, reason and bytes; the good ones are taken',
    (name) => {
      const [content, taken, refused] = cases[name] as (typeof cases)[string];
      const found = quarantined.filter((entry) => entry['source'] === name);
      expect(Object.fromEntries(found.map((entry) => [entry['position'], entry['reason']]))).toEqual(refused);
      for (const entry of found) {
        const raw = Buffer.from(entry['raw'] as string, 'base64');
        expect(Buffer.from(content).includes(raw), `line ${entry['position']}`).toBe(true);
      }
      for (const id of taken) expect(known).toContain(id);
    },
  );

  it('of the registry lie there too, and the good ones are registered', () => {
    const found = quarantined.filter((entry) => entry['feed'] === 'registry');
    expect(found.map((entry) => [entry['source'], entry['position'], entry['reason'], entry['field']])).toEqual([
      ['persons.csv', 3, 'bad_date', 'member_from'],
      ['persons.csv', 4, 'malformed', null],
      ['persons.csv', 5, 'malformed', null],
      ['persons.csv', 9, 'malformed', null],
    ]);
    expect(countsOf(ended)).toMatchObject({
      matches: { exact: 5 + Object.values(cases).flatMap(([, ids]) => ids).length },
    });
  });

  it('that are mended and sent again leave what an undisturbed load leaves', async () => {
    // Everything as a second version; a bill makes a family known that was not.
    const mended = Object.entries(cases).flatMap(([, [, taken, refused]], i) =>
      [...taken, ...Object.keys(refused).map((line) => `mended-${i}-${line}`)].map((id, k) => ({
        ...object(k % 4, id),
        version: '2',
      })),
    );
    const whole = await write({
      ...base,
      'feeds/health/02.jsonl': jsonl(mended),
      'feeds/medical-insurance/02.csv': toCsv([bill(3)]),
    });
    const again = countsOf(await load(home.path, whole));
    const other = await openServedHome();
    const once = countsOf(await load(other.path, whole));
    expect(again['findings']).toBe(once['findings']);
    // What was quarantined stays in quarantine; and what is found in a second load is no baseline any more.
    const [after, expected] = [await stateOf(home.path, ['baseline']), await stateOf(other.path, ['baseline'])];
    expect(after['quarantine']).toHaveLength(quarantined.length);
    expect({ ...after, quarantine: [] }).toEqual(expected);
    await Promise.all([home.remove(), other.remove()]);
  });
});

// ---- more than fits

describe('one line of a gigabyte', () => {
  const GIB = 1_073_741_824;
  const MIB = 1_048_576;

  it('is refused by its beginning, and memory does not grow with it', async () => {
    const small = await openHome();
    const { peak } = await load(small.path, await write(base));
    await small.remove();
    const directory = await write(base);
    // Holes, which cost no disk here: a gigabyte of NUL in one line.
    const path = join(directory, 'feeds/health/02.jsonl');
    await writeFile(path, jsonl([{ ...illness(1), record_id: 'before' }]));
    await truncate(path, GIB);
    await writeFile(path, `\n${jsonl([{ ...illness(2), record_id: 'after' }])}`, { flag: 'a' });
    const home = await openHome();
    const large = await load(home.path, directory);
    expect(countsOf(large)).toMatchObject({
      records: { read: 8, accepted: 7, rejected: 1 },
      rejected_by_reason: { too_large: 1 },
    });
    expect(peak).toBeGreaterThan(50 * MIB);
    expect(large.peak, `${Math.round(peak / MIB)} MiB without it`).toBeLessThan(peak + 200 * MIB);
    const [entry, ...more] = await exported(home.path, 'quarantine');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ source: '02.jsonl', position: 2, reason: 'too_large' });
    expect(Buffer.from(entry?.['raw'] as string, 'base64').length).toBe(MIB);
    await home.remove();
  });
});

// ---- disks and rights

/** A folder with room for so many KiB, and how to make more room. */
const smallDisk = async (kib: number) => {
  const folder = await mkdtemp(join(tmpdir(), 'yilian-disk-'));
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=755`, 'none', folder]);
  disks.push(folder);
  return { folder, grow: (to: number) => execute('mount', ['-o', `remount,size=${to}k`, folder]) };
};
const disks: string[] = [];
afterAll(async () => {
  for (const folder of disks) {
    await execute('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true });
  }
});

const mountable = await (async () => {
  if (!isRoot) return false;
  const folder = await mkdtemp(join(tmpdir(), 'yilian-mount-'));
  const tried = await execute('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]).then(
    () => execute('umount', [folder]).then(() => true),
    () => false,
  );
  await rm(folder, { recursive: true });
  return tried;
})();

describe.skipIf(!mountable)(`a full disk${mountable ? '' : ' (skipped: no root that may mount a small one)'}`, () => {
  const sizeOf = async (folder: string): Promise<number> =>
    Number((await execute('du', ['-sk', folder])).stdout.split('\t')[0]);
  // Four thousand bills, and a file that holds nothing but takes room in the archive.
  const noise = Array.from({ length: 4_000 }, (_, i) => bill(i % 3, 10 + i));
  const files = {
    ...base,
    'feeds/medical-insurance/02.jsonl': jsonl(noise),
    'feeds/medical-insurance/03.jsonl': blank(25_000_000),
  };
  let whole: { directory: string; counts: Record<string, unknown>; state: State };
  beforeAll(async () => {
    const directory = await write(files);
    const home = await openServedHome();
    const counts = countsOf(await load(home.path, directory));
    whole = { directory, counts, state: await stateOf(home.path) };
    await home.remove();
  });

  it.each([
    [500, 'the log of the database', /^the embedded PostgreSQL can't start: .*pg_wal.*: the disk is full\. /],
    [17_500, 'the first facts', /^(?:ClickHouse|PostgreSQL) \(\w+\): the disk is full\. /],
    [35_000, 'the archive', /medical-insurance\/03\.jsonl could not be copied to the archive .*: the disk is full\. /],
  ])('with %i KiB has no room for %s, says so in a line, and with room again goes on', async (left, _, words) => {
    const { folder, grow } = await smallDisk((await sizeOf(template)) + left);
    const home = homeAt(join(folder, 'home'));
    await execute('cp', ['-a', template, home.path]);
    const [said, ...more] = refusal(await load(home.path, whole.directory));
    expect(said).toMatch(words);
    expect(said).toMatch(/Make room, then run the same command again: it goes on where it stopped\.$/);
    expect(more).toEqual([]);
    await grow(1_000_000);
    await home.serve();
    expect(countsOf(await load(home.path, whole.directory))).toEqual(whole.counts);
    expect(await stateOf(home.path)).toEqual(whole.state);
    await home.remove();
  });
});

it('a limit on file sizes says so, and without it the load goes on', async () => {
  const home = await openHome();
  // The database's own files stay below it; the archive's copy of a file does not.
  const directory = await write({ ...base, 'feeds/health/02.jsonl': blank(25_000_000) });
  const lines = refusal(await load(home.path, directory, { fileLimit: 20_000 }));
  expect(lines).toEqual([
    expect.stringMatching(
      /feeds\/health\/02\.jsonl could not be copied to the archive .*: a file may not grow that far\. Raise the limit on file sizes/,
    ),
  ]);
  await home.serve();
  expect(countsOf(await load(home.path, directory))).toEqual(undisturbed.counts);
  expect(await stateOf(home.path)).toEqual(undisturbed.state);
  await home.remove();
});

// Root may read and write everything, so where the tests run as root the program runs as somebody else, if a checkout
// lies where that one may go.
const reachable =
  !isRoot ||
  (await execute('env', [...asUser(NOBODY), process.execPath, '-e', `fs.accessSync(${JSON.stringify(PROGRAM)})`]).then(
    () => true,
    () => false,
  ));

describe.skipIf(!reachable)(
  `rights${reachable ? '' : ' (skipped: an ordinary user can not reach the program)'}`,
  () => {
    const as: Wrapped = isRoot ? { user: NOBODY } : {};
    const give = async (path: string): Promise<void> => {
      if (isRoot) await execute('chown', ['-R', `${NOBODY}:${NOBODY}`, path]);
    };
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'yilian-rights-'));
      await chmod(folder, 0o755);
      if (isRoot) await chown(folder, NOBODY, NOBODY);
    });
    afterAll(async () => {
      await execute('chmod', ['-R', 'u+rwX', folder]);
      await rm(folder, { recursive: true });
    });

    it('to write into YILIAN_HOME are missed before anything is begun', async () => {
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o555 });
      expect(refusal(await load(join(closed, 'home'), await write(base), as))).toEqual([
        `YILIAN_HOME ${join(closed, 'home')} can't be used: this user may not write there. Give it the folder (chown), or set YILIAN_HOME to one it may write.`,
      ]);
    });

    it('to read what was sent, or to write the archive, are missed by name; with them the load gives all of it', async () => {
      const home = join(folder, 'home');
      const directory = await write({ ...base, 'feeds/housing/01.csv': 'record_id\n' });
      await give(directory);
      const closed = ['registry/persons.csv', 'feeds/health/01.jsonl', 'feeds/housing'].map((path) =>
        join(directory, path),
      );
      for (const path of closed) await chmod(path, 0);
      const words = 'may not be read by this user. Give read permission and load again.';
      expect(refusal(await load(home, directory, as))).toEqual(closed.map((path) => `${path}: ${words}`));
      for (const path of closed) await chmod(path, 0o755);
      const archive = join(home, 'archive');
      await mkdir(archive, { mode: 0o555 });
      await give(archive);
      expect(refusal(await load(home, directory, as))).toEqual([
        expect.stringMatching(
          /^.*archive.*: this user may not read or write there\. Give the permission \(chmod, chown\), then run/,
        ),
      ]);
      await chmod(archive, 0o700);
      expect(countsOf(await load(home, directory, as))).toEqual(undisturbed.counts);
      for (const what of ['warnings', 'facts'] as const) {
        expect(await exported(home, what, as)).toEqual(undisturbed.state[what]);
      }
    });
  },
);
