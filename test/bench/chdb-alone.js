// What the embedded ClickHouse alone needs to insert the facts of a load from a file: the yardstick of the same run.
// Each step is a process of its own, because one process opens one chdb folder.
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '../../dist/platform/clickhouse.js';
import { createLog } from '../../dist/platform/log.js';
import { splitStatements } from '../../dist/platform/migrate.js';

const TABLES = join(import.meta.dirname, '../../migrations/clickhouse/202611220700_facts.sql');

const open = (home) => openClickHouse({ url: null, home, log: createLog({ level: 'warn' }) });

/** Facts as tab-separated text, in the order in which they came. */
const write = async (home, file) => {
  const clickhouse = await open(home);
  await clickhouse.command(
    'write',
    `SELECT * FROM facts ORDER BY record_id INTO OUTFILE '${file}' FORMAT TabSeparated`,
  );
  await clickhouse.close();
};

const insert = async (home, file) => {
  await mkdir(home, { recursive: true });
  const clickhouse = await open(home);
  const table = splitStatements(await readFile(TABLES, 'utf8')).find((sql) => /TABLE IF NOT EXISTS facts\s/.test(sql));
  await clickhouse.command('write', table);
  const started = performance.now();
  await clickhouse.command('write', `INSERT INTO facts SELECT * FROM file('${file}', TabSeparated)`);
  const seconds = Math.round(performance.now() - started) / 1000;
  const [row] = await clickhouse.query('write', 'SELECT count() AS n FROM facts');
  await clickhouse.close();
  process.stdout.write(JSON.stringify({ facts: Number(row.n), seconds }));
};

const step = (name, home, file) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename, name, home, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`chdb alone: ${name} ended with ${code}`));
    });
  });

/** Rows and seconds of one INSERT of all facts of the system in `home` into an empty table of an empty folder. */
export const measureChdbAlone = async (home) => {
  const file = join(home, 'facts.tsv');
  await step('write', home, file);
  return JSON.parse(await step('insert', join(home, 'alone'), file));
};

if (process.argv[1] === import.meta.filename) {
  const [, , name, home, file] = process.argv;
  await (name === 'write' ? write(home, file) : insert(home, file));
}
