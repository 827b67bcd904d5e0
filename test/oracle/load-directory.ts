/** One exchange directory taken into the state, as `yilian load DIR --as-of DATE` does. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMonths, type Day, type Month, monthOf } from './calendar.ts';
import { checkRow, type FeedRecord, readDeclaration } from './check-record.ts';
import { FEED_COLUMNS, FEEDS, type FeedName, headersOf, needsAuthorisation } from './feed-columns.ts';
import type { Reason } from './field-types.ts';
import {
  type GivenMatches,
  indexPersons,
  type Match,
  matchRecord,
  type PersonIndex,
  statedNumberOf,
} from './match-person.ts';
import { type Cells, readRows } from './read-rows.ts';
import { emptyStore, inForce, type RecordStore, takeVersion } from './record-store.ts';
import { readRegistry } from './registry-read.ts';
import { emptyRegistry, householdOn, isAuthorisedOn, type Registry, takeRegistry } from './registry-state.ts';

export interface OracleState {
  readonly registry: Registry;
  readonly records: RecordStore;
  readonly loads: Day[];
}

interface RecordCounts {
  read: number;
  accepted: number;
  duplicate: number;
  conflicting: number;
  rejected: number;
  not_authorised: number;
}

const OUTCOMES = ['exact', 'repaired', 'certificate', 'probable', 'review', 'unregistered'] as const;
type MatchCounts = Record<(typeof OUTCOMES)[number], number>;

export interface LoadCounts {
  readonly records: RecordCounts;
  readonly rejected_by_reason: Partial<Record<Reason, number>>;
  completions: number;
  readonly matches: MatchCounts;
}

export function emptyState(): OracleState {
  return { registry: emptyRegistry(), records: emptyStore(), loads: [] };
}

function zeroCounts(): LoadCounts {
  return {
    records: { read: 0, accepted: 0, duplicate: 0, conflicting: 0, rejected: 0, not_authorised: 0 },
    rejected_by_reason: {},
    completions: 0,
    matches: { exact: 0, repaired: 0, certificate: 0, probable: 0, review: 0, unregistered: 0 },
  };
}

interface Run {
  readonly state: OracleState;
  readonly number: number;
  readonly asOf: Day;
  readonly index: PersonIndex;
  readonly counts: LoadCounts;
  readonly given: GivenMatches;
}

/** Registry first, then every feed; changes the state and returns what `load --json` counts. */
export function loadDirectory(
  state: OracleState,
  directory: string,
  asOf: Day,
  given: GivenMatches = new Map(),
): LoadCounts {
  takeRegistry(state.registry, readRegistry(directory), asOf);
  const number = state.loads.push(asOf);
  const run: Run = { state, number, asOf, index: indexPersons(state.registry), counts: zeroCounts(), given };
  linkWaiting(run);
  for (const feed of FEEDS) loadFeed(run, feed, join(directory, 'feeds', feed));
  countMatches(run);
  return run.counts;
}

const WAITING_MONTHS = 13;

/** Records of unregistered people wait 13 months under the hash of their id number, leads without one too; who is registered now gets them. */
function linkWaiting({ state, index, asOf, given }: Run): void {
  for (const feed of FEEDS) {
    for (const { recordId, upserts } of state.records[feed].histories.values()) {
      for (const stored of upserts.values()) {
        const isFound = feed === 'leads' || statedNumberOf(stored.fields) !== undefined;
        const isWaiting = stored.match.outcome === 'unregistered' && isFound;
        if (isWaiting && asOf < addMonths(stored.receivedOn, WAITING_MONTHS)) {
          stored.match = matchRecord(stored.fields, index, given.get(`${feed}/${recordId}`));
        }
      }
    }
  }
}

function loadFeed(run: Run, feed: FeedName, folder: string): void {
  if (!existsSync(folder)) return;
  const headers = headersOf(FEED_COLUMNS[feed].columns);
  const names = readdirSync(folder).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    if (name.endsWith('.xlsx')) throw new Error(`the oracle reads no XLSX: ${join(folder, name)}`);
    if (!/\.(csv|jsonl)(\.gz)?$/.test(name)) continue;
    const rows = readRows(join(folder, name), headers);
    if (/^_complete\.csv/.test(name)) {
      for (const row of rows) if ('cells' in row) takeDeclaration(run, feed, readDeclaration(row.cells));
      continue;
    }
    const isNewFile = rememberFile(run, feed, join(folder, name), name);
    for (const row of rows) {
      if ('refused' in row) reject(run, row.refused);
      else takeRow(run, feed, row.cells, isNewFile);
    }
  }
}

/** Loading the same directory twice changes nothing: rows that a file already taken had then make no month more complete. */
function rememberFile(run: Run, feed: FeedName, path: string, name: string): boolean {
  const { files } = run.state.records[feed];
  const key = `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  const isNew = !files.has(key);
  files.add(key);
  return isNew;
}

function takeRow(run: Run, feed: FeedName, cells: Cells, isNewFile: boolean): void {
  const checked = checkRow(feed, cells, run.asOf);
  if (checked.kind === 'rejected') reject(run, checked.reason);
  else if (checked.kind === 'declaration') takeDeclaration(run, feed, checked.declaration);
  else takeRecord(run, feed, checked.record, isNewFile);
}

function reject(run: Run, reason: Reason): void {
  run.counts.records.read++;
  run.counts.records.rejected++;
  run.counts.rejected_by_reason[reason] = (run.counts.rejected_by_reason[reason] ?? 0) + 1;
}

function takeDeclaration(run: Run, feed: FeedName, declaration: ReturnType<typeof readDeclaration>): void {
  if (!declaration) return;
  run.counts.completions++;
  run.state.records[feed].declarations.push(declaration);
}

/** Authorised before it is stored: nothing of an unauthorised row is kept but the count. */
function takeRecord(run: Run, feed: FeedName, record: FeedRecord, isNewFile: boolean): void {
  const { records } = run.counts;
  records.read++;
  const isUpsert = record.op === 'upsert';
  const given = run.given.get(`${feed}/${record.recordId}`);
  const match: Match = isUpsert ? matchRecord(record.fields, run.index, given) : { outcome: 'unregistered' };
  if (isUpsert && needsAuthorisation(feed, record.fields.get('event')) && !mayBeUsed(run, match)) {
    records.not_authorised++;
    return;
  }
  const store = run.state.records[feed];
  const taken = takeVersion(store, record, { match, run: run.number, receivedOn: run.asOf });
  if (taken === 'accepted') records.accepted++;
  else records.duplicate++;
  if (taken === 'conflicting') records.conflicting++;
  const month = monthOfRow(record);
  if ((isNewFile || taken === 'accepted') && month !== undefined)
    store.rowsOfMonth.set(month, (store.rowsOfMonth.get(month) ?? 0) + 1);
}

function mayBeUsed(run: Run, match: Match): boolean {
  if (!('personId' in match)) return false;
  const household = householdOn(run.state.registry, match.personId, run.asOf);
  return household !== undefined && isAuthorisedOn(run.state.registry, household, run.asOf);
}

/** The period of a row, else the month of its occurred_on; a delete without either is in no month. */
function monthOfRow(record: FeedRecord): Month | undefined {
  const period = record.fields.get('period');
  if (typeof period === 'number') return period;
  const occurredOn = record.fields.get('occurred_on');
  return typeof occurredOn === 'string' ? monthOf(occurredOn) : undefined;
}

/** The records that this run accepted and that are in force at its end, each once. */
function countMatches(run: Run): void {
  for (const feed of FEEDS) {
    for (const history of run.state.records[feed].histories.values()) {
      const version = inForce(history);
      if (version?.run === run.number) run.counts.matches[version.match.outcome]++;
    }
  }
}
