/** Touches the world: takes the five registry files into PostgreSQL in one transaction, history kept. */
import { type ReceiptLimits, type Row, readTable, type TableRow, type TextEncodingName } from '../ingest/index.ts';
import { formatDay } from '../platform/calendar.ts';
import type { Tx } from '../platform/postgres.ts';
import {
  authorisationsFile,
  householdsFile,
  personsFile,
  type RegistryFile,
  regionsFile,
  standardsFile,
} from './files.ts';
import { mergeRegistry } from './import-merge.ts';
import { type CopyValue, createStage } from './stage.ts';

/** What identity documents say; the matcher's knowledge, handed in because the registry stands left of it. */
export interface IdentityReader {
  /** The 18-character id number, or null when it can't be trusted. */
  readonly trusted: (idNumber: string) => string | null;
  readonly stated: (idNumber: string) => { birthDay: number | null; sex: 'M' | 'F' | null };
  /** Category and grade of a disability certificate, 0 where it doesn't say. */
  readonly certificate: (text: string) => { category: number; grade: number } | null;
}

export interface Sealing {
  readonly seal: (plain: string) => Buffer;
  readonly lookupHash: (text: string) => Buffer;
}

export interface RegistrySource {
  readonly encoding: TextEncodingName;
  readonly open: (offset: number) => AsyncIterable<Buffer>;
}

export type RefusedRow = Extract<TableRow, { ok: false }>;

type Stager = (row: Row, line: number) => readonly CopyValue[];

const text = (row: Row, name: string): string | null => (row[name] === null ? null : String(row[name]));
const date = (row: Row, name: string): string | null => {
  const value = row[name];
  return typeof value === 'number' ? formatDay(value) : null;
};
const flag = (row: Row, name: string): boolean => row[name] === 1;

const stages = (identity: IdentityReader, sealing: Sealing) => {
  const sealed = (value: string | null): [Buffer | null, Buffer | null] =>
    value === null ? [null, null] : [sealing.seal(value), sealing.lookupHash(value)];
  const person: Stager = (row, line) => {
    const stated = text(row, 'id_number') ?? '';
    const trusted = identity.trusted(stated);
    const said = identity.stated(stated);
    const certificate = text(row, 'disability_cert');
    const read = certificate === null ? null : identity.certificate(certificate);
    return [
      line,
      text(row, 'person_id'),
      text(row, 'household_id'),
      text(row, 'name'),
      trusted === null ? (stated === '' ? null : sealing.seal(stated)) : sealing.seal(trusted),
      trusted === null ? null : sealing.lookupHash(trusted),
      date(row, 'birth_date') ?? (said.birthDay === null ? null : formatDay(said.birthDay)),
      text(row, 'sex') ?? said.sex,
      text(row, 'ethnicity'),
      text(row, 'relation'),
      text(row, 'category'),
      ...sealed(text(row, 'phone')),
      ...sealed(certificate),
      read?.category ?? null,
      read?.grade ?? null,
      text(row, 'labour_ability'),
      flag(row, 'labour_willing'),
      flag(row, 'student'),
      text(row, 'care'),
      date(row, 'member_from'),
      date(row, 'member_to'),
    ];
  };
  const household: Stager = (row, line) => [
    line,
    text(row, 'household_id'),
    text(row, 'region_code'),
    text(row, 'area'),
    text(row, 'category'),
    date(row, 'category_since'),
    text(row, 'flags') ?? '',
    text(row, 'labour'),
    flag(row, 'stable_income'),
    row['monthly_benefit'] ?? null,
    row['assessed_income'] ?? null,
    date(row, 'assessed_on'),
    date(row, 'exit_grace_until'),
    date(row, 'last_verified_on'),
    date(row, 'last_reviewed_on'),
    text(row, 'address'),
    ...sealed(text(row, 'phone')),
  ];
  return { person, household };
};

const columnsOf = {
  [regionsFile.name]: 'line bigint, region_code text, name text, parent_code text, level text',
  [standardsFile.name]:
    'line bigint, region_code text, kind text, area text, effective_from date, amount bigint, document text',
  [householdsFile.name]:
    'line bigint, household_id text, region_code text, area text, category text, category_since date, flags text, ' +
    'labour text, stable_income boolean, monthly_benefit bigint, assessed_income bigint, assessed_on date, ' +
    'exit_grace_until date, last_verified_on date, last_reviewed_on date, address text, phone_sealed bytea, phone_hash bytea',
  [personsFile.name]:
    'line bigint, person_id text, household_id text, name text, id_sealed bytea, id_hash bytea, birth_date date, ' +
    'sex text, ethnicity text, relation text, category text, phone_sealed bytea, phone_hash bytea, ' +
    'disability_cert_sealed bytea, disability_cert_hash bytea, disability_category smallint, disability_grade smallint, ' +
    'labour_ability text, labour_willing boolean, student boolean, care text, member_from date, member_to date',
  [authorisationsFile.name]: 'line bigint, household_id text, scope text, granted_on date, expires_on date',
};

/** Name of the temporary table of a registry file. */
export const stageName = (file: RegistryFile): string => `stage_${file.name.replace('.csv', '')}`;

const plainStagers: Record<string, Stager> = {
  [regionsFile.name]: (row, line) => [
    line,
    text(row, 'region_code'),
    text(row, 'name'),
    text(row, 'parent_code'),
    text(row, 'level'),
  ],
  [standardsFile.name]: (row, line) => [
    line,
    text(row, 'region_code'),
    text(row, 'kind'),
    text(row, 'area'),
    date(row, 'effective_from'),
    row['amount'] ?? null,
    text(row, 'document'),
  ],
  [authorisationsFile.name]: (row, line) => [
    line,
    text(row, 'household_id'),
    text(row, 'scope'),
    date(row, 'granted_on'),
    date(row, 'expires_on'),
  ],
};

/**
 * Takes registry files as of a day. Bad rows go to `refuse`, good ones beside them are taken; of two rows for the same
 * thing in one file the later holds; what a file doesn't mention stays as it is. Call it inside one transaction: either
 * all files are taken or none. Returns the new revision, or the old one when nothing changed.
 */
export const importRegistry = async (
  tx: Tx,
  sources: ReadonlyMap<RegistryFile, RegistrySource>,
  options: {
    asOf: number;
    recordedAt: Date;
    limits: ReceiptLimits;
    identity: IdentityReader;
    sealing: Sealing;
    refuse: (file: RegistryFile, rows: readonly RefusedRow[]) => Promise<void>;
    progress: (file: RegistryFile, rows: number) => void;
  },
): Promise<{ revision: number; changed: number }> => {
  const { person, household } = stages(options.identity, options.sealing);
  const stagers: Record<string, Stager> = {
    ...plainStagers,
    [personsFile.name]: person,
    [householdsFile.name]: household,
  };
  for (const [file, source] of sources) {
    const columns = (columnsOf[file.name] as string).split(', ').map((column) => column.split(' ') as [string, string]);
    const stage = await createStage(tx, stageName(file), columns);
    const stager = stagers[file.name] as Stager;
    for await (const rows of readTable({ columns: file.columns, ...source }, options.limits)) {
      const refused: RefusedRow[] = [];
      const taken: (readonly CopyValue[])[] = [];
      for (const row of rows) {
        if (row.ok) taken.push(stager(row.row, row.at.line));
        else refused.push(row);
      }
      await stage.add(taken);
      if (refused.length > 0) await options.refuse(file, refused);
      options.progress(file, rows.length);
    }
    await stage.end();
  }
  return mergeRegistry(tx, { asOf: formatDay(options.asOf), recordedAt: options.recordedAt });
};
