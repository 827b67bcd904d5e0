import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoDay } from './calendar.ts';
import { createChronicle } from './chronicle.ts';
import { type Completeness, createCompleteness } from './completeness.ts';
import { createRecordIds } from './ledger.ts';
import { FEEDS } from './model.ts';
import { createNumbering } from './numbering.ts';
import { createRegions } from './regions.ts';
import { createSender } from './sender.ts';
import { readSettings, type Settings, type SimulateOptions } from './settings.ts';
import { createStandards } from './standards.ts';
import { type FeedFiles, openFeedFiles } from './writing/feed-files.ts';
import { openRegistryFiles } from './writing/registry-files.ts';
import { openTruthFiles, type TruthFiles } from './writing/truth-files.ts';

/** What a run wrote: registered households and persons, rows of feeds (rejected ones included), files of all kinds. */
export type SimulateResult = { households: number; persons: number; records: number; files: number };

const PROGRESS_EVERY = 500;

/** Completeness comes last, when the rows are counted. Returns how many `_complete.csv` were written. */
const declareCompleteness = (
  settings: Settings,
  completeness: Completeness,
  files: FeedFiles,
  truth: TruthFiles,
): number => {
  let written = 0;
  for (const feed of FEEDS) {
    const { lines, messages, unreadable } = completeness.declare(feed);
    for (const message of messages) files.writeMessage(feed, message);
    truth.tally('completions', feed, lines.length + messages.length - unreadable);
    truth.tally('unreadable_declarations', feed, unreadable);
    if (lines.length === 0) continue;
    written++;
    const text = ['region_code,period', ...lines, ''].join('\n');
    writeFileSync(join(settings.out, 'feeds', feed, '_complete.csv'), text);
  }
  return written;
};

/**
 * Writes a synthetic exchange directory (feeds.md) with its truth: 模拟数据, deterministic, streamed. Households are made one by
 * one, each from its own random numbers, so memory does not grow with their number. Days are days of Asia/Shanghai, amounts
 * yuan with 2 decimals. `registry`, `feeds` and `truth` of an earlier run in `out` are removed first.
 */
export const simulate = async (options: SimulateOptions): Promise<SimulateResult> => {
  const settings = readSettings(options);
  for (const part of ['registry', 'feeds', 'truth']) rmSync(join(settings.out, part), { recursive: true, force: true });
  mkdirSync(settings.out, { recursive: true });
  const banners = createRegions(settings);
  const standards = createStandards(settings, banners);
  const registry = openRegistryFiles(settings, banners, standards);
  const files = openFeedFiles(settings);
  const truth = openTruthFiles(settings);
  const completeness = createCompleteness(settings, banners);
  const ids = createRecordIds();
  const chronicle = createChronicle({
    settings,
    banners,
    standards,
    numbering: createNumbering(settings.perBanner),
    registry,
    truth,
    ids,
    sender: createSender({ settings, files, truth, completeness, ids }),
  });

  const { households } = settings;
  for (let index = 0; index < households; index++) {
    chronicle.live(index);
    if ((index + 1) % PROGRESS_EVERY !== 0) continue;
    options.onProgress?.(index + 1, households);
    // writes are synchronous: let the caller's other work in now and then
    await new Promise((resolve) => setImmediate(resolve));
  }
  const declared = declareCompleteness(settings, completeness, files, truth);
  const persons = chronicle.persons();
  const about = { seed: settings.seed, months: settings.months, as_of: isoDay(settings.asOf), households, persons };
  const written = registry.close() + files.close() + declared + truth.close(about);
  options.onProgress?.(households, households);
  return { households, persons, records: truth.records(), files: written };
};
