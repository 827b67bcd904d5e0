/** Touches the world: the persons and records of an exchange directory, and its truth, for training and evaluation alone. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type ClaimedIdentity, openByteSource, openOnDisk, type Row, readFeed, readTable } from '../ingest/index.ts';
import { createPersonRegister, type PersonRegister, trustedIdNumber } from '../matchers/index.ts';
import { parseIsoDay } from '../platform/calendar.ts';
import { DirectoryProblem, type ExchangeDirectory } from './exchange-directory.ts';
import { readMappings } from './mappings.ts';

export interface DirectoryRecord {
  readonly feed: string;
  readonly recordId: string;
  readonly version: number;
  readonly occurredOn: number | null;
  readonly identity: ClaimedIdentity;
}

export interface DirectoryPersons {
  readonly register: PersonRegister;
  /** Number of a person by the id in persons.csv. */
  readonly numberOf: ReadonlyMap<string, number>;
  /** Names as registered, by number. */
  readonly names: readonly string[];
}

const BATCH_ROWS = 5_000;
const text = (row: Row, name: string): string => (row[name] === null ? '' : String(row[name]));

/** Rows of a registry file that are valid; the others are no business of the matcher. */
const rowsOf = async function* (directory: ExchangeDirectory, name: string, day: number): AsyncGenerator<Row> {
  const found = directory.registry.find(({ file }) => file.name === name);
  if (found === undefined) return;
  const source = await openByteSource(found.path);
  try {
    const form = { form: 'csv', packed: false, declarations: false } as const;
    // Only `form` and `packed` are asked of a file that is no workbook.
    const opened = await openOnDisk(source, { ...form, feed: undefined as never }, () => undefined);
    for await (const rows of readTable({ columns: found.file.columns, ...opened }, { latestDay: day, receiptDay: day }))
      for (const row of rows) if (row.ok) yield row.row;
  } finally {
    await source.close();
  }
};

/** Reads who is registered. Of a person who stands there twice the last row holds. */
export const readPersons = async (directory: ExchangeDirectory, day: number): Promise<DirectoryPersons> => {
  const households = new Map<string, { no: number; region: string; address: string; phone: string }>();
  for await (const row of rowsOf(directory, 'households.csv', day)) {
    const id = text(row, 'household_id');
    const no = households.get(id)?.no ?? households.size + 1;
    households.set(id, {
      no,
      region: text(row, 'region_code'),
      address: text(row, 'address'),
      phone: text(row, 'phone'),
    });
  }
  const register = createPersonRegister(households.size * 2);
  const numberOf = new Map<string, number>();
  const names: string[] = [''];
  for await (const row of rowsOf(directory, 'persons.csv', day)) {
    const id = text(row, 'person_id');
    const personNo = numberOf.get(id) ?? numberOf.size + 1;
    numberOf.set(id, personNo);
    names[personNo] = text(row, 'name');
    const home = households.get(text(row, 'household_id'));
    const birth = row['birth_date'];
    register.put({
      personNo,
      householdNo: home?.no ?? 0,
      name: text(row, 'name'),
      idNumber: trustedIdNumber(text(row, 'id_number')) ?? '',
      birthDay: typeof birth === 'number' ? birth : null,
      phone: text(row, 'phone'),
      householdPhone: home?.phone ?? '',
      regionCode: home?.region ?? '',
      address: home?.address ?? '',
      diedOn: null,
    });
  }
  register.compact();
  return { register, numberOf, names };
};

/** Records of all feeds that would be accepted and carry an identity, in the order of receipt. */
export const readRecordsOf = async function* (
  directory: ExchangeDirectory,
  home: string,
  day: number,
): AsyncGenerator<DirectoryRecord[]> {
  const mappings = await readMappings(directory, home);
  for (const { feed, path, form, packed, declarations } of directory.feeds) {
    if (declarations) continue;
    const source = await openByteSource(path);
    try {
      const file = { feed, form, packed, declarations, mapping: mappings.get(feed.name) ?? null };
      const opened = await openOnDisk(source, file, () => undefined);
      const options = {
        from: { line: 1, offset: 0 },
        limits: { latestDay: day, receiptDay: day },
        batchRows: BATCH_ROWS,
        unknown: new Map(),
      };
      for await (const { rows } of readFeed({ ...file, ...opened }, options)) {
        yield rows.flatMap((row) => {
          if (row.kind !== 'record' || row.record.op === 'delete') return [];
          const { recordId, version, identity, fact } = row.record;
          return [{ feed: feed.name, recordId, version, occurredOn: fact?.day ?? null, identity }];
        });
      }
    } finally {
      await source.close();
    }
  }
};

const link = z.object({
  feed: z.string(),
  record_id: z.string(),
  version: z.number().nullable(),
  person_id: z.string().nullable(),
});

const readLink = (line: string, place: string): z.infer<typeof link> => {
  try {
    return link.parse(JSON.parse(line));
  } catch {
    const wanted = '{"feed", "record_id", "version", "person_id"}';
    throw new DirectoryProblem([`${place}: no truth of a record (${wanted}). Have the directory written anew.`]);
  }
};

const truthKey = (feed: string, recordId: string, version: number): string => `${feed} ${recordId} ${version}`;

/** Whose records are: the outer id of the person, null for somebody in no registry, undefined where the truth is silent. */
export type Truth = (record: Pick<DirectoryRecord, 'feed' | 'recordId' | 'version'>) => string | null | undefined;

/** Reads `truth/links.jsonl` as `yilian simulate` writes it. */
export const readTruth = async (directory: ExchangeDirectory): Promise<Truth> => {
  const path = join(directory.path, 'truth', 'links.jsonl');
  const truth = new Map<string, string | null>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if (line === '') continue;
      const { feed, record_id, version, person_id } = readLink(line, `${path}:${number}`);
      if (version !== null) truth.set(truthKey(feed, record_id, version), person_id);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new DirectoryProblem([
      `${path}: is missing. Only a directory with its truth can be evaluated; \`yilian simulate\` writes one.`,
    ]);
  }
  return ({ feed, recordId, version }) => truth.get(truthKey(feed, recordId, version));
};

/** The last day that a simulated directory covers; null where it does not say. */
export const readAsOf = async (directory: ExchangeDirectory): Promise<number | null> => {
  const summary = await readFile(join(directory.path, 'truth', 'summary.json'), 'utf8').catch(() => null);
  if (summary === null) return null;
  const { as_of } = z.object({ as_of: z.string() }).parse(JSON.parse(summary));
  return parseIsoDay(as_of);
};
