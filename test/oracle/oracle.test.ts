/** The oracle against the sample that others made from the same contracts. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Finding, type OracleResult, runOracle } from './index.ts';

const SAMPLE = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/samples/small');
const isHere = existsSync(join(SAMPLE, 'expected.json'));

interface Expected {
  readonly as_of: string;
  readonly households: number;
  readonly records: Record<string, number>;
  readonly rejected_by_reason: Record<string, number>;
  readonly completions: number;
  readonly matches: Record<string, number>;
  readonly screening: Record<string, number>;
  readonly findings: Finding[];
}

function line(finding: Finding): string {
  return [finding.rule_id, finding.household_id, finding.person_id, finding.level].join(' ');
}

function countOf(result: OracleResult, rule: string): number {
  return result.findings.filter((finding) => finding.rule_id === rule).length;
}

describe.skipIf(!isHere)(`the sample ${SAMPLE}${isHere ? '' : ' (missing: skipped)'}`, () => {
  const expected = isHere ? (JSON.parse(readFileSync(join(SAMPLE, 'expected.json'), 'utf8')) as Expected) : undefined;
  const result = isHere ? runOracle([{ dir: join(SAMPLE, 'exchange'), asOf: expected!.as_of }]) : undefined;

  it('counts the same records, reasons, completions and households', () => {
    expect(result!.records).toEqual(expected!.records);
    expect(result!.rejected_by_reason).toEqual(expected!.rejected_by_reason);
    expect(result!.completions).toBe(expected!.completions);
    expect(result!.state.registry.households.size).toBe(expected!.households);
  });

  it('matches the same records', () => {
    expect(result!.matches).toEqual({ repaired: 0, probable: 0, ...expected!.matches });
  });

  it('has the same findings, subject by subject and level by level', () => {
    const ofSubjects = result!.findings.filter((finding) => finding.household_id !== null);
    expect(ofSubjects.map(line).sort()).toEqual(expected!.findings.map(line).sort());
  });

  it('screens as many unregistered people', () => {
    for (const [rule, count] of Object.entries(expected!.screening)) expect(countOf(result!, rule)).toBe(count);
  });

  it('changes nothing when the same directory is loaded twice', () => {
    const dir = join(SAMPLE, 'exchange');
    const { as_of: asOf } = expected!;
    const twice = runOracle([
      { dir, asOf },
      { dir, asOf },
    ]);
    const { read, rejected, not_authorised } = result!.records;
    expect(twice.findings).toEqual(result!.findings);
    expect(twice.records).toMatchObject({ read, rejected, not_authorised, accepted: 0 });
    expect(Object.values(twice.matches)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
