/** Records in force of people who are known: the facts that rules read. */
import { addMonths, type Day } from './calendar.ts';
import type { Fields } from './check-record.ts';
import { FEEDS, type FeedName } from './feed-columns.ts';
import type { OracleState } from './load-directory.ts';
import { statedNumberOf, usableIdOf } from './match-person.ts';
import { inForce } from './record-store.ts';

export interface Fact {
  readonly feed: FeedName;
  readonly recordId: string;
  readonly version: number;
  readonly occurredOn: Day;
  readonly fields: Fields;
}

export interface FactBook {
  readonly ofPerson: ReadonlyMap<string, readonly Fact[]>;
  /** Facts of unregistered people by their (right) id number, as long as they wait. */
  readonly ofUnregistered: ReadonlyMap<string, readonly Fact[]>;
  /** Leads about unregistered people by the number that they state, or each by itself where they state none. */
  readonly strayLeads: ReadonlyMap<string, readonly Fact[]>;
}

/** Facts with occurred_on after the day do not exist on it. */
export function factsOn(state: OracleState, day: Day): FactBook {
  const ofPerson = new Map<string, Fact[]>();
  const ofUnregistered = new Map<string, Fact[]>();
  const strayLeads = new Map<string, Fact[]>();
  for (const feed of FEEDS) {
    for (const history of state.records[feed].histories.values()) {
      const stored = inForce(history);
      const occurredOn = String(stored?.fields.get('occurred_on'));
      if (!stored || occurredOn > day) continue;
      const fact = { feed, recordId: history.recordId, version: stored.version, occurredOn, fields: stored.fields };
      const { match } = stored;
      const idNumber = usableIdOf(stored.fields);
      if ('personId' in match) push(ofPerson, match.personId, fact);
      if (match.outcome !== 'unregistered' || isOver(stored.receivedOn, state)) continue;
      if (idNumber !== undefined) push(ofUnregistered, idNumber, fact);
      if (feed === 'leads') push(strayLeads, statedNumberOf(stored.fields) ?? `leads/${history.recordId}`, fact);
    }
  }
  return { ofPerson, ofUnregistered, strayLeads };
}

const WAITING_MONTHS = 13;

/** Records of unregistered people are removed 13 months after they came, by the load that finds them so. */
function isOver(receivedOn: Day, state: OracleState): boolean {
  const lastLoad = [...state.loads].sort().at(-1);
  return lastLoad !== undefined && lastLoad >= addMonths(receivedOn, WAITING_MONTHS);
}

function push(map: Map<string, Fact[]>, key: string, fact: Fact): void {
  const facts = map.get(key);
  if (facts) facts.push(fact);
  else map.set(key, [fact]);
}

/** By occurred_on, then version, then record_id as text. */
function isLater(a: Fact, b: Fact): boolean {
  if (a.occurredOn !== b.occurredOn) return a.occurredOn > b.occurredOn;
  if (a.version !== b.version) return a.version > b.version;
  return Buffer.compare(Buffer.from(a.recordId), Buffer.from(b.recordId)) > 0;
}

export function latest(facts: Iterable<Fact>): Fact | undefined {
  let last: Fact | undefined;
  for (const fact of facts) if (!last || isLater(fact, last)) last = fact;
  return last;
}

export function eventOf(fact: Fact): string {
  return String(fact.fields.get('event'));
}

/** Fen of an amount column, 0 where it is empty. */
export function fenOf(fact: Fact, column: string): bigint {
  const value = fact.fields.get(column);
  return typeof value === 'bigint' ? value : 0n;
}

export function numberOf(fact: Fact, column: string): number {
  return Number(fact.fields.get(column));
}
