/**
 * Two programs for the same contracts - the product, and the oracle in test/oracle - say the same of the same exchange
 * directories: counts, match of every record, facts, findings with their levels, and what later and earlier days,
 * corrections of the registry and later deliveries make of them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { groupBy } from '../../platform/group-by.ts';
import { addDays, addMonths } from '../oracle/calendar.ts';
import { complete, household, idNumber, person, record, writeExchange } from '../oracle/exchange-builder.ts';
import {
  evaluateOracle,
  type Finding,
  type OracleLoad,
  type OracleResult,
  type OracleState,
  runOracle,
} from '../oracle/index.ts';
import {
  catalogueRules,
  countsOf,
  givenBy,
  openFindings,
  oracleFacts,
  oracleFindings,
  oracleMatches,
  productFacts,
  productMatches,
} from '../support/agreement.ts';
import { createEpisodes, warningLines } from '../support/episodes.ts';
import { joinFiles } from '../support/exchange-rows.ts';
import {
  type Home,
  type JudgedCounts,
  openFolder,
  openHome,
  openServedHome,
  type WarningLine,
} from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';
import { bringOfAge, writeSecondDirectory } from '../support/second-directory.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../shared/samples/small');
/** Ends of months of every length, leap days and the days around them, ends and beginnings of years, ordinary days. */
const DAYS = [
  ...['2026-09-30', '2024-02-29', '2026-02-28', '2025-03-31', '2026-01-01', '2024-03-01', '2025-12-31'],
  ...['2026-08-15', '2025-02-28', '2026-10-31', '2024-12-31', '2026-05-31', '2023-06-29', '2025-11-30'],
];
const SEEDS = Array.from({ length: 14 }, (_, i) => i + 1);
const COMPARED = SEEDS.slice(0, roundsOf('seeds of one directory', SEEDS.length, 3));
const dayOf = (seed: number): string => DAYS[seed % DAYS.length] as string;
const householdsOf = (seed: number): number => 50 + ((seed * 37) % 50);
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

it('the oracle judges every rule of the catalogue, and the product every rule of the oracle', async () => {
  const rules = catalogueRules();
  const [judged, found] = [new Set<string>(), new Set<string>()];
  for (const seed of SEEDS) {
    const { truths } = runOracle([{ dir: await simulated(seed, dayOf(seed), 18), asOf: dayOf(seed) }]);
    for (const { rule_id, truth } of truths) (truth === true ? found : judged).add(rule_id);
    if (found.size === rules.length) break;
  }
  expect([...new Set([...judged, ...found])].sort()).toEqual(rules);
  // Nothing is proved about a rule that is never true, or never anything else.
  expect([...found].sort()).toEqual(rules);
  // Of people in no registry only what is true is said.
  expect([...judged].sort()).toEqual(rules.filter((rule) => rule !== 'screening-medical'));
});

describe('one directory', () => {
  it.concurrent.each(COMPARED.map((seed) => [seed, dayOf(seed)] as const))(
    'seed %i as of %s',
    { timeout: TIMEOUT },
    async (seed, asOf) => {
      const directory = await simulated(seed, asOf, 18 + (seed % 7));
      const home = await openServedHome();
      const counts = await home.load(directory, asOf);
      const oracle = runOracle([{ dir: directory, asOf, given: givenBy(await home.matches()) }]);
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
  const seeds = Array.from({ length: roundsOf('seeds of two directories', 6, 2) }, (_, i) => 101 + i);
  it.concurrent.each(seeds.map((seed) => [seed, dayOf(seed)] as const))(
    'seed %i as of %s',
    { timeout: TIMEOUT },
    async (seed, second) => {
      const first = addDays(second, -20 - ((seed * 13) % 60));
      const source = await simulated(seed, second, 15);
      const directories = writeSecondDirectory(source, { out: await openFolder(), seed, first, second });
      const loads: OracleLoad[] = [
        { dir: directories.first, asOf: first },
        { dir: directories.second, asOf: second },
      ];
      const home = await openServedHome();
      const episodes = createEpisodes();
      let oracle: OracleResult | undefined;
      for (const [i, { dir, asOf }] of loads.entries()) {
        const counts = await home.load(dir, asOf);
        loads[i] = { dir, asOf, given: givenBy(await home.matches(), loads[i - 1]?.given) };
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

describe('corners of the contracts that no simulated directory has', () => {
  it('come out as the oracle says', { timeout: TIMEOUT }, async () => {
    const asOf = '2026-09-30';
    const ids = ['19700101', '19710101', '19720101', '19730101', '19740101'].map((birth, i) => idNumber(birth, i + 1));
    const [holder, returned, kept, versioned, living] = ids as [string, string, string, string, string];
    const of = (id: string, name: string) => ({ id_number: id, name });
    const house = { event: 'dangerous_house', grade: 'D', occurred_on: '2025-06-01' };
    const directory = writeExchange({
      standards: [{ region_code: '1599', kind: 'dibao', area: 'any', effective_from: '2024-01-01', amount: 500 }],
      households: [
        household({ household_id: 'H1', category: 'edge' }),
        household({ household_id: 'H2' }),
        household({ household_id: 'H3', region_code: '159901102001' }),
        // A banner is no place where a family lives: the row is refused, and the one before it holds.
        household({ household_id: 'H3', region_code: '159901' }),
        household({ household_id: 'H'.padEnd(200, '4') }),
      ],
      persons: [
        // Grade and category stand behind a number with a wrong check character.
        person({ person_id: 'P1', ...of(holder, '甲'), disability_cert: '15990119700101999911' }),
        // Died between two stays: not here.
        person({
          person_id: 'P2',
          household_id: 'H2',
          ...of(returned, '乙'),
          member_from: '2020-01-01',
          member_to: '2024-01-01',
        }),
        person({ person_id: 'P2', household_id: 'H2', ...of(returned, '乙'), member_from: '2026-09-01' }),
        person({ person_id: 'P3', household_id: 'H2', ...of(living, '丙') }),
        person({ person_id: 'P4', household_id: 'H3', ...of(kept, '丁') }),
        person({ person_id: 'P5', household_id: 'H'.padEnd(200, '4'), ...of(versioned, '戊') }),
      ],
      authorisations: [{ household_id: 'H3', scope: 'finance', granted_on: '2025-01-01' }],
      feeds: {
        health: [record({ record_id: 'd-1', ...of(returned, '乙'), event: 'death', occurred_on: '2025-01-01' })],
        housing: [
          record({ record_id: 'h-1', ...of(returned, '乙'), ...house }),
          // A department that takes the time for a version, and corrects in the same second.
          record({ record_id: 'h-2', ...of(versioned, '戊'), ...house, version: 1_790_000_000_001 }),
          record({ record_id: 'h-2', ...of(versioned, '戊'), ...house, grade: 'C', version: 1_790_000_000_002 }),
          record({ record_id: 'h-3', ...of(versioned, '戊'), ...house, version: '1790000000000001' }),
          { record_id: 'h-3', op: 'delete', version: '1790000000000001' },
        ],
        tax: [
          ...complete('2025-09', '2026-08', '15990110'),
          ...complete('2026-09', '2026-09', '15990110200100001'),
          ...['2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'].map((period) =>
            record({
              record_id: `t-${period}`,
              ...of(kept, '丁'),
              occurred_on: null,
              period,
              income_type: 'wages',
              income_amount: '900',
            }),
          ),
        ],
      },
      files: {
        'medical-insurance/_complete.csv.gz': gzipSync('region_code,period\n159901101001999,2026-08\n1,2026-08\n'),
      },
    });
    // The builder is for the oracle, which does without regions.
    writeFileSync(join(directory, 'registry/regions.csv'), 'region_code,name,parent_code,level\n');
    const home = await openHome();
    const counts = await home.load(directory, asOf);
    const oracle = runOracle([{ dir: directory, asOf, given: givenBy(await home.matches()) }]);
    expect(countsOf(counts)).toEqual(countsOf(oracle));
    expect(openFindings(await home.warnings())).toEqual(oracleFindings(oracle));
    await expectSameRecords(home, oracle.state);
    const found = oracle.findings.map(({ rule_id, household_id }) => `${rule_id} ${household_id?.slice(0, 2)}`);
    expect(found).toEqual(
      expect.arrayContaining(['single-household H1', 'dangerous-house H4', 'income-below-standard H3']),
    );
    expect(found).not.toContain('dangerous-house H2');
    expect(counts.completions).toBe(14);
  });
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
    // People in no registry are counted by rule there, and found without household and person here.
    const isScreening = ({ subject }: WarningLine): boolean =>
      subject.household_id === null && subject.person_id === null;
    const screening = [...groupBy(warnings.filter(isScreening), ({ rule_id }) => rule_id)];
    expect(Object.fromEntries(screening.map(([rule, of]) => [rule, of.length]))).toEqual(expected.screening);
    const registered = warnings.filter((warning) => !isScreening(warning));
    expect(openFindings(registered)).toEqual(oracleFindings({ findings: expected.findings as Finding[] }));
    expect(openFindings(warnings)).toEqual(oracleFindings(oracle));
    await expectSameRecords(home, oracle.state);
  });
});
