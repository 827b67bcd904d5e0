// Public tables with known truth (docs/matching.md names their sources), as columns of texts, '' for missing, and for each
// row the entity that it truly belongs to.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { openClickHouse } from '../../dist/platform/clickhouse.js';
import { createLog } from '../../dist/platform/log.js';

const columnsOf = (rows, names) =>
  Object.fromEntries(names.map((name) => [name, rows.map((row) => (row[name] ?? '').trim())]));

const readCsv = async (path) =>
  parse(await readFile(path, 'utf8'), { columns: (header) => header.map((name) => name.trim()), trim: true });

const FEBRL = [
  'given_name',
  'surname',
  'street_number',
  'address_1',
  'address_2',
  'suburb',
  'postcode',
  'state',
  'date_of_birth',
  'soc_sec_id',
];
/** `rec-12-org` and `rec-12-dup-0` are one person. */
const febrlEntity = (row) => /^rec-(\d+)-/.exec(row.rec_id)[1];

const febrl3 = async (folder) => {
  const rows = await readCsv(join(folder, 'febrl3.csv'));
  return { columns: columnsOf(rows, FEBRL), entities: rows.map(febrlEntity), boundary: null };
};

const febrl4 = async (folder) => {
  const a = await readCsv(join(folder, 'febrl4a.csv'));
  const b = await readCsv(join(folder, 'febrl4b.csv'));
  const rows = [...a, ...b];
  return { columns: columnsOf(rows, FEBRL), entities: rows.map(febrlEntity), boundary: a.length };
};

const fake1000 = async (folder) => {
  const rows = await readCsv(join(folder, 'fake_1000.csv'));
  const columns = columnsOf(rows, ['first_name', 'surname', 'dob', 'city', 'email']);
  return { columns, entities: rows.map(({ cluster }) => cluster), boundary: null };
};

const HISTORICAL = [
  'first_name',
  'surname',
  'full_name',
  'dob',
  'birth_place',
  'postcode_fake',
  'gender',
  'occupation',
];

/** The table comes as Parquet, which the embedded ClickHouse reads. */
const historical50k = async (folder) => {
  const home = await mkdtemp(join(tmpdir(), 'yilian-linkage-'));
  const clickhouse = await openClickHouse({ url: null, home, log: createLog({ level: 'warn' }) });
  try {
    const file = join(folder, 'historical_figures_with_errors_50k.parquet').replaceAll("'", "''");
    const rows = await clickhouse.query('write', `SELECT * FROM file('${file}', Parquet)`);
    return { columns: columnsOf(rows, HISTORICAL), entities: rows.map(({ cluster }) => cluster), boundary: null };
  } finally {
    await clickhouse.close();
    await rm(home, { recursive: true, force: true });
  }
};

export const tables = { febrl3, febrl4, fake_1000: fake1000, historical_50k: historical50k };
