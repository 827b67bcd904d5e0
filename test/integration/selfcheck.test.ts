// The program says by itself whether a record comes through: every step passes on this machine, what can't start is said,
// and whatever happens nothing of it stays behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolder, openHome } from '../support/program.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/yilian.js');

/** Runs it with a folder of its own for what is temporary; `until` is called with everything printed so far. */
const run = async (
  temporary: string,
  home: string,
  onOutput: (printed: string, end: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<{ code: number | null; lines: string[]; left: string[] }> => {
  const child = spawn(process.execPath, [PROGRAM, 'selfcheck'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], YILIAN_HOME: home, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    onOutput(printed, (signal) => child.kill(signal));
  });
  child.stderr.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = printed.split('\n').filter(Boolean);
  return { code, lines, left: await readdir(temporary).catch(() => []) };
};

describe('yilian selfcheck', () => {
  it('takes a record to a closed, confirmed referral, and leaves nothing behind', { timeout: 300_000 }, async () => {
    // Building the program is the home's business; selfcheck itself uses none.
    const home = await openHome();
    const before = await readdir(home.path);
    const { code, lines, left } = await run(await openFolder(), home.path);
    expect(lines.filter((line) => !line.startsWith('pass  '))).toEqual(['everything works']);
    expect(lines.length).toBeGreaterThan(18);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^pass {2}\S.* +\d+ ms {2}\S/);
    const told = lines.join('\n');
    for (const step of ['inbox', 'department accepts', 'bureau confirms', 'closes the case', 'chain of the case'])
      expect(told).toContain(step);
    expect(told).not.toMatch(/巴图|\d{17}[\dX]/);
    expect(code).toBe(0);
    expect(left).toEqual([]);
    expect(await readdir(home.path)).toEqual(before);
  });

  it('says what keeps it from starting, and ends with 1', async () => {
    const home = await openHome();
    const { code, lines } = await run(join(home.path, 'no such folder'), home.path);
    expect(lines[0]).toMatch(/^FAIL {2}a system of its own starts/);
    expect(lines.at(-1)).toBe('something does not work');
    expect(code).toBe(1);
  });

  it('interrupted in the middle, ends with 1 and leaves nothing behind', { timeout: 300_000 }, async () => {
    const home = await openHome();
    let isEnded = false;
    const { code, lines, left } = await run(await openFolder(), home.path, (printed, end) => {
      if (isEnded || !printed.includes('the registry knows a family')) return;
      isEnded = true;
      end('SIGINT');
    });
    expect(isEnded).toBe(true);
    expect(lines).not.toContain('everything works');
    expect(code).toBe(1);
    expect(left).toEqual([]);
  });
});
