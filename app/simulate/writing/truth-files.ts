import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dispatch } from '../dispatch.ts';
import { FEEDS, type FeedName } from '../model.ts';
import type { RejectReason } from '../rejects.ts';
import type { Settings } from '../settings.ts';
import type { Claim } from '../stories/story.ts';
import { openLineFile } from './line-file.ts';

/** A line of planted.jsonl: what was planted on whom, and what a rule must say of it on the as-of day. */
export type Planted = {
  household_id: string | null;
  person_id: string | null;
  /** only for people in no registry */
  id_number?: string;
  what: string;
  rule: Claim['rule'];
  expect: Claim['expect'];
  level: Claim['level'];
  records: string[];
};

type Counts = Record<string, number>;
const count = (counts: Counts, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

export type TruthFiles = {
  /** A row that was sent. */
  link: (row: Dispatch) => void;
  /** A row that must be rejected. */
  reject: (feed: FeedName, recordId: string, personId: string | null, reason: RejectReason, what: string) => void;
  plant: (planted: Planted) => void;
  /** Counts something for the summary, such as a category or a kind of authorisation. */
  tally: (table: string, key: string, by?: number) => void;
  /** Rows of feeds written so far, rejected ones included. */
  records: () => number;
  /** Writes summary.json and closes; returns how many files there are. */
  close: (summary: Record<string, unknown>) => number;
};

/** Opens `out/truth`. A line of links.jsonl is a row: of one record_id and version there are several when it was sent again. */
export const openTruthFiles = (settings: Settings): TruthFiles => {
  const folder = join(settings.out, 'truth');
  mkdirSync(folder, { recursive: true });
  const links = openLineFile(join(folder, 'links.jsonl'));
  const planted = openLineFile(join(folder, 'planted.jsonl'));
  const tables: Record<string, Counts> = {};
  const tally = (table: string, key: string, by = 1): void => {
    tables[table] ??= {};
    count(tables[table], key, by);
  };
  // the tables of every row are looked up once, not once a row
  const perFeed = Object.fromEntries(FEEDS.map((feed) => [feed, {} as Counts])) as Record<FeedName, Counts>;
  const defects: Counts = {};
  const histories: Counts = {};
  const whose: Counts = { registered: 0, unregistered: 0 };
  let records = 0;
  return {
    link: ({ draft, version, op, fate, defect, history }) => {
      const { personId } = draft.person;
      const id = personId === null ? 'null' : `"${personId}"`;
      const about = `{"feed":"${draft.feed}","record_id":"${draft.recordId}","version":${version},"op":"${op || 'upsert'}"`;
      links.add(`${about},"person_id":${id},"defect":"${defect}","history":"${history}","fate":"${fate}"}`);
      records++;
      count(perFeed[draft.feed], fate);
      count(defects, defect);
      count(histories, history);
      count(whose, personId === null ? 'unregistered' : 'registered');
    },
    reject: (feed, recordId, personId, reason, what) => {
      links.add(
        JSON.stringify({
          feed,
          record_id: recordId,
          version: null,
          op: null,
          person_id: personId,
          defect: what,
          history: 'first',
          fate: 'rejected',
          reason,
        }),
      );
      records++;
      count(perFeed[feed], 'rejected');
      tally('rejected_by_reason', reason);
    },
    plant: (line) => {
      planted.add(JSON.stringify(line));
      tally('planted_by_rule', `${line.rule} ${line.expect}`);
      tally('planted_by_story', line.what);
    },
    tally,
    records: () => records,
    close: (summary) => {
      links.close();
      planted.close();
      const counts = {
        rows_by_feed: perFeed,
        rows_by_person: whose,
        rows_by_defect: defects,
        rows_by_history: histories,
      };
      const text = JSON.stringify({ notice: '模拟数据', ...summary, records, ...counts, ...tables }, null, 2);
      writeFileSync(join(folder, 'summary.json'), `${text}\n`);
      return 3;
    },
  };
};
