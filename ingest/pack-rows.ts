import type { DepartmentRecord, RowPosition } from './contract.ts';
import type { JudgedRows, TakenRow } from './read-feed.ts';

/**
 * Rows in a form that goes from one thread to another cheaply: numbers in one array, and all texts in one with their
 * lengths in another. As objects the same rows take five times as long to send.
 */
export interface PackedRows {
  readonly feed: string;
  readonly count: number;
  /** For every record in turn NUMBERS numbers, and the lengths of its TEXTS texts. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly texts: string;
  /** Kinds of facts by number. */
  readonly kinds: readonly string[];
  /** Rows that are no records, with the number of records before them; their bytes lie in `raw` one after the other. */
  readonly others: readonly { readonly after: number; readonly row: OtherRow }[];
  readonly raw: Uint8Array<ArrayBuffer>;
}

/** A batch of packed rows, and where reading goes on after them. */
export interface PackedBatch {
  readonly rows: PackedRows;
  readonly next: RowPosition;
}

type RecordRow = Extract<TakenRow, { kind: 'record' }>;
type Rejected = Extract<TakenRow, { kind: 'rejected' }>;
type OtherRow = Extract<TakenRow, { kind: 'completion' }> | (Omit<Rejected, 'raw'> & { readonly length: number });

const NUMBERS = 16;
const TEXTS = 7;
const KEY = 7;
/** What stands for a number that is not there, and for the kind of no fact. */
const NONE = Number.NaN;
const NO_FACT = -1;
/** Room for records at the beginning; more is taken as it is needed. */
const RECORDS = 1_024;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const grown = <A extends Float64Array | Uint32Array>(old: A, make: (length: number) => A, needed: number): A => {
  if (needed <= old.length) return old;
  const larger = make(Math.max(needed, 2 * old.length));
  larger.set(old);
  return larger;
};

/**
 * Packs one feed's rows as they come, so that none of them lives longer than it is judged: rows that a whole batch
 * keeps alive are copied by the garbage collector again and again.
 */
export const createRowPacker = (feed: string) => {
  let numbers = new Float64Array(RECORDS * NUMBERS);
  let lengths = new Uint32Array(RECORDS * TEXTS);
  let records = 0;
  let count = 0;
  let texts: string[] = [];
  let kinds: string[] = [];
  let others: { after: number; row: OtherRow }[] = [];
  let raws: Buffer[] = [];

  const addRecord = ({ record, at }: RecordRow, said: string[]): void => {
    const n = records * NUMBERS;
    const t = records * TEXTS;
    records += 1;
    numbers = grown(numbers, (length) => new Float64Array(length), n + NUMBERS);
    lengths = grown(lengths, (length) => new Uint32Array(length), t + TEXTS);
    const { identity: who, fact } = record;
    numbers[n] = at.line;
    numbers[n + 1] = at.offset;
    numbers[n + 2] = record.version;
    numbers[n + 3] = record.op === 'delete' ? 1 : 0;
    numbers[n + 4] = who.birthDate ?? NONE;
    numbers[n + 5] = record.countedMonth ?? NONE;
    numbers[n + 6] = record.content;
    numbers[n + KEY] = record.key;
    numbers[n + 8] = NO_FACT;
    if (fact !== null) {
      let kind = kinds.indexOf(fact.kind);
      if (kind < 0) kind = kinds.push(fact.kind) - 1;
      numbers[n + 8] = kind;
      numbers[n + 9] = fact.day;
      numbers[n + 10] = fact.month;
      numbers[n + 11] = fact.amount;
      numbers[n + 12] = fact.amountB;
      numbers[n + 13] = fact.category;
      numbers[n + 14] = fact.grade;
      numbers[n + 15] = fact.water;
    }
    lengths[t] = record.recordId.length;
    lengths[t + 1] = who.name.length;
    lengths[t + 2] = who.idNumber.length;
    lengths[t + 3] = who.phone.length;
    lengths[t + 4] = who.address.length;
    lengths[t + 5] = who.disabilityCert.length;
    lengths[t + 6] = who.regionCode.length;
    said.push(record.recordId, who.name, who.idNumber, who.phone, who.address, who.disabilityCert, who.regionCode);
  };

  return {
    add(rows: Iterable<TakenRow>): void {
      const said: string[] = [];
      for (const row of rows) {
        count += 1;
        if (row.kind === 'record') addRecord(row, said);
        else if (row.kind === 'completion') others.push({ after: records, row });
        else {
          const { raw, ...rest } = row;
          others.push({ after: records, row: { ...rest, length: raw.length } });
          raws.push(raw);
        }
      }
      texts.push(said.join(''));
    },
    get count() {
      return count;
    },
    /** What was added since the last time. */
    take(): PackedRows {
      const packed = {
        ...{ feed, count, kinds, others },
        numbers: numbers.slice(0, records * NUMBERS),
        lengths: lengths.slice(0, records * TEXTS),
        texts: texts.join(''),
        raw: new Uint8Array(Buffer.concat(raws)),
      };
      records = count = 0;
      texts = [];
      kinds = [];
      others = [];
      raws = [];
      return packed;
    },
  };
};

/** What can be handed over instead of copied. */
export const transferable = (rows: PackedRows): ArrayBuffer[] => [
  rows.numbers.buffer,
  rows.lengths.buffer,
  rows.raw.buffer,
];

/** The rows that were packed, in their order; each is made when it is asked for. */
export const unpackRows = (packed: PackedRows): JudgedRows => ({
  length: packed.count,
  [Symbol.iterator]: () => rowsOf(packed),
  *completions() {
    for (const { row } of packed.others) if (row.kind === 'completion') yield row.completion;
  },
  *recordKeys() {
    for (let at = KEY; at < packed.numbers.length; at += NUMBERS) yield packed.numbers[at] as number;
  },
});

function* rowsOf({ feed, numbers, lengths, texts, kinds, others, raw }: PackedRows): Generator<TakenRow, void> {
  let rawAt = 0;
  let other = 0;
  function* othersAt(after: number): Generator<TakenRow, void> {
    for (; others[other]?.after === after; other += 1) {
      const { row } = others[other] as PackedRows['others'][number];
      if (row.kind === 'completion') yield row;
      else {
        const { length, ...rest } = row;
        rawAt += length;
        yield { ...rest, raw: Buffer.from(raw.buffer, raw.byteOffset + rawAt - length, length) };
      }
    }
  }
  let textAt = 0;
  let t = 0;
  const text = (): string => {
    const length = lengths[t] as number;
    t += 1;
    if (length === 0) return '';
    textAt += length;
    return texts.slice(textAt - length, textAt);
  };
  const records = numbers.length / NUMBERS;
  for (let i = 0; i < records; i += 1) {
    if (others[other]?.after === i) yield* othersAt(i);
    const n = i * NUMBERS;
    const number = (at: number): number => numbers[n + at] as number;
    const kind = number(8);
    const recordId = text();
    const name = text();
    const idNumber = text();
    const phone = text();
    const address = text();
    const disabilityCert = text();
    const regionCode = text();
    const record: DepartmentRecord = {
      feed,
      recordId,
      version: number(2),
      op: number(3) === 1 ? 'delete' : 'upsert',
      identity: { name, idNumber, birthDate: orNull(number(4)), phone, address, disabilityCert, regionCode },
      fact:
        kind === NO_FACT
          ? null
          : {
              kind: kinds[kind] as string,
              day: number(9),
              month: number(10),
              amount: number(11),
              amountB: number(12),
              category: number(13),
              grade: number(14),
              water: number(15),
            },
      countedMonth: orNull(number(5)),
      content: number(6),
      key: number(KEY),
    };
    yield { kind: 'record', record, at: { line: number(0), offset: number(1) } };
  }
  yield* othersAt(records);
}
