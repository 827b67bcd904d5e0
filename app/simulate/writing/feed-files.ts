import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isoMonth, monthOf } from '../calendar.ts';
import { type Cell, FEEDS, type FeedName } from '../model.ts';
import { createRandom } from '../random.ts';
import type { LineDamage } from '../rejects.ts';
import type { Settings } from '../settings.ts';
import { createGb18030Encoder } from './gb18030.ts';
import { type LineFile, openLineFile } from './line-file.ts';
import { type RowStyle, STYLES, SUPPLEMENT_STYLE } from './row-style.ts';
import { createRowWriter, type RowWriter } from './row-writer.ts';

/** Months that one file of a feed covers: the busy departments send monthly, the others by the quarter. */
const SPAN: Record<FeedName, number> = {
  'medical-insurance': 1,
  health: 3,
  housing: 3,
  tax: 1,
  disability: 3,
  'rural-revitalization': 3,
  education: 3,
  'human-resources': 1,
  emergency: 3,
  'public-security': 3,
  'natural-resources': 3,
  'market-supervision': 3,
  'civil-affairs': 3,
  leads: 3,
};

export type FeedFiles = {
  /** The file that takes what is sent on a day; files are received in this order, and one supplement comes after all of them. */
  fileOf: (feed: FeedName, sentOn: number) => number;
  /** Files that come after one, the supplement included. */
  room: (feed: FeedName, file: number) => number;
  /** Writes a row into a file of a feed (past the supplement means into it). */
  write: (feed: FeedName, file: number, cells: readonly Cell[], damage: LineDamage) => void;
  /** Adds a ready line to the supplement, which is JSONL. */
  writeMessage: (feed: FeedName, line: string) => void;
  /** Closes everything; returns how many files there are. */
  close: () => number;
};

type OpenFile = { file: LineFile; rows: RowWriter };

/** Opens all files of all feeds under `out/feeds`: named so that byte order is the order of sending. */
export const openFeedFiles = (settings: Settings): FeedFiles => {
  const gb18030 = createGb18030Encoder();
  const all = new Map<FeedName, OpenFile[]>();
  FEEDS.forEach((feed, f) => {
    const folder = join(settings.out, 'feeds', feed);
    mkdirSync(folder, { recursive: true });
    const periods = Math.ceil(settings.months / SPAN[feed]);
    const open = (number: number, period: string, style: RowStyle): OpenFile => {
      const random = createRandom(settings.seed, 3, f, number);
      const rows = createRowWriter(feed, style, random);
      const path = join(folder, `${String(number + 1).padStart(2, '0')}-${period}.${style.form}`);
      const file = openLineFile(path, {
        ...(style.encoding === 'gb18030' ? { encode: gb18030 } : {}),
        lineEnd: style.lineEnd,
        head: rows.head,
        shuffle: random,
      });
      return { file, rows };
    };
    const files = Array.from({ length: periods }, (_, i) => {
      const first = settings.firstMonth + i * SPAN[feed];
      const last = Math.min(first + SPAN[feed] - 1, settings.lastMonth);
      const name = isoMonth(first).replace('-', '') + (last > first ? `-${isoMonth(last).replace('-', '')}` : '');
      return open(i, name, STYLES[(i + f) % STYLES.length]!);
    });
    files.push(open(periods, 'supplement', SUPPLEMENT_STYLE));
    all.set(feed, files);
  });
  const lastOf = (feed: FeedName): number => all.get(feed)!.length - 1;
  return {
    fileOf: (feed, sentOn) => {
      const file = Math.floor((monthOf(Math.min(sentOn, settings.asOf)) - settings.firstMonth) / SPAN[feed]);
      return Math.max(0, Math.min(file, lastOf(feed) - 1));
    },
    room: (feed, file) => lastOf(feed) - file,
    write: (feed, file, cells, damage) => {
      const target = all.get(feed)![Math.min(file, lastOf(feed))]!;
      target.file.add(target.rows.line(cells, damage));
    },
    writeMessage: (feed, line) => all.get(feed)!.at(-1)!.file.add(line),
    close: () => {
      const files = [...all.values()].flat();
      for (const { file } of files) file.close();
      return files.length;
    },
  };
};
