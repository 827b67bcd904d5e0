#!/usr/bin/env node
// Builds the pages into dist/web, unless what is there was built from the same sources: `npm start` asks each time, and a
// build takes many seconds. The pages import nothing of the server but contract.ts files.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const WEB = join(ROOT, 'dashboards/web');
const BUILT = join(ROOT, 'dist/web');
const NOTE = join(BUILT, '.hash');
/** Rooms whose contract.ts the pages may import. */
const ROOMS = ['access', 'ingest', 'registry', 'matchers', 'rules', 'alerts', 'dashboards/queries'];

/** Files below a folder of the package, as paths from its root, in an order that no machine changes. */
const filesBelow = (folder, isWanted) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist' && !name.startsWith('.'))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(path, isWanted);
      return entry.isFile() && isWanted(path) ? [path] : [];
    })
    .sort();

const inputs = () => [
  ...filesBelow('dashboards/web', (path) => !/\.test\.tsx?$/.test(path)),
  ...ROOMS.map((room) => `${room}/contract.ts`).filter((path) => existsSync(join(ROOT, path))),
  'package-lock.json',
  'tsconfig.json',
];

const hashOf = (paths) => {
  const hash = createHash('sha256').update(`node ${process.versions.node.split('.')[0]}\n`);
  for (const path of paths) {
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};

const hash = hashOf(inputs());
if (existsSync(NOTE) && readFileSync(NOTE, 'utf8') === hash) process.exit(0);

const findVite = () => {
  try {
    return createRequire(join(WEB, 'package.json')).resolve('vite/package.json');
  } catch {
    console.error('the pages cannot be built: vite is not installed. Run `npm ci` without leaving out dev packages.');
    process.exit(1);
  }
};

console.error('building the pages');
// Vite empties dist/web first: a build that fails leaves no note that all is well.
const { status } = spawnSync(process.execPath, [join(findVite(), '../bin/vite.js'), 'build', '--logLevel', 'warn'], {
  cwd: WEB,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (status !== 0) process.exit(status ?? 1);
writeFileSync(NOTE, hash);
