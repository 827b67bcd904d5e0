/** Small exchange directories for the tests of the oracle. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { usableIdNumber } from './id-number.ts';
import { NOT_KNOWN, type OracleResult, runOracle } from './index.ts';

export type Cells = Record<string, string | number | boolean | null>;

export interface Exchange {
  readonly standards?: Cells[];
  readonly households?: Cells[];
  readonly persons?: Cells[];
  readonly authorisations?: Cells[];
  /** Rows of a feed, written as 01.jsonl. */
  readonly feeds?: Readonly<Record<string, Cells[]>>;
  /** Whole files by their path inside feeds/. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

export const TODAY = '2026-09-30';
const REGION = '159901101001';

function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toCsv(rows: readonly Cells[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

const made: string[] = [];

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Writes the directory and returns its path. */
export function writeExchange(exchange: Exchange): string {
  const directory = mkdtempSync(join(tmpdir(), 'yilian-oracle-'));
  made.push(directory);
  const write = (path: string, content: string | Buffer): void => {
    const full = join(directory, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  };
  for (const table of ['standards', 'households', 'persons', 'authorisations'] as const) {
    const rows = exchange[table];
    if (rows) write(`registry/${table}.csv`, toCsv(rows));
  }
  for (const [feed, rows] of Object.entries(exchange.feeds ?? {})) {
    write(`feeds/${feed}/01.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
  for (const [path, content] of Object.entries(exchange.files ?? {})) write(`feeds/${path}`, content);
  return directory;
}

export function load(exchange: Exchange, asOf = TODAY): OracleResult {
  return runOracle([{ dir: writeExchange(exchange), asOf }]);
}

/** An id number with the right check character. */
export function idNumber(birth: string, sequence = 1): string {
  const first17 = `159901${birth}${String(sequence).padStart(3, '0')}`;
  return [...'0123456789X'].map((check) => first17 + check).find((id) => usableIdNumber(id) !== undefined)!;
}

export const ADULT = idNumber('19800101');
export const OTHER_ADULT = idNumber('19820202');

export function household(cells: Cells = {}): Cells {
  return {
    household_id: 'H1',
    region_code: REGION,
    area: 'rural',
    category: 'other',
    category_since: '2024-01-01',
    last_verified_on: '2026-09-01',
    last_reviewed_on: '2026-09-01',
    ...cells,
  };
}

export function person(cells: Cells = {}): Cells {
  return {
    person_id: 'P1',
    household_id: 'H1',
    name: '张三',
    id_number: ADULT,
    relation: 'head',
    member_from: '2020-01-01',
    ...cells,
  };
}

/** A record of the person that person() makes. */
export function record(cells: Cells = {}): Cells {
  return { record_id: 'r-1', occurred_on: '2026-09-20', name: '张三', id_number: ADULT, ...cells };
}

export function wage(period: string, amount: string | number, cells: Cells = {}): Cells {
  return {
    record_id: `t-${period}-${cells['id_number'] ?? ''}`,
    name: '张三',
    id_number: ADULT,
    period,
    income_type: 'wages',
    income_amount: amount,
    ...cells,
  };
}

/** 'YYYY-MM' from first to last. */
export function months(first: string, last: string): string[] {
  const all: string[] = [];
  let [year, month] = first.split('-').map(Number) as [number, number];
  for (;;) {
    const text = `${year}-${String(month).padStart(2, '0')}`;
    all.push(text);
    if (text === last) return all;
    if (month === 12) [year, month] = [year + 1, 1];
    else month += 1;
  }
}

export function complete(first: string, last: string, prefix = '1599'): Cells[] {
  return months(first, last).map((period) => ({
    op: 'complete',
    record_id: `c-${period}`,
    region_code: prefix,
    period,
  }));
}

/** One adult, authorised, with twelve complete months up to September 2026. */
export const INCOME_WORLD: Exchange = {
  households: [household()],
  persons: [person()],
  authorisations: [{ household_id: 'H1', scope: 'finance', granted_on: '2025-01-01' }],
  standards: [{ region_code: '1599', kind: 'dibao', area: 'any', effective_from: '2024-01-01', amount: 500 }],
};

/** 'true', 'false', 'not known', or 'not judged', of a household rule or of a person. */
export function truthOf(
  result: Pick<OracleResult, 'truths'>,
  rule: string,
  personId: string | null = null,
  householdId = 'H1',
): string {
  const found = result.truths.find(
    (judged) => judged.rule_id === rule && judged.household_id === householdId && judged.person_id === personId,
  );
  if (!found) return 'not judged';
  return found.truth === NOT_KNOWN ? 'not known' : String(found.truth);
}

export function levelOf(result: Pick<OracleResult, 'findings'>, rule: string): string | undefined {
  return result.findings.find((finding) => finding.rule_id === rule)?.level;
}
