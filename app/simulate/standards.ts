import { dayOf, firstDayOf, monthOf } from './calendar.ts';
import type { Area } from './model.ts';
import { createRandom } from './random.ts';
import { type Banner, LEAGUE } from './regions.ts';
import type { Settings } from './settings.ts';

/** Amount in fen a month; `disposable_income`: in fen a year. */
type Standard = { region: string; kind: string; area: Area | 'any'; from: number; amount: number };
export type Standards = {
  rows: Standard[];
  /** The standard of a kind for a place on a day, in fen (rules.md, section 2); throws where none applies. */
  on: (kind: string, region: string, area: Area, day: number) => number;
};

const tens = (yuan: number): number => Math.round(yuan / 10) * 1000;
/** Divisible by 12 months to the fen, so that an income can lie exactly on it. */
const dozens = (yuan: number): number => Math.round(yuan / 120) * 12_000;

const leagueRows = (year: number, growth: number): Standard[] => {
  const from = dayOf(year, 7, 1);
  const row = (kind: string, area: Area | 'any', yuan: number): Standard => ({
    region: LEAGUE.code,
    kind,
    area,
    from,
    amount: tens(yuan * growth),
  });
  return [
    row('dibao', 'urban', 820),
    row('dibao', 'rural', 620),
    row('tekun_basic', 'urban', 1340),
    row('tekun_basic', 'rural', 960),
    row('care_full', 'any', 1280),
    row('care_partial', 'any', 500),
    row('care_self', 'any', 200),
    row('minimum_wage', 'any', 2000),
    { ...row('disposable_income', 'urban', 0), from: dayOf(year, 1, 1), amount: dozens(48_000 * growth) },
    { ...row('disposable_income', 'rural', 0), from: dayOf(year, 1, 1), amount: dozens(21_600 * growth) },
  ];
};

/** Standards (all 模拟) that rise on 1 July of every year, with banners and townships that set their own. */
export const createStandards = (settings: Settings, banners: readonly Banner[]): Standards => {
  const firstYear = Math.floor(settings.firstMonth / 12) - 1;
  const lastYear = Math.floor(settings.lastMonth / 12) + 1; // one row of the future: it must not count yet
  const rows: Standard[] = [];
  for (let year = firstYear; year <= lastYear; year++) rows.push(...leagueRows(year, 1.04 ** (year - firstYear)));
  banners.forEach((banner, b) => {
    const random = createRandom(settings.seed, 2, b);
    if (b % 3 === 1) {
      const factor = 0.9 + random.unit() * 0.25;
      for (let year = firstYear; year <= lastYear; year++) {
        const growth = factor * 1.04 ** (year - firstYear);
        const from = dayOf(year, 6, 1);
        rows.push({ region: banner.code, kind: 'dibao', area: 'urban', from, amount: tens(830 * growth) });
        rows.push({ region: banner.code, kind: 'dibao', area: 'any', from, amount: tens(640 * growth) });
      }
    }
    // a pilot township whose standard rose in the month of asOf: the longest prefix holds
    const pilot = banner.townships[2]!;
    const newest = firstDayOf(monthOf(settings.asOf));
    rows.push({ region: pilot.code, kind: 'dibao', area: 'any', from: settings.firstDay, amount: tens(690) });
    rows.push({ region: pilot.code, kind: 'dibao', area: 'any', from: newest, amount: tens(720) });
  });
  const known = new Map<string, number>();
  const find = (kind: string, region: string, area: Area, day: number): number => {
    let best: Standard | undefined;
    const rank = (row: Standard): number => row.region.length * 2 + (row.area === 'any' ? 0 : 1);
    for (const row of rows) {
      if (row.kind !== kind || row.from > day || !region.startsWith(row.region)) continue;
      if (row.area !== 'any' && row.area !== area) continue;
      if (!best || rank(row) > rank(best) || (rank(row) === rank(best) && row.from > best.from)) best = row;
    }
    if (!best) throw new Error(`no standard ${kind} for ${region}`);
    return best.amount;
  };
  const on = (kind: string, region: string, area: Area, day: number): number => {
    const key = `${kind} ${region.slice(0, 9)} ${area} ${day}`;
    const amount = known.get(key) ?? find(kind, region, area, day);
    known.set(key, amount);
    return amount;
  };
  return { rows, on };
};
