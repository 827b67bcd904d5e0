/**
 * A load that is killed goes on where it stood: after twenty SIGKILLs - while the engines start, in the registry
 * transaction, between and inside batches, in the rules - everything that can be exported is byte for byte what an
 * undisturbed load in another home left, and the last run prints the counts of the whole.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../../app/simulate/index.ts';
import { until } from '../../platform/until.ts';
import { createDice } from '../support/dice.ts';
import { copyRegistry, readFeedRows, writeFeedFile } from '../support/exchange-rows.ts';
import { holdCommits } from '../support/hold-commits.ts';
import { type ExportName, type Home, type LoadedCounts, openFolder, openHome } from '../support/program.ts';
import { roundsOf } from '../support/rounds.ts';

const AS_OF = '2026-09-30';
const SEED = 20_261_122;
const KILLS = roundsOf('kills of a load', 20, 6);
/** So small that a file of a department is many batches. */
const ENV = { YILIAN_BATCH_ROWS: '500' };
const TIMEOUT = 600_000;

/** When a run is killed: so many milliseconds after it said something, or after its start, or at its next commit then. */
interface Moment {
  readonly after: string | null;
  readonly ms: number;
  readonly atCommit: boolean;
}

interface Undisturbed {
  readonly counts: LoadedCounts;
  readonly exports: Record<ExportName, string>;
  /** Milliseconds from the start to the end, and from the last record to the end. */
  readonly whole: number;
  readonly rules: number;
}

const RECORDS_TAKEN = 'records: 100 %';
const GOES_ON = 'going on with load';

describe(`a load that is killed ${KILLS} times (seed ${SEED})`, () => {
  let directory: string;
  let base: Undisturbed;
  let undisturbed: Home;

  beforeAll(async () => {
    const source = await openFolder();
    directory = await openFolder();
    await simulate({ households: 900, seed: SEED, months: 12, out: source, asOf: AS_OF });
    copyRegistry(source, directory);
    for (const [feed, rows] of readFeedRows(source)) {
      const half = Math.floor(rows.length / 2);
      writeFeedFile(directory, feed, '01.jsonl', rows.slice(0, half));
      writeFeedFile(directory, feed, '02.csv', rows.slice(half));
    }
    undisturbed = await openHome();
    const began = performance.now();
    const run = undisturbed.start(['load', directory, '--as-of', AS_OF, '--json'], ENV);
    await run.said(RECORDS_TAKEN);
    const taken = performance.now();
    const { code, stdout, stderr } = await run.ended;
    if (code !== 0) throw new Error(stderr);
    const ended = performance.now();
    await undisturbed.serve();
    const exports = await undisturbed.exportAll();
    base = { counts: countsIn(stdout), exports, whole: ended - began, rules: ended - taken };
    expect(base.counts.records['read']).toBeGreaterThan(15_000);
    expect(base.counts.findings).toBeGreaterThan(200);
  }, TIMEOUT);

  const countsIn = (stdout: string): LoadedCounts => {
    const { seconds: _, ...counts } = JSON.parse(stdout);
    return counts;
  };

  /** Starts a load and kills it at a moment. False when it was done before. */
  const killAt = async (home: Home, { after, ms, atCommit }: Moment): Promise<boolean> => {
    const run = home.start(['load', directory, '--as-of', AS_OF, '--json'], ENV);
    let hasEnded = false;
    const ended = run.ended.then(() => {
      hasEnded = true;
    });
    if (after !== null) await run.said(after);
    await Promise.race([pause(ms), ended]);
    if (!atCommit || hasEnded) return run.kill();
    const hold = await holdCommits(home.path);
    await until(60_000, async () => (hasEnded || hold === null || (await hold.waits()) ? true : null));
    const wasAlive = await run.kill();
    await hold?.release();
    return wasAlive;
  };

  const expectSame = async (home: Home, killed: string): Promise<void> => {
    const { code, stdout, stderr } = await home.start(['load', directory, '--as-of', AS_OF, '--json'], ENV).ended;
    expect(code, `${killed}\n${stderr}`).toBe(0);
    const counts = countsIn(stdout);
    // A kill after the last commit leaves nothing to go on with: then this run is a second load of the whole.
    const isSecond = !stderr.includes(GOES_ON) && counts.records['accepted'] === 0;
    if (!isSecond) expect(counts, killed).toEqual(base.counts);
    await home.serve();
    const exports = await home.exportAll();
    for (const [what, text] of Object.entries(exports)) {
      expect(text === base.exports[what as ExportName], `${what} after ${killed}`).toBe(true);
    }
    expect(await home.verifyChain(), killed).toBe(0);
    await home.remove();
  };

  /** Kills a new home's load at the moments, as long as it isn't done, and then lets it end. */
  const killed = async (moments: readonly Moment[]): Promise<number> => {
    const home = await openHome();
    const told: string[] = [];
    for (const moment of moments) {
      const { after, ms, atCommit } = moment;
      const text = `${after ?? 'the start'} + ${Math.round(ms)} ms${atCommit ? ', before the commit' : ''}`;
      if (!(await killAt(home, moment))) break;
      told.push(text);
    }
    console.log(`killed at: ${told.join('; ')}`);
    await expectSame(home, `kills at ${told.join('; ')}`);
    return told.length;
  };

  it('ends as if it had never been', { timeout: TIMEOUT }, async () => {
    const dice = createDice(SEED);
    const afterStart = (from: number, to: number, atCommit = false): Moment => ({
      after: null,
      ms: (from + dice.next() * (to - from)) * base.whole,
      atCommit,
    });
    const inRules = (after: string, atCommit = false): Moment => ({
      after,
      ms: atCommit ? 0 : dice.next() * 0.8 * base.rules,
      atCommit,
    });
    /** At a commit of the registry, of a batch, of the end of a file. */
    const anywhere = (): Moment => {
      const atCommit = dice.chance(0.5);
      return atCommit ? { after: GOES_ON, ms: dice.next() * 0.2 * base.whole, atCommit } : afterStart(0.2, 0.5);
    };
    const plans = [
      [inRules(RECORDS_TAKEN), inRules(GOES_ON), inRules(GOES_ON, true), inRules(GOES_ON)],
      [afterStart(0.1, 0.35), anywhere(), anywhere(), anywhere()],
      [afterStart(0.05, 0.1, true), anywhere(), anywhere(), anywhere()],
      [afterStart(0.2, 0.3, true), anywhere(), anywhere(), anywhere()],
      [afterStart(0.6, 0.9), inRules(RECORDS_TAKEN), inRules(GOES_ON), inRules(GOES_ON, true)],
    ];
    let kills = 0;
    const work = async (): Promise<void> => {
      for (let plan = plans.shift(); plan !== undefined && kills < KILLS; plan = plans.shift()) {
        const done = await killed(plan);
        kills += done;
      }
    };
    await Promise.all([work(), work()]);
    // Runs that were done before their moment had come are made up for.
    while (kills < KILLS) {
      const done = await killed([afterStart(0.1, 0.5)]);
      kills += done;
    }
  });

  it('taken a second time as a whole changes nothing', { timeout: TIMEOUT }, async () => {
    const again = await undisturbed.load(directory, AS_OF);
    const { read, rejected, not_authorised } = base.counts.records;
    expect(again.records).toMatchObject({ read, rejected, not_authorised, accepted: 0 });
    expect(again).toMatchObject({
      findings: base.counts.findings,
      warnings: { opened: 0, observed: 0, cleared: 0 },
      duties: { opened: 0, cleared: 0 },
      cases: { opened: 0, joined: 0 },
    });
    const exports = await undisturbed.exportAll();
    for (const [what, text] of Object.entries(exports)) {
      expect(text === base.exports[what as ExportName], what).toBe(true);
    }
  });
});
