/** Touches the world: looks through the registry for persons whom it holds twice (PostgreSQL). Nobody else waits for it. */
import { setImmediate as breathe } from 'node:timers/promises';
import {
  closeOrders,
  createDuplicateFinder,
  type FoundPair,
  keepPairs,
  modelHash,
  noteScanned,
  pairsUnderOneNumber,
  type RegisteredPerson,
  readScanned,
  readUnsettledPairs,
  releasePairs,
} from '../matchers/index.ts';
import { formatDay } from '../platform/calendar.ts';
import { collectGarbage } from '../platform/garbage.ts';
import { readKnownPersons, readNewlyKnown, readPresent, readRevision, readUnderOneNumber } from '../registry/index.ts';
import type { Progress } from './progress.ts';
import type { System } from './system.ts';

/** Persons of one page: it is read, compared and kept in a short transaction. */
const PAGE = 500;
/** Between so many milliseconds of comparing, messages and pages have their turn. */
const TURN_MS = 10;

export interface ScanOptions {
  /** Who is registered on this day: those who have left are nobody's double. */
  readonly asOf: number;
  /** Everybody, not only who is new or changed. */
  readonly everybody?: boolean;
  readonly progress: Pick<Progress, 'phase' | 'rows' | 'bytes'>;
  readonly signal: AbortSignal;
}

export interface ScanResult {
  /** Persons who were compared with everybody else. */
  readonly persons: number;
  /** Pairs that are to be asked about and were not before. */
  readonly found: number;
}

type Pair = readonly [first: number, second: number];
const inOrder = (a: number, b: number): Pair => (a < b ? [a, b] : [b, a]);

/** What is compared, by number; each is read once for a page. */
const createReader = ({ postgres, register }: System) => {
  return async (personNos: Iterable<number>, known: Map<number, RegisteredPerson>): Promise<void> => {
    const missing = [...new Set(personNos)].filter((personNo) => !known.has(personNo));
    if (missing.length === 0) return;
    for (const row of await readKnownPersons(postgres, missing)) known.set(row.person_no, register.registered(row));
  };
};

/**
 * Puts everybody who is new or changed since the last look to the matcher as if they were a record, and offers pairs that
 * may be one person. Holds no lock and no long transaction: a registry that changes meanwhile is looked at by the next
 * scan, and one that was interrupted begins anew. Repeating it changes nothing.
 */
export const scanDuplicates = async (
  system: System,
  { asOf, everybody = false, progress, signal }: ScanOptions,
): Promise<ScanResult> => {
  const { postgres, cipher } = system;
  const revision = await readRevision(postgres, null);
  const scanned = everybody ? 0 : await readScanned(postgres);
  const at = system.now();
  const present = await readPresent(postgres, formatDay(asOf));
  const isHere = (personNo: number): boolean => present[personNo] === 1;
  const read = createReader(system);
  const numbersOf = (first: RegisteredPerson, second: RegisteredPerson): Buffer =>
    cipher.lookupHash(`${first.idNumber} ${second.idNumber}`);
  if (scanned >= revision) {
    await settleLeft(system, { read, isHere, numbersOf, at, stillAlike: () => true });
    return { persons: 0, found: 0 };
  }
  const changed = (await readNewlyKnown(postgres, scanned)).filter(isHere);
  // Who is registered is read first, if nobody asked the matcher before: its time is not that of comparing.
  progress.phase('register', 0);
  const { register, model } = await (await system.register.current()).evidently();
  const finder = createDuplicateFinder(register, model);
  progress.phase('duplicates', changed.length);
  const shared = new Map<number, Pair[]>();
  for (const persons of await readUnderOneNumber(postgres)) {
    for (const pair of pairsUnderOneNumber(persons.filter(isHere)))
      for (const personNo of pair) {
        const own = shared.get(personNo);
        if (own === undefined) shared.set(personNo, [pair]);
        else own.push(pair);
      }
  }
  let found = 0;
  let turn = performance.now();
  for (let from = 0; from < changed.length; from += PAGE) {
    const page = changed.slice(from, from + PAGE);
    const known = new Map<number, RegisteredPerson>();
    await read(page, known);
    const pairs = new Map<string, Pair>();
    const add = (pair: Pair): void => void pairs.set(pair.join(), pair);
    for (const personNo of page) {
      const person = known.get(personNo);
      if (person === undefined) continue;
      for (const other of finder.alike(person)) if (isHere(other)) add(inOrder(personNo, other));
      for (const pair of shared.get(personNo) ?? []) add(pair);
      if (performance.now() - turn < TURN_MS) continue;
      await breathe();
      signal.throwIfAborted();
      turn = performance.now();
    }
    await read([...pairs.values()].flat(), known);
    const kept: (FoundPair & { numbers: Buffer })[] = [];
    for (const [one, two] of pairs.values()) {
      const [first, second] = [known.get(one), known.get(two)];
      if (first === undefined || second === undefined) continue;
      const pair = finder.compare(first, second);
      if (pair !== null) kept.push({ ...pair, numbers: numbersOf(first, second) });
    }
    found += await postgres.transaction((tx) => keepPairs(tx, kept, at), { scope: '*' });
    collectGarbage();
    progress.bytes(page.length);
    progress.rows(page.length);
  }
  const stillAlike = (first: RegisteredPerson, second: RegisteredPerson): boolean =>
    finder.compare(first, second) !== null;
  await settleLeft(system, { read, isHere, numbersOf, at, stillAlike });
  await postgres.transaction((tx) => noteScanned(tx, revision, modelHash(model), at));
  return { persons: changed.length, found };
};

interface Settling {
  readonly read: ReturnType<typeof createReader>;
  readonly isHere: (personNo: number) => boolean;
  readonly numbersOf: (first: RegisteredPerson, second: RegisteredPerson) => Buffer;
  readonly stillAlike: (first: RegisteredPerson, second: RegisteredPerson) => boolean;
  readonly at: Date;
}

/** Takes back what there is nothing to ask about any more, and closes the orders that the registry has done. */
const settleLeft = async (
  { postgres }: System,
  { read, isHere, numbersOf, stillAlike, at }: Settling,
): Promise<void> => {
  const unsettled = await readUnsettledPairs(postgres);
  for (let from = 0; from < unsettled.length; from += PAGE) {
    const page = unsettled.slice(from, from + PAGE);
    const known = new Map<number, RegisteredPerson>();
    await read(
      page.flatMap(({ persons }) => persons),
      known,
    );
    const gone: string[] = [];
    const closed: { questionId: string; why: 'left' | 'number_changed' }[] = [];
    for (const { questionId, persons, numbers, isOrdered } of page) {
      const [first, second] = persons.map((personNo) => known.get(personNo)) as [RegisteredPerson, RegisteredPerson];
      const isLeft = !persons.every(isHere);
      if (isOrdered && isLeft) closed.push({ questionId, why: 'left' });
      else if (isOrdered && !numbersOf(first, second).equals(numbers))
        closed.push({ questionId, why: 'number_changed' });
      else if (!isOrdered && (isLeft || !stillAlike(first, second))) gone.push(questionId);
    }
    if (gone.length + closed.length === 0) continue;
    await postgres.transaction(
      async (tx) => {
        await releasePairs(tx, gone, at);
        await closeOrders(tx, closed, at);
      },
      { scope: '*' },
    );
  }
};
