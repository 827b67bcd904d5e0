import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './embedded-postgres-binaries.ts';
import { commandAs, giveAway, type Owner } from './embedded-postgres-owner.ts';
import { syncFolder } from './write-durably.ts';

const UNFINISHED = 'postgres.unfinished-';

/**
 * A new, empty data folder, UTF8 with locale C (sort order never changes with the machine's libraries). It is made
 * under another name and renamed when it is complete and synced, so a crash leaves nothing that looks finished.
 *
 * @throws Error with initdb's own words
 */
export async function initialiseData({
  home,
  data,
  owner,
  binaries,
  user,
  password,
}: {
  home: string;
  data: string;
  owner: Owner;
  binaries: PostgresBinaries;
  user: string;
  password: string;
}): Promise<void> {
  const unfinished = join(home, `${UNFINISHED}${randomBytes(4).toString('hex')}`);
  const passwordFile = join(unfinished, 'password');
  const cluster = join(unfinished, 'data');
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await mkdir(cluster, { mode: 0o700 });
    if (owner !== null) {
      for (const path of [unfinished, passwordFile, cluster]) await giveAway(path, owner.uid, owner.gid);
    }
    const command = await commandAs(
      owner,
      binaries.initdb,
      [
        ...['-D', cluster, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C', '--no-instructions'],
      ],
      [dirname(binaries.initdb), binaries.root, cluster],
    );
    await runToEnd(command.file, command.args, command.options);
    // An empty folder of that name may be there; rename replaces it.
    await rename(cluster, data);
    await syncFolder(home);
  } finally {
    // Only tidiness: what is left is removed by the next start, and the first error must come through.
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What a crash inside `initialiseData` left. Only the holder of the home may call it. */
export async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(UNFINISHED)) await rm(join(home, name), { recursive: true, force: true });
  }
}

function runToEnd(file: string, args: string[], options: Parameters<typeof spawn>[2]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child.once('error', (error) => reject(new Error(`${file} could not be started`, { cause: error })));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed (${signal ?? code}): ${said.join('').trim().slice(-1500)}`));
    });
  });
}
