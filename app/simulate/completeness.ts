import { isoMonth } from './calendar.ts';
import type { Dispatch } from './dispatch.ts';
import { FEEDS, type FeedName, type TownshipRole } from './model.ts';
import type { Banner } from './regions.ts';
import type { Settings } from './settings.ts';

/** What a feed says about its periods: lines of `_complete.csv` and messages with counts. */
type Declarations = { lines: string[]; messages: string[]; unreadable: number };

export type Completeness = {
  /** Counts a row that counts towards the `records` of a message: accepted or duplicate, never a delete. */
  count: (row: Dispatch) => void;
  /** The declarations of a feed, once everything is written. */
  declare: (feed: FeedName) => Declarations;
};

const tellsAll = (role: TownshipRole, month: number, settings: Settings): boolean => {
  if (role === 'missed') return month !== settings.missedMonth;
  if (role === 'undeclared' || role === 'overcounted') return month !== settings.lastFullMonth;
  return role === 'steady' || month !== settings.lastFullMonth - 1;
};

/** Feeds that never say that a month is complete. */
const SILENT: readonly FeedName[] = ['disability', 'emergency', 'leads'];

/**
 * Tax is what rules wait for, so its silence is planned by the role of a township: one misses a month, one lacks the last, one
 * declares the last but with more rows than it sent, one declares a month in a message with a count that is reached. Medical
 * insurance declares with exact counts, the others plainly, housing with a month left out, some not at all.
 */
export const createCompleteness = (settings: Settings, banners: readonly Banner[]): Completeness => {
  const counts = Object.fromEntries(FEEDS.map((feed) => [feed, new Map<number, number>()])) as Record<
    FeedName,
    Map<number, number>
  >;
  const months = Array.from(
    { length: settings.lastFullMonth - settings.firstMonth + 1 },
    (_, i) => settings.firstMonth + i,
  );
  const message = (feed: FeedName, region: string, month: number, records: number): string =>
    JSON.stringify({
      op: 'complete',
      record_id: `complete-${feed}-${region}-${isoMonth(month)}`,
      region_code: region,
      period: isoMonth(month),
      records,
    });
  const tax = (): Declarations => {
    const lines: string[] = [];
    const messages: string[] = [];
    for (const month of months) {
      for (const banner of banners) {
        const silent = banner.townships.filter((t) => !tellsAll(t.role, month, settings));
        if (silent.length === 0) lines.push(`${banner.code},${isoMonth(month)}`);
        else {
          for (const t of banner.townships) if (!silent.includes(t)) lines.push(`${t.code},${isoMonth(month)}`);
        }
        for (const t of silent) {
          if (t.role === 'counted') messages.push(message('tax', t.code, month, counts.tax.get(month) ?? 0));
          if (t.role === 'overcounted') messages.push(message('tax', t.code, month, 999_999_999));
        }
      }
    }
    return { lines, messages, unreadable: 0 };
  };
  /** Human resources is silent in other ways: by the role of a township it begins late, is never complete, or says nothing. */
  const humanResources = (): Declarations => {
    const lines: string[] = [];
    const messages: string[] = [];
    const feed = 'human-resources';
    for (const { townships } of banners) {
      for (const { code, role, villages } of townships) {
        if (role === 'overcounted') messages.push(message(feed, code, settings.lastFullMonth, 999_999_999));
        if (role === 'overcounted' || role === 'undeclared') continue;
        for (const month of months) {
          const [isFirst, isLast] = [month < settings.firstMonth + 2, month === settings.lastFullMonth];
          if (role === 'missed' && isLast) continue;
          // a code longer than a household's own says nothing about it
          if (role === 'counted' && isFirst) lines.push(...villages.map((v) => `${v.code},${isoMonth(month)}`));
          else if (role === 'counted' && isLast)
            messages.push(message(feed, code, month, counts[feed].get(month) ?? 0));
          else lines.push(`${code},${isoMonth(month)}`);
        }
      }
    }
    return { lines, messages, unreadable: 0 };
  };
  return {
    count: ({ draft, period, fate }) => {
      // matched_only rows may or may not be taken: a department that counted them could be believed or not
      if (period === null || !['accepted', 'duplicate', 'conflicting'].includes(fate)) return;
      counts[draft.feed].set(period, (counts[draft.feed].get(period) ?? 0) + 1);
    },
    declare: (feed) => {
      const league = (month: number): string => `${banners[0]!.code.slice(0, 4)},${isoMonth(month)}`;
      if (feed === 'tax') return tax();
      if (feed === 'human-resources') return humanResources();
      if (SILENT.includes(feed)) return { lines: [], messages: [], unreadable: 0 };
      if (feed === 'medical-insurance') {
        const messages = months.map((m) => message(feed, '1599', m, counts[feed].get(m) ?? 0));
        return { lines: ['1599,2026-13'], messages, unreadable: 1 };
      }
      const told = months.filter((_, i) => feed !== 'housing' || i !== months.length - 3);
      // a repeated declaration is counted and changes nothing
      return { lines: [...told, ...told.slice(0, 1)].map(league), messages: [], unreadable: 0 };
    },
  };
};
