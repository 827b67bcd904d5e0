/** Touches the world: what came in of each feed, and how far it is complete (PostgreSQL). */
import type { Actor } from '../../access/index.ts';
import { deliveryDay, feeds, readEffectiveCompletions, senderOf } from '../../ingest/index.ts';
import { formatDay, formatShanghai, lastEndedMonth, parseIsoDay, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import { createWatermarks } from '../../rules/index.ts';
import type { FeedsState } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { deliveriesOf, feedsWaitedFor, lastCompleteMonth, leavesBelow, rulesOfIncome } from './feed-months.ts';
import { readStoreDay } from './names.ts';
import { readRegions } from './regions.ts';
import { feedTitle } from './titles.ts';

const readFiles = (tx: Tx): Promise<{ feed: string; files: number; last: Date }[]> =>
  tx.query('select feed, count(*)::int as files, max(received_at) as last from received_files group by feed');

/** Rows that wait for somebody to decide about them. */
const readRefused = (tx: Tx): Promise<{ feed: string; rows: number }[]> =>
  tx.query(
    `select feed, count(*)::int as rows from quarantine q
     where not exists (select from quarantine_fates t where t.quarantine_no = q.quarantine_no) group by feed`,
  );

const readMonth = (tx: Tx, month: number): Promise<{ feed: string; rows: number }[]> =>
  tx.query('select feed, sum(rows)::bigint as rows from feed_months where month = $1 group by feed', [month]);

/** Files and rows are those of the whole store, months those of the reader's banners. */
export const readFeeds = async (deps: QueryDeps, actor: Actor, now: Date): Promise<FeedsState> => {
  const { asOf, files, refused, month } = await deps.postgres.transaction(async (tx) => {
    const asOf = await readStoreDay(tx, formatDay(shanghaiDay(now)), deps.isSynthetic());
    return {
      asOf,
      files: new Map((await readFiles(tx)).map((row) => [row.feed, row])),
      refused: new Map((await readRefused(tx)).map((row) => [row.feed, row.rows])),
      month: new Map(
        (await readMonth(tx, lastEndedMonth(parseIsoDay(asOf) as number))).map((row) => [row.feed, row.rows]),
      ),
    };
  });
  const declared = await readEffectiveCompletions(deps.postgres, null);
  const watermarksOf = createWatermarks(declared.map((one) => ({ ...one, regionPrefix: one.region_prefix })));
  const { regions } = await readRegions(deps.postgres, actor);
  const codes = regions.map((region) => region.region_code);
  const banners = regions.filter((region) => region.level === 'banner');
  const waited = feedsWaitedFor(
    watermarksOf,
    banners.flatMap((banner) => leavesBelow(codes, banner.region_code)),
  );
  const waiting = rulesOfIncome(deps.catalogue);
  const delivered = (feed: string, sends: boolean) =>
    deliveriesOf(
      banners.map(({ region_code: code, name }) => ({
        ...{ region_code: code, name, day: deliveryDay(deps.deliveries, feed, code) },
        last: lastCompleteMonth(watermarksOf, leavesBelow(codes, code), feed),
      })),
      { today: parseIsoDay(asOf) as number, sends },
    );
  const names = new Set([...feeds.keys(), ...declared.map((one) => one.feed), ...waited]);
  return {
    as_of: asOf,
    feeds: [...names].map((feed) => ({
      feed,
      title: feedTitle(feed),
      files: files.get(feed)?.files ?? 0,
      last_received_at: files.has(feed) ? formatShanghai((files.get(feed) as { last: Date }).last) : null,
      records_last_month: month.get(feed) ?? 0,
      quarantined: refused.get(feed) ?? 0,
      ...delivered(feed, files.has(feed) || declared.some((one) => one.feed === feed)),
      department: senderOf(feed),
      rules_waiting: waited.has(feed) ? waiting : [],
    })),
    synthetic: deps.isSynthetic(),
  };
};
