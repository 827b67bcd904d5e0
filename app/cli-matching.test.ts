import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimedKey } from '../matchers/index.ts';
import { parseIsoDay } from '../platform/calendar.ts';
import type { Config } from '../platform/config.ts';
import { matchingCommand } from './cli-matching.ts';
import { callCommand } from './command-for-tests.ts';
import { readExchangeDirectory } from './exchange-directory.ts';
import { readPersons, readRecordsOf, readTruth } from './matching-directory.ts';
import { simulate } from './simulate/index.ts';

const ROOT = join(import.meta.dirname, '..');
let folder: string;
let made: { persons: number; records: number };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilian-matching-'));
  made = await simulate({ households: 800, seed: 11, months: 3, out: join(folder, 'in'), asOf: '2026-09-30' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const call = (...argv: string[]) =>
  callCommand(folder, argv, (context) => matchingCommand({ home: join(folder, 'home') } as Config, ROOT, context));

describe('matching train', () => {
  it('gives the same file for the same data and seed, and another for another seed', async () => {
    const first = await call('train', 'in', '--out', 'a.json', '--seed', '5');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/a\.json: model [0-9a-f]{16}\n$/);
    expect(first.stderr).toContain(`${made.persons} persons`);
    await call('train', 'in', '--out', 'b.json', '--seed', '5');
    await call('train', 'in', '--out', 'c.json', '--seed', '6');
    const [a, b, c] = await Promise.all(
      ['a.json', 'b.json', 'c.json'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    // What was learned is good enough to be used on what it was not learned from.
    await simulate({ households: 500, seed: 12, months: 3, out: join(folder, 'other'), asOf: '2026-09-30' });
    const judged = JSON.parse((await call('evaluate', 'other', '--model', 'a.json', '--json')).stdout);
    expect(judged.withoutNumber.precision).toBeGreaterThan(0.99);
    expect(judged.withoutNumber.recall).toBeGreaterThan(0.9);
  });
});

describe('matching train --verdicts', () => {
  it('obeys what reviewers found out, and looks at each of their records', async () => {
    const day = parseIsoDay('2026-09-30') as number;
    const directory = await readExchangeDirectory(join(folder, 'in'));
    const { numberOf } = await readPersons(directory, day);
    const idOf = new Map([...numberOf].map(([id, no]) => [no, id]));
    const truth = await readTruth(directory);
    const lines: string[] = [];
    let wrong = 0;
    for await (const records of readRecordsOf(directory, folder, day)) {
      for (const record of records) {
        const person = truth(record);
        if (lines.length >= 60 || typeof person !== 'string' || record.identity.idNumber !== '') continue;
        const claim_hash = createHash('sha256').update(claimedKey(record.identity)).digest('hex');
        const other = idOf.get(((numberOf.get(person) as number) % made.persons) + 1);
        lines.push(JSON.stringify({ claim_hash, verdict: 'must', person_id: person }));
        lines.push(JSON.stringify({ claim_hash, verdict: 'cannot', person_id: other }));
        wrong += 1;
      }
    }
    await writeFile(join(folder, 'verdicts.jsonl'), `${lines.join('\n')}\n`);
    const plain = await call('train', 'in', '--out', 'plain.json', '--records', '500');
    const judged = await call(
      'train',
      'in',
      '--out',
      'judged.json',
      '--records',
      '500',
      '--verdicts',
      'verdicts.jsonl',
    );
    expect(wrong).toBe(30);
    expect(judged.stderr).toMatch(/ (3\d|[4-9]\d) with a verdict\n/);
    expect(judged.stdout).not.toBe(plain.stdout);
    await writeFile(join(folder, 'bad.jsonl'), `${lines[0]}\n{"claim_hash":"x"}\n`);
    const { text } = await call('train', 'in', '--out', 'none.json', '--verdicts', 'bad.jsonl');
    expect(text).toMatch(/bad\.jsonl:2: .*yilian export verdicts/);
  });
});

describe('matching evaluate', () => {
  it('counts every record that the truth knows, by outcome, feed and kind of name, as table, JSON and picture', async () => {
    const { code, stdout } = await call('evaluate', 'in', '--json', '--svg', 'picture.svg');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ as_of: '2026-09-30', persons: made.persons, directory: join(folder, 'in') });
    expect(report.model).toMatch(/^[0-9a-f]{64}$/);
    expect(report.all.records).toBeGreaterThan(made.records * 0.9);
    const sum = (of: Record<string, { records: number }>): number =>
      Object.values(of).reduce((n, { records }) => n + records, 0);
    expect(sum(report.byFeed)).toBe(report.all.records);
    expect(sum(report.byNameKind)).toBe(report.all.records);
    expect(sum(report.byTier)).toBe(report.all.linked);
    expect(Object.keys(report.byTier)).toEqual(
      expect.arrayContaining(['exact', 'certificate', 'repaired', 'probable']),
    );
    expect(report.all.precision).toBeGreaterThan(0.999);
    expect(sum(report.calibration)).toBeGreaterThan(0);
    for (const { expected, observed } of report.calibration) {
      for (const share of [expected, observed]) expect(share >= 0 && share <= 1).toBe(true);
    }
    expect(Object.keys(report.falseLinks)).toEqual(['estimated', 'observed']);
    const picture = await readFile(join(folder, 'picture.svg'), 'utf8');
    expect(picture).toMatch(/^<svg .*<\/svg>\s*$/s);

    const table = (await call('evaluate', 'in')).stdout;
    for (const feed of Object.keys(report.byFeed)) expect(table).toContain(`  ${feed.padEnd(24)}`);
    expect(table).toMatch(/wrong links by evidence: estimated .* %, true .* %/);
    expect(table).toContain(`${made.persons} persons registered; ${report.all.records} decisions`);
  });

  it('says what is wrong and what to do', async () => {
    expect((await call('evaluate', 'nowhere')).text).toContain(join(folder, 'nowhere'));
    await writeFile(join(folder, 'bad.json'), '{"linkage":1}');
    expect((await call('evaluate', 'in', '--model', 'bad.json')).text).toContain('bad.json');
    expect((await call('evaluate', 'in', '--model', 'none.json')).text).toContain('none.json');
    expect((await call('train', 'in', '--seed', 'x')).text).toContain('--seed x');
    expect((await call('judge', 'in')).text).toContain('matching evaluate DIR');
    await writeFile(join(folder, 'in/truth/links.jsonl'), '\n{"feed":"health"}\n');
    expect((await call('evaluate', 'in')).text).toContain('links.jsonl:2');
    await rm(join(folder, 'in/truth'), { recursive: true, force: true });
    const { text } = await call('evaluate', 'in');
    expect(text).toMatch(/truth/);
    expect(text).toMatch(/simulate/);
  });
});
