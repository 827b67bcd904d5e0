import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

export type ChildResult = { stdout: string; stderr: string; code: number | null; signal: NodeJS.Signals | null };

/**
 * For tests that need a second process of this code, to be killed or to run as somebody else: the platform as
 * JavaScript in a temporary folder, since Node 20 runs no TypeScript.
 */
export async function compilePlatform(): Promise<{
  /** Runs a module; `./platform/x.js` is this folder. `uid` other than ours needs root. */
  run(script: string, options?: { args?: string[]; uid?: number }): Promise<ChildResult>;
  remove(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'yilian-child-'));
  await chmod(folder, 0o755);
  await promisify(execFile)(
    process.execPath,
    [
      ...[join(REPOSITORY, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', '--noCheck', '--skipLibCheck'],
      ...['--target', 'ES2023', '--module', 'NodeNext', '--rewriteRelativeImportExtensions', '--types', 'node'],
      ...['--rootDir', REPOSITORY, '--outDir', folder],
      ...['embedded-postgres', 'postgres', 'home', 'attach', 'log'].map((name) =>
        join(REPOSITORY, 'platform', `${name}.ts`),
      ),
    ],
    { cwd: REPOSITORY },
  );
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  let count = 0;
  return {
    async run(script, { args = [], uid } = {}) {
      const file = join(folder, `child-${++count}.js`);
      await writeFile(file, script);
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [file, ...args], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          ...(uid === undefined ? {} : { uid, gid: uid }),
        });
        const [out, err]: [string[], string[]] = [[], []];
        child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
        child.once('error', reject);
        child.once('close', (code, signal) => resolve({ stdout: out.join(''), stderr: err.join(''), code, signal }));
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
