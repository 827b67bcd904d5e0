// The rules of the house (CONTRIBUTING.md) that a machine can check, as data: who may import whom and by which door, who
// touches the world, who owns which table, how long a file may be, and what must not stand in the repository.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { basename, dirname, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** A room may import rooms to its left only. */
const LINE = [
  'platform',
  'access',
  'ingest',
  'registry',
  'matchers',
  'rules',
  'alerts',
  'dashboards/queries',
  'app',
] as const;
/** `app/simulate` imports nothing of the product, `dashboards/web` only contracts, the others only what is built. */
const APART = ['app/simulate', 'dashboards/web', 'test', 'bin'] as const;
type LineRoom = (typeof LINE)[number];
type Room = LineRoom | (typeof APART)[number];

/** Other rooms enter by these files; platform is entered by each of its files. */
const DOORS = ['index.ts', 'contract.ts'];

/** Platform files without a connection, a file or a clock; every other one is a client of the world. */
const PURE_PLATFORM = ['calendar.ts', 'group-by.ts', 'clickhouse-errors.ts', 'postgres-errors.ts'];
const WORLD_MODULES =
  /^(?:node:)?(?:fs|fs\/promises|net|tls|http|https|http2|dgram|dns|child_process|worker_threads)$|^(?:pg|pg-copy-streams|kafkajs|@clickhouse\/client|chdb|fastify|node-cron)(?:\/|$)/;
const WORLD_CALLS =
  /\b(?:tx|postgres|clickhouse|pool|client)\.(?:query|command|insertTsv|transaction)\(|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.(?:env|cwd|stdout|stderr)\b/;
const WORLD_FILES = ['store.ts', 'routes.ts'];
const WORLD_SAID = 'Touches the world';

const MOST_LINES = 400;
const MEDIAN_BELOW = 100;
const P90_BELOW = 250;

/** Every table, function and sequence of the migrations and the room that owns it. */
const OWNERS: Readonly<Record<LineRoom, string>> = {
  platform: 'bus_topics bus_partitions bus_messages bus_offsets',
  access: 'yilian_sees yilian_scope audit_log users sessions machines',
  ingest: 'received_files quarantine completions feed_months topic_offsets corrections quarantine_fates feed_intake',
  registry:
    'registry_revisions registry_mirror regions standards households household_categories household_states persons ' +
    'person_states memberships authorisations dirty_households taken_dirty_marks dirty_sequence mirror_memberships mirror_persons ' +
    'mirror_categories mirror_states mirror_authorisations provisional_households',
  matchers:
    'record_versions waiting_records match_explanations review_questions review_events link_judgements duplicate_pairs ' +
    'duplicate_events correction_orders duplicate_scans',
  rules: 'facts fact_versions facts_current sweep_regions sweep_households',
  alerts: 'rule_baselines cases case_events warnings observations outbox referrals case_events_mirror',
  'dashboards/queries': '',
  app: 'loads load_files load_files_taken pushes full_sweep_wanted relinked sweeps synthetic_store maintenance',
};
const ownerOf = new Map(
  Object.entries(OWNERS).flatMap(([room, names]) => names.split(' ').map((name) => [name, room as LineRoom] as const)),
);

interface Source {
  readonly path: string;
  readonly text: string;
}

const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n').filter(Boolean);
const isIgnored = (name: string, isFolder: boolean): boolean =>
  name === '.git' ||
  ignored.some((line) =>
    line.endsWith('/') ? isFolder && name === line.slice(0, -1) : line.startsWith('*') && name.endsWith(line.slice(1)),
  );

/** Every text file of the repository, without git: a checkout may have come as an archive. */
const readSources = (folder = ''): Source[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry): Source[] => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isIgnored(entry.name, entry.isDirectory())) return [];
    if (entry.isDirectory()) return readSources(path);
    if (!entry.isFile()) return [];
    const text = readFileSync(join(ROOT, path), 'utf8');
    return text.includes('\0') ? [] : [{ path, text }];
  });

const all = readSources();
/** What is generated (`npm run openapi`) follows no rule of ours. */
const code = all.filter(({ path }) => /\.(?:ts|tsx|js)$/.test(path) && path.includes('/') && !path.endsWith('.gen.ts'));
const isTest = (path: string): boolean => path.startsWith('test/') || /\.test\.tsx?$/.test(path);

const roomOf = (path: string): Room | null => [...APART, ...LINE].find((room) => path.startsWith(`${room}/`)) ?? null;

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Whether `import CLAUSE from` brings types only, which the compiler leaves out. */
const isTypeOnly = (clause: string): boolean => {
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter(Boolean);
  return /^\s*type\b/.test(clause) || (given.length > 0 && given.every((name) => name.startsWith('type ')));
};

/** Imports of a file. Static ones stand at the beginning of a line: what is indented is text of a test. */
const importsOf = (text: string): Import[] => {
  const named = [...text.matchAll(/^(?:import|export)\b([^;'"]*?)\bfrom ['"]([^'"]+)['"]/gm)];
  const plain = [...text.matchAll(/^import ['"]([^'"]+)['"]/gm), ...text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g)];
  return [
    ...named.map(([, clause = '', from = '']) => ({ from, typeOnly: isTypeOnly(clause) })),
    ...plain.map(([, from = '']) => ({ from, typeOnly: false })),
  ];
};

/** Why an import between two rooms is not allowed, or null. */
const whyNot = (from: Room, to: Room | null, target: string): string | null => {
  const door = DOORS.includes(basename(target)) && dirname(target) === to;
  if (to === 'test') return from === 'test' ? null : 'nothing imports test/';
  if (from === to || from === 'test' || from === 'bin') return null;
  if (to === null) return 'leads out of the rooms';
  if (from === 'app/simulate') return 'app/simulate imports nothing of the product';
  if (from === 'dashboards/web')
    return basename(target) === 'contract.ts' ? null : 'dashboards/web imports contracts only';
  if (to === 'app/simulate')
    return from !== 'app' ? 'only app imports app/simulate' : door ? null : 'not by its index.ts';
  const [here, there] = [LINE.indexOf(from as LineRoom), LINE.indexOf(to as LineRoom)];
  if (there < 0 || there > here) return `${to} stands to the right of ${from}`;
  return to === 'platform' || door ? null : `${to} is entered by ${DOORS.join(' or ')} only`;
};

const importProblems = ({ path, text }: Source): string[] => {
  const room = roomOf(path);
  if (room === null) return [`${path}: stands in no room`];
  return importsOf(text).flatMap(({ from }) => {
    if (!from.startsWith('.')) return [];
    const target = normalize(join(dirname(path), from));
    const why = whyNot(room, roomOf(target), target);
    return why === null ? [] : [`${path} -> ${target}: ${why}`];
  });
};

const worldProblems = ({ path, text }: Source): string[] => {
  const room = roomOf(path);
  if (room === null || !LINE.includes(room as LineRoom) || room === 'platform' || room === 'app' || isTest(path))
    return [];
  if (WORLD_FILES.includes(basename(path)) || text.split('\n', 5).join('\n').includes(WORLD_SAID)) return [];
  const clients = importsOf(text).flatMap(({ from, typeOnly }) => {
    const target = normalize(join(dirname(path), from));
    const client = target.startsWith('platform/') && !PURE_PLATFORM.includes(target.slice('platform/'.length));
    return !typeOnly && (WORLD_MODULES.test(from) || (from.startsWith('.') && client)) ? [from] : [];
  });
  const call = WORLD_CALLS.exec(text)?.[0];
  return [...clients, ...(call === undefined ? [] : [call])].map(
    (what) => `${path}: ${what}, but is no ${WORLD_FILES.join(' or ')} and does not say "${WORLD_SAID}"`,
  );
};

/** Statements of a migration without comments; a `$$` body is a part of its statement. */
const statementsOf = (sql: string): string[] =>
  sql
    .replace(/--.*$/gm, '')
    .replace(/\$\$[\s\S]*?\$\$/g, (body) => body.replaceAll(';', ' '))
    .split(';')
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');

const OBJECT =
  /^(?:create (?:or replace )?(?:unlogged )?(?:table|sequence|view|materialized view|dictionary|function|type)(?: if not exists)?|alter (?:table|sequence)(?: if exists)?(?: only)?|drop (?:table|sequence|view|function)(?: if exists)?|insert into|update|delete from|truncate(?: table)?|comment on table|create (?:unique )?index(?: concurrently)?(?: if not exists)? \w+ on|(?:create|alter) policy \w+ on|create trigger \w+ [\w ]+? on) (\w+)/i;
/** Roles and rights belong to access, whatever they are about. */
const RIGHTS = /^(?:do \$\$|grant |revoke |alter default privileges )/i;

const roomOfStatement = (statement: string): LineRoom | null =>
  RIGHTS.test(statement) ? 'access' : (ownerOf.get(OBJECT.exec(statement)?.[1] ?? '') ?? null);

/** Writes to a table from another room than its owner; `app` puts the rooms' effects into one transaction. */
const foreignWrites = ({ path, text }: Source): string[] => {
  const room = roomOf(path);
  if (room === 'app' || room === 'test' || isTest(path)) return [];
  return [...text.matchAll(/\b(?:insert into|update|delete from|truncate table|insertTsv\(\s*)\s*'?(\w+)/gi)].flatMap(
    ([, table = '']) => {
      const owner = ownerOf.get(table);
      return owner === undefined || owner === room ? [] : [`${path}: writes ${table}, which belongs to ${owner}`];
    },
  );
};

describe('rooms', () => {
  it('sees the files', () => {
    expect(code.length).toBeGreaterThan(200);
    for (const room of [
      'platform',
      'ingest',
      'registry',
      'matchers',
      'rules',
      'alerts',
      'app',
      'app/simulate',
      'test',
    ]) {
      expect(code.filter(({ path }) => roomOf(path) === room).length, room).toBeGreaterThan(3);
    }
    expect(code.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(700);
  });

  it('import to the left only, by their doors', () => {
    expect(code.flatMap(importProblems)).toEqual([]);
  });

  it('touch the world where they say so', () => {
    expect(code.flatMap(worldProblems)).toEqual([]);
  });

  it.each([
    ['rules/a.ts', "import { x } from '../alerts/index.ts';", 'to the right'],
    ['rules/a.ts', "import type { X } from '../ingest/split.ts';", 'is entered by'],
    ['rules/a.ts', "export * from '../ingest/feeds/index.ts';", 'is entered by'],
    ['platform/a.ts', "import { x } from '../access/contract.ts';", 'to the right'],
    ['ingest/a.ts', "const x = await import('../rules/index.ts');", 'to the right'],
    ['app/a.ts', "import { x } from './simulate/random.ts';", 'not by its index.ts'],
    ['app/simulate/a.ts', "import { x } from '../../platform/calendar.ts';", 'nothing of the product'],
    ['dashboards/web/a.tsx', "import { x } from '../../access/index.ts';", 'contracts only'],
    ['dashboards/queries/a.ts', "import { x } from '../web/b.ts';", 'to the right'],
    ['alerts/a.test.ts', "import { x } from '../test/support/b.ts';", 'nothing imports test/'],
    ['alerts/a.ts', "import { x } from '../scripts/b.ts';", 'out of the rooms'],
    ['scripts/a.ts', '', 'stands in no room'],
  ])('would refuse in %s: %s', (path, text, why) => {
    expect(importProblems({ path, text }).join()).toContain(why);
  });

  it.each([
    ["import { openPostgres } from '../platform/postgres.ts';", 1],
    ["import { type Tx, openPostgres } from '../platform/postgres.ts';", 1],
    ["import { readFile } from 'node:fs/promises';", 1],
    ["await tx.query('select 1');", 1],
    ['const now = Date.now();', 1],
    ["/** Touches the world: x. */\nimport { readFile } from 'node:fs/promises';", 0],
    ["import type { Tx } from '../platform/postgres.ts';", 0],
    ["import { type Tx, type Postgres } from '../platform/postgres.ts';", 0],
    ["import { addMonths } from '../platform/calendar.ts';", 0],
  ])('would find the world in: %s', (text, problems) => {
    expect(worldProblems({ path: 'rules/a.ts', text })).toHaveLength(problems);
  });
});

describe('migrations', () => {
  const statements = all
    .filter(({ path }) => /^migrations\/.*\.sql$/.test(path))
    .flatMap(({ path, text }) => statementsOf(text).map((statement) => ({ path, statement })));

  it('have a room for every statement', () => {
    expect(statements.length).toBeGreaterThan(50);
    const homeless = statements.filter(({ statement }) => roomOfStatement(statement) === null);
    expect(homeless.map(({ path, statement }) => `${path}: ${statement.slice(0, 80)}`)).toEqual([]);
  });

  it('hold every table that is given to a room', () => {
    const made = new Set(statements.map(({ statement }) => OBJECT.exec(statement)?.[1]));
    expect([...ownerOf.keys()].filter((name) => name !== '' && !made.has(name))).toEqual([]);
  });

  it('make tables that only their room writes', () => {
    expect(code.flatMap(foreignWrites)).toEqual([]);
    expect(foreignWrites({ path: 'rules/a.ts', text: '`insert into cases (case_id)`' })).toHaveLength(1);
  });
});

describe('files', () => {
  it('are short', () => {
    const lengths = code
      .filter(({ path }) => !isTest(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .sort((a, b) => a.lines - b.lines);
    const at = (share: number): number => lengths[Math.ceil(lengths.length * share) - 1]?.lines ?? 0;
    console.info(`${lengths.length} source files: median ${at(0.5)} lines, p90 ${at(0.9)}, longest ${at(1)}`);
    expect(lengths.length).toBeGreaterThan(150);
    expect(lengths.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
    expect(at(0.5)).toBeLessThan(MEDIAN_BELOW);
    expect(at(0.9)).toBeLessThan(P90_BELOW);
  });

  // Put together here, so that this file does not find itself.
  const machinePath = new RegExp(`(?<![\\w.$}:])/(?:${['work', 'root', 'home', 'Users'].join('|')})/[\\w.-]+/?`);
  const hosts = 'registry|repo\\d?|mirrors?|npm|pypi|proxy|artifactory|nexus';
  const registryHost = new RegExp(
    `\\b(?:${hosts})(?:\\.[a-z\\d-]+)+\\.(?:org|com|net|cn|io|dev|internal)\\b|\\b(?:docker|ghcr|quay)\\.io\\b`,
  );

  it('name no path of a machine and no host of a package registry', () => {
    expect(all.length).toBeGreaterThan(250);
    const named = all.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, at) =>
          [machinePath.exec(line)?.[0], registryHost.exec(line)?.[0]].flatMap((found) =>
            found === undefined ? [] : [`${path}:${at + 1}: ${found}`],
          ),
        ),
    );
    expect(named).toEqual([]);
    expect(machinePath.test(['', 'root', 'x'].join('/'))).toBe(true);
    expect(registryHost.test(['registry', 'npmjs', 'org'].join('.'))).toBe(true);
    expect(registryHost.test(['repo', 'maven', 'apache', 'org'].join('.'))).toBe(true);
  });

  it('lock no download address', () => {
    const lock = all.find(({ path }) => path === 'package-lock.json')?.text ?? '';
    expect(lock.length).toBeGreaterThan(10_000);
    expect(lock).not.toContain('"resolved": "http');
  });
});
