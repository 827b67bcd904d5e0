import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkCharacter } from './id-number.ts';
import { writeMedicalBench } from './medical-bench.ts';
import { columnsOf } from './writing/feed-columns.ts';

const out = mkdtempSync(join(tmpdir(), 'yilian-bench-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

it('writes exactly as many people and records as asked, every record a full and exact one', async () => {
  await writeMedicalBench({ persons: 470, records: 3000, seed: 11, out });
  const text = (path: string): string[] => readFileSync(join(out, path), 'utf8').trimEnd().split('\n');
  const people = text('registry/persons.csv')
    .slice(1)
    .map((line) => line.split(','));
  expect(people).toHaveLength(470);
  expect(text('registry/households.csv')).toHaveLength(201);
  const names = new Map(people.map((p) => [p[3]!, p[2]!]));
  expect(names.size).toBe(470);
  const lines = text('feeds/medical-insurance/01.jsonl');
  expect(lines).toHaveLength(3000);
  const ids = new Set<string>();
  for (const line of lines) {
    const record = JSON.parse(line) as Record<string, string>;
    expect(Object.keys(record)).toEqual(columnsOf('medical-insurance').map((c) => c.name));
    const id = record['id_number']!;
    expect(names.get(id)).toBe(record['name']);
    expect(checkCharacter(id.slice(0, 17))).toBe(id[17]);
    expect(Number(record['self_paid'])).toBeLessThanOrEqual(Number(record['total_amount']));
    ids.add(record['record_id']!);
  }
  expect(ids.size).toBe(3000);
});
