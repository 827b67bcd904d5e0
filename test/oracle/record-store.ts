/** The versions of every record of a feed: what counts as accepted, duplicate and conflicting, and what is in force. */
import type { Day, Month } from './calendar.ts';
import { contentKey, type Declaration, type FeedRecord, type Fields } from './check-record.ts';
import { FEEDS, type FeedName } from './feed-columns.ts';
import type { Match } from './match-person.ts';

export interface StoredVersion {
  readonly version: number;
  readonly fields: Fields;
  /** Changes once: when somebody who waited is registered. */
  match: Match;
  readonly run: number;
  readonly receivedOn: Day;
}

export interface History {
  readonly recordId: string;
  readonly upserts: Map<number, StoredVersion>;
  readonly deletes: Set<number>;
}

export interface FeedStore {
  readonly histories: Map<string, History>;
  /** Accepted and duplicate rows by the month that they are about. */
  readonly rowsOfMonth: Map<Month, number>;
  /** Names and checksums of the files taken: the same file again is no further row of a month. */
  readonly files: Set<string>;
  readonly declarations: Declaration[];
}

export type RecordStore = Readonly<Record<FeedName, FeedStore>>;

export function emptyStore(): RecordStore {
  const make = (): FeedStore => ({ histories: new Map(), rowsOfMonth: new Map(), files: new Set(), declarations: [] });
  return Object.fromEntries(FEEDS.map((feed) => [feed, make()])) as Record<FeedName, FeedStore>;
}

export type Taken = 'accepted' | 'duplicate' | 'conflicting';

/** A delete ranks just above the upsert of its own version. */
function rank(version: number, op: FeedRecord['op']): number {
  return op === 'delete' ? version + 0.5 : version;
}

function highestRank(history: History): number {
  const ranks = [...history.upserts.keys()].map((version) => rank(version, 'upsert'));
  return Math.max(0, ...ranks, ...[...history.deletes].map((version) => rank(version, 'delete')));
}

/** Adds a version; of two rows with one version the first received is in force. */
export function takeVersion(
  store: FeedStore,
  record: FeedRecord,
  stamp: { match: Match; run: number; receivedOn: Day },
): Taken {
  const { recordId, version, op, fields } = record;
  const history = store.histories.get(recordId) ?? { recordId, upserts: new Map(), deletes: new Set<number>() };
  store.histories.set(recordId, history);
  const isNewest = rank(version, op) > highestRank(history);
  if (op === 'delete') {
    history.deletes.add(version);
    return isNewest ? 'accepted' : 'duplicate';
  }
  if (history.deletes.has(version)) return 'duplicate';
  const same = history.upserts.get(version);
  if (same) return contentKey({ ...record, fields: same.fields }) === contentKey(record) ? 'duplicate' : 'conflicting';
  history.upserts.set(version, { version, fields, ...stamp });
  return isNewest ? 'accepted' : 'duplicate';
}

/** The version in force: the highest, unless a delete withdrew it. */
export function inForce(history: History): StoredVersion | undefined {
  let highest: StoredVersion | undefined;
  for (const stored of history.upserts.values()) {
    if (!highest || stored.version > highest.version) highest = stored;
  }
  if (!highest) return undefined;
  for (const version of history.deletes) if (version >= highest.version) return undefined;
  return highest;
}
