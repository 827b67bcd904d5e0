import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import type { System } from '../../app/system.ts';
import { parseIsoDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import { evaluateRules } from '../../rules/index.ts';
import { type Cells, complete, INCOME_WORLD, months, record, wage, writeExchange } from '../oracle/exchange-builder.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { openFolder, openHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

const FIRST = '2026-07-31';
const SECOND = '2026-09-30';
const day = (text: string): number => parseIsoDay(text) as number;

/** Findings on a day, by what had been received by a moment (null: by now). */
const findings = async (system: System, sweep: number, asOf: string, knownAt: Date | null): Promise<string[]> => {
  const evaluation = await evaluateRules(system, {
    ...{ asOf: day(asOf), catalogue: system.catalogue, sweep, scope: 'all', watched: [], knownAt },
  });
  return evaluation.findings
    .map((f) => `${f.ruleId} ${f.householdNo} ${f.personNo} ${f.level} ${f.records.join()}`)
    .sort();
};

describe('known_at', () => {
  it('sees of facts and registry what had been received by the moment, and nothing later', async () => {
    const home = await openHome();
    const [first, second] = [await openFolder(), await openFolder()];
    await simulate({ households: 150, seed: 11, months: 18, out: first, asOf: FIRST });
    await simulate({ households: 150, seed: 11, months: 18, out: second, asOf: SECOND });
    await home.load(first, FIRST);
    const before = await withSystem(home.path, (system) => findings(system, 1_000_001, FIRST, null));
    expect(before.length).toBeGreaterThan(10);
    await home.load(second, SECOND);
    await withSystem(home.path, async (system) => {
      const then = startOfShanghaiDay(day(FIRST));
      // The same day judged with what is known now differs: that is what known_at is for.
      expect(await findings(system, 1_000_002, FIRST, null)).not.toEqual(before);
      expect(await findings(system, 1_000_003, FIRST, then)).toEqual(before);
      expect(await findings(system, 1_000_004, FIRST, new Date(then.getTime() - 1))).toEqual([]);
      // Known by now is the same as asking without a moment.
      const now = await findings(system, 1_000_005, SECOND, null);
      expect(await findings(system, 1_000_006, SECOND, startOfShanghaiDay(day(SECOND)))).toEqual(now);
    });
  });

  it('counts towards a declaration only the rows that had come by then', async () => {
    const home = await openHome();
    const [first, second] = ['2026-10-01', '2026-11-01'];
    const pension = (record_id: string) =>
      record({ record_id, event: 'pension_month', period: '2026-09', amount: 100, occurred_on: '2026-09-10' });
    const counted = { ...complete('2026-09', '2026-09')[0], records: 2 } as Cells;
    const declared = [...complete('2025-10', '2026-08'), counted];
    const tax = [...complete('2025-10', '2026-09'), ...months('2025-10', '2026-06').map((period) => wage(period, 900))];
    const told = { ...INCOME_WORLD, feeds: { tax, 'human-resources': [pension('a'), ...declared] } };
    await home.load(completeRegistry(writeExchange(told)), first);
    await home.load(completeRegistry(writeExchange({ feeds: { 'human-resources': [pension('b')] } })), second);
    await withSystem(home.path, async (system) => {
      const drops = async (sweep: number, knownAt: Date | null) =>
        (await findings(system, sweep, first, knownAt)).filter((finding) => finding.startsWith('income-drop'));
      expect(await drops(1_000_030, null)).toHaveLength(1);
      // One of the two rows was there: September was not complete, and twelve months were not known.
      expect(await drops(1_000_031, startOfShanghaiDay(day(first)))).toEqual([]);
      expect(await drops(1_000_032, startOfShanghaiDay(day(second)))).toHaveLength(1);
    });
  });

  it('judges the households it is given as a sweep of all does, and no others', async () => {
    const home = await openHome();
    const directory = await openFolder();
    await simulate({ households: 200, seed: 21, months: 18, out: directory, asOf: SECOND });
    await home.load(directory, SECOND);
    await withSystem(home.path, async (system) => {
      const options = { asOf: day(SECOND), catalogue: system.catalogue, watched: [] };
      const all = await evaluateRules(system, { ...options, sweep: 1_000_010, scope: 'all' });
      const some = [...new Set(all.findings.map((f) => f.householdNo))].filter((_, i) => i % 3 === 0);
      expect(some.length).toBeGreaterThan(5);
      const listed = await evaluateRules(system, { ...options, sweep: 1_000_011, scope: some });
      expect(listed.findings).toEqual(all.findings.filter((f) => some.includes(f.householdNo)));
      expect(listed.covers(some[0] as number)).toBe(true);
      expect(listed.covers(-1)).toBe(false);
    });
  });

  it('forgets the working rows of a sweep', async () => {
    const home = await openHome();
    const directory = await openFolder();
    await simulate({ households: 20, seed: 3, months: 3, out: directory, asOf: SECOND });
    await writeFile(join(directory, 'feeds', 'health', '99-empty.csv'), '');
    await home.load(directory, SECOND);
    await withSystem(home.path, async ({ clickhouse }) => {
      for (const table of ['sweep_regions', 'sweep_households']) {
        expect(await clickhouse.query('sweep', `SELECT count() AS n FROM ${table}`), table).toEqual([{ n: '0' }]);
      }
    });
  });
});
