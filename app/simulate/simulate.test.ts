import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate } from './index.ts';
import { FEEDS, type FeedName } from './model.ts';
import type { SimulateResult } from './simulate.ts';
import { STORIES } from './stories/catalogue.ts';
import { columnsOf } from './writing/feed-columns.ts';
import type { Planted } from './writing/truth-files.ts';

const base = mkdtempSync(join(tmpdir(), 'yilian-simulate-'));
const out = join(base, 'run');
let result: SimulateResult;
beforeAll(async () => {
  result = await simulate({ households: 600, seed: 20260930, out });
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const REASONS = [
  'too_large',
  'malformed',
  'missing_field',
  'bad_type',
  'bad_date',
  'future_date',
  'bad_amount',
  'bad_value',
  'no_identity',
];

type Link = {
  feed: FeedName;
  record_id: string;
  version: number;
  op: string;
  person_id: string | null;
  defect: string;
  history: string;
  fate: string;
  reason?: string;
};

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? filesUnder(join(folder, e.name)) : [join(folder, e.name)]))
    .sort();
const jsonl = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
const links = (): Link[] => jsonl<Link>(join(out, 'truth', 'links.jsonl'));
const planted = (): Planted[] => jsonl<Planted>(join(out, 'truth', 'planted.jsonl'));
const registry = (name: string): Record<string, string>[] => {
  const [head, ...rows] = readFileSync(join(out, 'registry', `${name}.csv`), 'utf8')
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
  const names = head!.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [names[i]!, value])));
};
const feedFiles = (feed: FeedName): string[] =>
  filesUnder(join(out, 'feeds', feed)).filter((path) => !path.endsWith('_complete.csv'));
const digest = (folder: string): string => {
  const hash = createHash('sha256');
  for (const path of filesUnder(folder)) hash.update(path.slice(folder.length)).update(readFileSync(path));
  return hash.digest('hex');
};

describe('determinism', () => {
  it('writes the same bytes for the same options, and others for another seed', async () => {
    const run = async (name: string, seed: number): Promise<string> => {
      await simulate({ households: 60, seed, months: 15, out: join(base, name) });
      return digest(join(base, name));
    };
    const first = await run('a', 5);
    expect(await run('b', 5)).toBe(first);
    expect(await run('c', 6)).not.toBe(first);
    expect(await run('c', 5)).toBe(first);
  });

  it('counts what it wrote and reports progress', async () => {
    expect(result.households).toBe(600);
    expect(result.files).toBe(filesUnder(out).length);
    expect(result.records).toBe(links().length);
    const steps: number[] = [];
    const onProgress = (done: number): void => {
      steps.push(done);
    };
    await simulate({ households: 20, seed: 1, months: 2, asOf: '2025-02-15', out: join(base, 'p'), onProgress });
    expect(steps).toEqual([20]);
  });

  it('refuses options that make no sense', async () => {
    await expect(simulate({ households: 0, seed: 1, out })).rejects.toThrow('households');
    await expect(simulate({ households: 1, seed: 1, months: 61, out })).rejects.toThrow('months');
    await expect(simulate({ households: 1, seed: 1, asOf: '2026-02-30', out })).rejects.toThrow('not a day');
  });
});

describe('registry', () => {
  it('holds households of about 2.35 people in the proportions of the domain', () => {
    const households = new Map(registry('households').map((h) => [h['household_id'], h['category']]));
    const persons = new Set(registry('persons').map((p) => p['person_id']));
    expect(households.size).toBe(600);
    expect(persons.size).toBe(result.persons);
    expect(result.persons / 600).toBeGreaterThan(2.15);
    expect(result.persons / 600).toBeLessThan(2.55);
    const categories = [...households.values()];
    const share = (category: string): number => categories.filter((c) => c === category).length / 600;
    expect(share('dibao')).toBeGreaterThan(0.4);
    for (const c of ['tekun', 'edge', 'rigid', 'relapse', 'other', 'exited']) expect(share(c)).toBeGreaterThan(0);
  });

  it('is fictional: codes that do not exist, and the mark on everything that has a name', () => {
    for (const region of registry('regions')) {
      expect(region['region_code']).toMatch(/^1599(\d\d(\d{3}(\d{3})?)?)?$/);
      expect(region['name']).toContain('模拟');
    }
    for (const standard of registry('standards')) expect(standard['document']).toContain('模拟文件');
    for (const person of registry('persons')) expect(person['id_number']).toMatch(/^1599\d{13}[\dX]$/);
    expect(readFileSync(join(out, 'truth', 'summary.json'), 'utf8')).toContain('模拟数据');
  });

  it('has authorisations of every kind', () => {
    const kinds = JSON.parse(readFileSync(join(out, 'truth', 'summary.json'), 'utf8'));
    const known = Object.keys(kinds.households_by_authorisation);
    for (const kind of ['open', 'absent', 'dated', 'renewed_within_31', 'renewed_later', 'ended', 'recent']) {
      expect(known).toContain(kind);
    }
  });

  it('has Mongolian names for about every second person, dotted ones among them', () => {
    const people = registry('persons');
    const mongolian = people.filter((p) => ['02', '蒙古族'].includes(p['ethnicity']!));
    expect(mongolian.length / people.length).toBeGreaterThan(0.35);
    expect(mongolian.length / people.length).toBeLessThan(0.55);
    expect(people.some((p) => p['name']!.includes('·'))).toBe(true);
    expect(people.some((p) => p['name']!.length >= 7)).toBe(true);
  });
});

describe('feeds', () => {
  it('come in several files and forms, all with the headers of the contract', () => {
    const seen = new Set<string>();
    for (const feed of FEEDS) {
      const files = feedFiles(feed);
      expect(files.length).toBeGreaterThanOrEqual(9);
      for (const path of files) {
        const bytes = readFileSync(path);
        const utf8 = bytes.toString('utf8');
        const gb18030 = utf8.includes('\ufffd');
        const text = gb18030 ? new TextDecoder('gb18030').decode(bytes) : utf8;
        if (path.endsWith('.jsonl')) {
          seen.add('jsonl');
          continue;
        }
        const head = text.replace(/^\ufeff/, '').split(/\r?\n/)[0]!;
        const english = columnsOf(feed).map((c) => c.name);
        const chinese = columnsOf(feed).map((c) => c.title);
        const titles = head.split(',').filter((title) => title !== 'batch_no' && title !== '批次');
        expect([english, chinese]).toContainEqual(titles);
        seen.add(titles[0] === 'record_id' ? 'english' : 'chinese');
        seen.add(gb18030 ? 'gb18030' : text.startsWith('\ufeff') ? 'bom' : 'plain');
        seen.add(head.includes('batch_no') || head.includes('批次') ? 'unknown column' : 'known columns');
      }
    }
    expect([...seen].sort()).toEqual(
      ['bom', 'chinese', 'english', 'gb18030', 'jsonl', 'known columns', 'plain', 'unknown column'].sort(),
    );
  });

  it('declare completeness by line and by message, once in words that nobody can read', () => {
    const tax = readFileSync(join(out, 'feeds', 'tax', '_complete.csv'), 'utf8');
    expect(tax).toMatch(/^region_code,period\n/);
    const supplement = readFileSync(feedFiles('medical-insurance').at(-1)!, 'utf8');
    expect(supplement.match(/"op":"complete"/g)).toHaveLength(24);
    const medical = readFileSync(join(out, 'feeds', 'medical-insurance', '_complete.csv'), 'utf8');
    expect(medical).toContain('2026-13');
    expect(feedFiles('disability').some((path) => path.includes('_complete'))).toBe(false);
  });

  it('leave three households in five without any tax line', () => {
    const household = new Map(registry('persons').map((p) => [p['person_id'], p['household_id']]));
    const rows = links().filter((l) => l.feed === 'tax' && l.person_id !== null && l.fate !== 'rejected');
    const earning = new Set(rows.map((l) => household.get(l.person_id!)));
    expect(earning.size / 600).toBeGreaterThan(0.25);
    expect(earning.size / 600).toBeLessThan(0.46);
  });
});

describe('truth', () => {
  it('has rejects of every reason in every feed that can have them', () => {
    for (const feed of FEEDS) {
      const reasons = new Set(
        links()
          .filter((l) => l.feed === feed && l.fate === 'rejected')
          .map((l) => l.reason),
      );
      const impossible = ['health', 'public-security', 'leads'].includes(feed) ? ['bad_amount'] : [];
      expect([...reasons].sort()).toEqual(REASONS.filter((r) => !impossible.includes(r)).sort());
    }
  });

  it('has every defect of identity and every turn of history', () => {
    const seen = { defect: new Set<string>(), history: new Set<string>(), fate: new Set<string>() };
    for (const link of links()) {
      if (link.fate !== 'rejected') seen.defect.add(link.defect);
      seen.history.add(link.history);
      seen.fate.add(link.fate);
    }
    expect([...seen.defect]).toEqual(
      expect.arrayContaining([
        'none',
        'form:full_width_digits',
        'form:lower_case_x',
        'form:name_dot',
        'form:blanks_around_name',
        'wrong_check_character',
        'swapped_digits',
        'fifteen_digits',
        'masked_number',
        'number_of_the_head',
        'name_homophone',
        'name_transliterated',
        'name_without_clan',
        'no_number_but_birth_date_and_phone',
        'no_number_but_birth_date_and_address',
        'certificate_20_instead_of_number',
        'certificate_22_instead_of_number',
      ]),
    );
    expect([...seen.history].sort()).toEqual([
      'conflicting_copy',
      'correction',
      'correction_first',
      'exact_copy',
      'first',
      'late_report',
      'overtaken',
      'revival',
      'withdrawal',
      'withdrawal_first',
      'withdrawn_before',
    ]);
    for (const fate of ['accepted', 'duplicate', 'conflicting', 'rejected', 'not_authorised', 'matched_only']) {
      expect(seen.fate).toContain(fate);
    }
    const strangers = links().filter((l) => l.person_id === null).length / result.records;
    expect(strangers).toBeGreaterThan(0.09);
    expect(strangers).toBeLessThan(0.18);
  });

  it('tells every story, and for every rule one that is true and one that nearly is', () => {
    const told = new Set(planted().map((p) => p.what));
    expect(STORIES.filter((s) => !told.has(s.what)).map((s) => s.what)).toEqual([]);
    const rules = new Set(planted().map((p) => p.rule));
    expect(rules.size).toBe(17);
    for (const rule of rules) {
      const expected = planted()
        .filter((p) => p.rule === rule)
        .map((p) => p.expect);
      expect(expected).toContain('true');
      expect(expected).toContain('false');
    }
    const known = new Set(links().map((l) => `${l.feed}/${l.record_id}`));
    for (const { records } of planted()) for (const record of records) expect(known).toContain(record);
  });
});
