/**
 * What a bureau knows does not depend on the order in which it was told: the same records, shuffled within and across
 * files, in more files, as CSV or JSONL, in one load or in two, leave the same facts, matches and findings.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { checkRow, contentKey } from '../oracle/check-record.ts';
import { FEED_COLUMNS, type FeedName } from '../oracle/feed-columns.ts';
import { type OracleLoad, runOracle } from '../oracle/index.ts';
import type { GivenMatches } from '../oracle/match-person.ts';
import { givenBy, openFindings, oracleFindings } from '../support/agreement.ts';
import { createDice, type Dice } from '../support/dice.ts';
import { createEpisodes, warningLines } from '../support/episodes.ts';
import { copyRegistry, type FeedRow, readFeedRows, writeFeedFile } from '../support/exchange-rows.ts';
import { type Home, openFolder, openServedHome } from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';
import { sendAgain } from '../support/second-directory.ts';

const AS_OF = '2026-09-30';
const SEED = 20_260_930;
const VARIANTS = roundsOf('shuffles', 3, 1);

/** Of two rows with one version the first received is in force: a set without such conflicts has one outcome only. */
const withoutConflicts = (feed: FeedName, rows: readonly FeedRow[]): FeedRow[] => {
  const contents = new Map<string, string>();
  return rows.filter((row) => {
    const checked = checkRow(feed, new Map(Object.entries(row)), AS_OF);
    if (checked.kind !== 'record') return true;
    const { recordId, version, op } = checked.record;
    const content = op === 'delete' ? '' : contentKey(checked.record);
    const key = JSON.stringify([recordId, version, op]);
    const known = contents.get(key);
    contents.set(key, known ?? content);
    return known === undefined || known === content;
  });
};

/** Columns in another order and some that are empty throughout, as another vendor would write them. */
const dressed = (rows: readonly FeedRow[], feed: FeedName, dice: Dice): FeedRow[] => {
  const known = Object.keys(FEED_COLUMNS[feed].columns);
  const columns = dice.shuffled([...known, 'region_code', 'period', 'records', 'batch_no']);
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? ''])));
};

/** Deals the rows of a feed to files of either form in as many directories. */
const deal = (rows: readonly FeedRow[], feed: FeedName, directories: readonly string[], dice: Dice): void => {
  const files = 1 + dice.below(5);
  const dealt = Array.from({ length: directories.length * files }, (): FeedRow[] => []);
  for (const row of dice.shuffled(rows)) dice.pick(dealt).push(row);
  dealt.forEach((part, i) => {
    const directory = directories[Math.floor(i / files)] as string;
    const name = `${String(dice.below(100)).padStart(2, '0')}-${i}`;
    if (dice.chance(0.5)) writeFeedFile(directory, feed, `${name}.jsonl`, part);
    else writeFeedFile(directory, feed, `${name}.csv`, dressed(part, feed, dice));
  });
};

interface Told {
  readonly home: Home;
  readonly findings: string[];
  readonly facts: string;
  readonly matches: string;
  /** What was found by evidence, after each load. */
  readonly given: GivenMatches[];
}

const afterLoads = async (directories: readonly string[]): Promise<Told> => {
  const home = await openServedHome();
  const given: GivenMatches[] = [];
  for (const directory of directories) {
    await home.load(directory, AS_OF);
    given.push(givenBy(await home.matches(), given.at(-1)));
  }
  const [facts, matches] = [await home.export('facts'), await home.export('matches')];
  return { home, findings: openFindings(await home.warnings()), facts, matches, given };
};

const loadsOf = (directories: readonly string[], given: readonly GivenMatches[]): OracleLoad[] =>
  directories.map((dir, i) => ({ dir, asOf: AS_OF, given: given[i] as GivenMatches }));

describe(`the order in which records come (seed ${SEED})`, () => {
  const feeds = new Map<FeedName, FeedRow[]>();
  let source: string;
  let base: Told;

  beforeAll(async () => {
    source = await openFolder();
    await simulate({ households: 90, seed: SEED, months: 15, out: source, asOf: AS_OF });
    const dice = createDice(SEED);
    for (const [feed, rows] of readFeedRows(source)) {
      // Far more versions, withdrawals and changes of hand than departments send.
      const again = [...sendAgain(rows, dice), ...sendAgain(rows, dice)].map((row) =>
        Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, String(cell)])),
      );
      feeds.set(feed as FeedName, withoutConflicts(feed as FeedName, [...rows, ...again]));
    }
    const straight = await openFolder();
    copyRegistry(source, straight);
    for (const [feed, rows] of feeds) writeFeedFile(straight, feed, '01.jsonl', rows);
    base = await afterLoads([straight]);
    expect(base.findings.length).toBeGreaterThan(50);
    expect(base.findings).toEqual(oracleFindings(runOracle(loadsOf([straight], base.given))));
  });

  const shuffled = async (variant: number, parts: number): Promise<string[]> => {
    const dice = createDice(SEED + variant);
    const folder = await openFolder();
    const directories = Array.from({ length: parts }, (_, i) => join(folder, String(i)));
    for (const directory of directories) copyRegistry(source, directory);
    for (const [feed, rows] of feeds) deal(rows, feed, directories, dice);
    return directories;
  };

  const variants = Array.from({ length: VARIANTS }, (_, i) => i + 1);
  it.concurrent.each(variants)('changes nothing in one load: shuffle %i', async (variant) => {
    const told = await afterLoads(await shuffled(variant, 1));
    expect(told.findings).toEqual(base.findings);
    expect(told.facts).toBe(base.facts);
    expect(told.matches).toBe(base.matches);
    await told.home.remove();
  });

  it.concurrent.each(variants)('changes nothing in two loads: shuffle %i', async (variant) => {
    const directories = await shuffled(100 + variant, 2);
    const told = await afterLoads(directories);
    expect(told.facts).toBe(base.facts);
    expect(told.matches).toBe(base.matches);
    // The half that came first may have raised what the whole does not: that is told as cleared, and a level never falls.
    const episodes = createEpisodes();
    for (const [i] of directories.entries()) {
      const oracle = runOracle(loadsOf(directories.slice(0, i + 1), told.given));
      episodes.take(oracle, oracle.state, AS_OF);
      if (i === 1) expect(oracleFindings(oracle)).toEqual(base.findings);
    }
    expect(warningLines(await told.home.warnings())).toEqual(episodes.lines());
    await told.home.remove();
  });
});
