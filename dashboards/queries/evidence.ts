/** Touches the world: what the records that a warning rests on say, and how they were matched (ClickHouse). */
import { hash52 } from '../../ingest/index.ts';
import { formatDay, formatShanghai } from '../../platform/calendar.ts';
import type { ClickHouse } from '../../platform/clickhouse.ts';
import type { WarningDetail } from './contract.ts';
import { yuan } from './money.ts';
import { feedTitle, kindTitle } from './titles.ts';

type EvidenceRecord = WarningDetail['records'][number];

interface Said {
  readonly record: string;
  readonly person_no: number;
  readonly kind: string;
  readonly day: number;
  readonly amount: string;
  readonly received: string;
}

interface Decision {
  readonly record: string;
  readonly person_no: number;
  readonly outcome: string;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly received: string;
}

const millis = `toString(toUnixTimestamp64Milli(received_at)) AS received`;
const hasAmount =
  /^(medical|tax|education|emergency)\.|^civil-affairs\.paid\.|^(human-resources\.(pension|benefit)_month|natural-resources\.land_compensation|disability\.rehab_cost|rural\.(annual_income|production_loss)|housing\.(rent_arrears|public_rental))$/;

const splitRecord = (record: string): { feed: string; recordId: string } => {
  const slash = record.indexOf('/');
  return { feed: record.slice(0, slash), recordId: record.slice(slash + 1) };
};

/** The key that `record_versions` is ordered by (ingest/validate.ts), so that a look-up reads only its neighbourhood. */
const keyOf = ({ feed, recordId }: { feed: string; recordId: string }): number => hash52(recordId, hash52(feed) >>> 0);

/** `records` are `<feed>/<record_id>`; `persons` those whose facts they may be. In the order given. */
export const readEvidence = async (
  clickhouse: ClickHouse,
  records: readonly string[],
  persons: readonly number[],
): Promise<{ record: EvidenceRecord; personNo: number }[]> => {
  if (records.length === 0) return [];
  const split = records.map(splitRecord);
  const said = await clickhouse.query<Said>(
    'pages',
    `SELECT concat(feed, '/', record_id) AS record, person_no, kind, day, amount, ${millis}
     FROM facts FINAL WHERE person_no IN {persons:Array(UInt32)} AND concat(feed, '/', record_id) IN {records:Array(String)}`,
    { persons, records },
  );
  const decisions = await clickhouse.query<Decision>(
    'pages',
    `SELECT concat(feed, '/', record_id) AS record, person_no, outcome, score, reasons, ${millis}
     FROM record_versions FINAL
     WHERE feed IN {feeds:Array(String)} AND key IN {keys:Array(UInt64)} AND concat(feed, '/', record_id) IN {records:Array(String)}
     ORDER BY feed, key, record_id, rank DESC LIMIT 1 BY feed, key, record_id`,
    { feeds: [...new Set(split.map((one) => one.feed))], keys: split.map(keyOf), records },
  );
  const facts = new Map(said.map((one) => [one.record, one]));
  const matches = new Map(decisions.map((one) => [one.record, one]));
  return records.map((name, i) => {
    const fact = facts.get(name);
    const match = matches.get(name);
    const { feed, recordId } = split[i] as { feed: string; recordId: string };
    const received = fact?.received ?? match?.received;
    return {
      personNo: fact?.person_no ?? match?.person_no ?? 0,
      record: {
        feed,
        feed_title: feedTitle(feed),
        record_id: recordId,
        kind: fact?.kind ?? null,
        kind_title: fact === undefined ? null : kindTitle(fact.kind),
        occurred_on: fact === undefined ? null : formatDay(fact.day),
        amount: fact === undefined || !hasAmount.test(fact.kind) ? null : yuan(Number(fact.amount)),
        received_at: received === undefined ? null : formatShanghai(new Date(Number(received))),
        person: null,
        match: match === undefined ? null : { outcome: match.outcome, score: match.score, reasons: [...match.reasons] },
      },
    };
  });
};
