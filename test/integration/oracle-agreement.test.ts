/**
 * Two programs for the same contracts - the product, and the oracle in test/oracle - say the same of the same exchange
 * directories: counts, match of every record, facts, findings with their levels, and what later and earlier days,
 * corrections of the registry and later deliveries make of them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { addDays, addMonths } from '../oracle/calendar.ts';
import { evaluateOracle, type Finding, type OracleResult, type OracleState, runOracle } from '../oracle/index.ts';
import {
  catalogueRules,
  countsOf,
  NOT_BUILT,
  openFindings,
  oracleFacts,
  oracleFindings,
  oracleMatches,
  productFacts,
  productMatches,
} from '../support/agreement.ts';
import { createEpisodes, warningLines } from '../support/episodes.ts';
import { joinFiles } from '../support/exchange-rows.ts';
import { type Home, type JudgedCounts, openFolder, openHome, openServedHome } from '../support/program.ts';
import { bringOfAge, writeSecondDirectory } from '../support/second-directory.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../shared/samples/small');
/** Ends of months of every length, leap days and the days around them, ends and beginnings of years, ordinary days. */
const DAYS = [
  ...['2026-09-30', '2024-02-29', '2026-02-28', '2025-03-31', '2026-01-01', '2024-03-01', '2025-12-31'],
  ...['2026-08-15', '2025-02-28', '2026-10-31', '2024-12-31', '2026-05-31', '2023-06-29', '2025-11-30'],
];
const SEEDS = Array.from({ length: 14 }, (_, i) => i + 1);
const dayOf = (seed: number): string => DAYS[seed % DAYS.length] as string;
const householdsOf = (seed: number): number => 60 + ((seed * 37) % 60);
/** Each test is a program of its own: what one waits for, others use. */
const TIMEOUT = 600_000;

const simulated = async (seed: number, asOf: string, months: number): Promise<string> => {
  const out = await openFolder();
  await simulate({ households: householdsOf(seed), seed, months, asOf, out });
  joinFiles(out);
  bringOfAge(out, seed, asOf);
  return out;
};

const expectSameJudgement = async (home: Home, counts: JudgedCounts, episodes: Episodes, evaluated: Evaluated) => {
  const { opened, cleared, dutiesOpened, dutiesCleared, findings } = episodes.take(...evaluated);
  expect(counts).toMatchObject({
    ...{ findings, warnings: { opened, cleared }, duties: { opened: dutiesOpened, cleared: dutiesCleared } },
    as_of: evaluated[2],
  });
  expect(warningLines(await home.warnings())).toEqual(episodes.lines());
};
type Episodes = ReturnType<typeof createEpisodes>;
type Evaluated = Parameters<Episodes['take']>;

/** Evaluates days before and after; an evaluation opens, raises, clears or leaves alone what the oracle's truths say. */
const expectSameOnOtherDays = async (home: Home, state: OracleState, episodes: Episodes, days: readonly string[]) => {
  for (const day of days) {
    await expectSameJudgement(home, await home.evaluate(day), episodes, [evaluateOracle(state, day), state, day]);
  }
};

const expectSameRecords = async (home: Home, state: OracleState) => {
  expect(productMatches(await home.matches())).toEqual(oracleMatches(state));
  expect(productFacts(await home.facts())).toEqual(oracleFacts(state));
};

it('the oracle judges every rule of the catalogue, and the product every rule of the oracle but those named', async () => {
  const rules = [...catalogueRules(), ...NOT_BUILT].sort();
  const [judged, found] = [new Set<string>(), new Set<string>()];
  for (const seed of SEEDS) {
    const { truths } = runOracle([{ dir: await simulated(seed, dayOf(seed), 18), asOf: dayOf(seed) }]);
    for (const { rule_id, truth } of truths) (truth === true ? found : judged).add(rule_id);
    if (found.size === rules.length) break;
  }
  expect([...new Set([...judged, ...found])].sort()).toEqual(rules);
  // Nothing is proved about a rule that is never true, or never anything else.
  expect([...found].sort()).toEqual(rules);
  expect([...judged].sort()).toEqual(catalogueRules());
});

describe('one directory', () => {
  it.concurrent.each(SEEDS.map((seed) => [seed, dayOf(seed)] as const))(
    'seed %i as of %s',
    { timeout: TIMEOUT },
    async (seed, asOf) => {
      const directory = await simulated(seed, asOf, 18 + (seed % 7));
      const home = await openServedHome();
      const counts = await home.load(directory, asOf);
      const oracle = runOracle([{ dir: directory, asOf }]);
      expect(countsOf(counts)).toEqual(countsOf(oracle));
      expect(openFindings(await home.warnings())).toEqual(oracleFindings(oracle));
      await expectSameRecords(home, oracle.state);
      const episodes = createEpisodes();
      await expectSameJudgement(home, counts, episodes, [oracle, oracle.state, asOf]);
      const days = [addMonths(asOf, 1 + (seed % 5)), addDays(asOf, -40 - seed)];
      await expectSameOnOtherDays(home, oracle.state, episodes, days);
      await home.remove();
    },
  );
});

describe('two directories: corrections, movers, late registrations, later deliveries', () => {
  const seeds = Array.from({ length: 6 }, (_, i) => 101 + i);
  it.concurrent.each(seeds.map((seed) => [seed, dayOf(seed)] as const))(
    'seed %i as of %s',
    { timeout: TIMEOUT },
    async (seed, second) => {
      const first = addDays(second, -20 - ((seed * 13) % 60));
      const source = await simulated(seed, second, 15);
      const directories = writeSecondDirectory(source, { out: await openFolder(), seed, first, second });
      const loads = [
        { dir: directories.first, asOf: first },
        { dir: directories.second, asOf: second },
      ];
      const home = await openServedHome();
      const episodes = createEpisodes();
      let oracle: OracleResult | undefined;
      for (const [i, { dir, asOf }] of loads.entries()) {
        const counts = await home.load(dir, asOf);
        oracle = runOracle(loads.slice(0, i + 1));
        expect(countsOf(counts)).toEqual(countsOf(oracle));
        await expectSameJudgement(home, counts, episodes, [oracle, oracle.state, asOf]);
      }
      if (oracle === undefined) throw new Error('nothing was loaded');
      await expectSameRecords(home, oracle.state);
      const days = [addDays(first, -50), addDays(second, seed % 2 === 0 ? 35 : 480)];
      await expectSameOnOtherDays(home, oracle.state, episodes, days);
      await home.remove();
    },
  );
});

const isHere = existsSync(join(SAMPLE, 'expected.json'));
describe.skipIf(!isHere)(`the sample ${SAMPLE}${isHere ? '' : ' (missing: skipped)'}`, () => {
  it('comes out as expected.json and the oracle say', { timeout: TIMEOUT }, async () => {
    const expected = JSON.parse(readFileSync(join(SAMPLE, 'expected.json'), 'utf8'));
    const home = await openHome();
    const counts = await home.load(join(SAMPLE, 'exchange'), expected.as_of);
    const { records, rejected_by_reason, completions } = expected;
    expect(counts).toMatchObject({ records, rejected_by_reason, completions, as_of: expected.as_of });
    expect(counts.matches).toEqual({ repaired: 0, probable: 0, ...expected.matches });
    const oracle = runOracle([{ dir: join(SAMPLE, 'exchange'), asOf: expected.as_of }]);
    expect(countsOf(counts)).toEqual(countsOf(oracle));
    const warnings = await home.warnings();
    expect(openFindings(warnings)).toEqual(oracleFindings({ findings: expected.findings as Finding[] }));
    expect(openFindings(warnings)).toEqual(oracleFindings(oracle));
    await expectSameRecords(home, oracle.state);
  });
});
