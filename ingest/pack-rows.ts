import type { DepartmentRecord, RowPosition } from './contract.ts';
import type { RowBatch, TakenRow } from './read-feed.ts';

/**
 * A batch of rows in a form that goes from one thread to another cheaply: numbers in one array, texts in another, both
 * by place. As objects the same rows take five times as long to send.
 */
export interface PackedBatch {
  readonly feed: string;
  /** For every record in turn NUMBERS numbers, and TEXTS texts. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  /** Kinds of facts by number. */
  readonly kinds: readonly string[];
  /** Rows that are no records, with the number of records before them; their bytes lie in `raw` one after the other. */
  readonly others: readonly { readonly after: number; readonly row: OtherRow }[];
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly next: RowPosition;
}

type RecordRow = Extract<TakenRow, { kind: 'record' }>;
type Rejected = Extract<TakenRow, { kind: 'rejected' }>;
type OtherRow = Extract<TakenRow, { kind: 'completion' }> | (Omit<Rejected, 'raw'> & { readonly length: number });

const NUMBERS = 16;
const TEXTS = 7;
/** What stands for a number that is not there, and for the kind of no fact. */
const NONE = Number.NaN;
const NO_FACT = -1;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Packs a batch of one feed's rows. */
export const packRows = (feed: string, batch: RowBatch): PackedBatch => {
  const records = batch.rows.filter((row): row is RecordRow => row.kind === 'record').length;
  const numbers = new Float64Array(records * NUMBERS);
  const texts: string[] = [];
  const kinds: string[] = [];
  const others: { after: number; row: OtherRow }[] = [];
  const raws: Buffer[] = [];
  let n = 0;
  for (const row of batch.rows) {
    if (row.kind === 'completion') others.push({ after: n / NUMBERS, row });
    else if (row.kind === 'rejected') {
      const { raw, ...rest } = row;
      others.push({ after: n / NUMBERS, row: { ...rest, length: raw.length } });
      raws.push(raw);
    } else {
      const { record, at } = row;
      const { identity: who, fact } = record;
      numbers[n] = at.line;
      numbers[n + 1] = at.offset;
      numbers[n + 2] = record.version;
      numbers[n + 3] = record.op === 'delete' ? 1 : 0;
      numbers[n + 4] = who.birthDate ?? NONE;
      numbers[n + 5] = record.countedMonth ?? NONE;
      numbers[n + 6] = record.content;
      numbers[n + 7] = record.key;
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
      n += NUMBERS;
      texts.push(record.recordId, who.name, who.idNumber, who.phone, who.address, who.disabilityCert, who.regionCode);
    }
  }
  return { feed, numbers, texts, kinds, others, raw: new Uint8Array(Buffer.concat(raws)), next: batch.next };
};

/** What can be handed over instead of copied. */
export const transferable = (packed: PackedBatch): ArrayBuffer[] => [packed.numbers.buffer, packed.raw.buffer];

/** The rows that were packed, in their order. */
export const unpackRows = (packed: PackedBatch): RowBatch => {
  const { feed, numbers, texts, kinds } = packed;
  const rows: TakenRow[] = [];
  let rawAt = 0;
  let other = 0;
  const takeOthers = (after: number): void => {
    for (; packed.others[other]?.after === after; other += 1) {
      const { row } = packed.others[other] as PackedBatch['others'][number];
      if (row.kind === 'completion') rows.push(row);
      else {
        const { length, ...rest } = row;
        rows.push({ ...rest, raw: Buffer.from(packed.raw.buffer, packed.raw.byteOffset + rawAt, length) });
        rawAt += length;
      }
    }
  };
  const records = numbers.length / NUMBERS;
  for (let i = 0; i < records; i += 1) {
    takeOthers(i);
    const n = i * NUMBERS;
    const t = i * TEXTS;
    const number = (at: number): number => numbers[n + at] as number;
    const text = (at: number): string => texts[t + at] as string;
    const kind = number(8);
    const record: DepartmentRecord = {
      feed,
      recordId: text(0),
      version: number(2),
      op: number(3) === 1 ? 'delete' : 'upsert',
      identity: {
        name: text(1),
        idNumber: text(2),
        birthDate: orNull(number(4)),
        phone: text(3),
        address: text(4),
        disabilityCert: text(5),
        regionCode: text(6),
      },
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
      key: number(7),
    };
    rows.push({ kind: 'record', record, at: { line: number(0), offset: number(1) } });
  }
  takeOthers(records);
  return { rows, next: packed.next };
};
