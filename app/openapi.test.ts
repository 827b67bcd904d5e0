import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openApiText } from './openapi.ts';

const ROOT = join(import.meta.dirname, '..');
const WEB = join(ROOT, 'dashboards/web');
const STALE = 'run `npm run openapi` and commit what it writes';

describe('the committed OpenAPI document', () => {
  it('is what the routes give', async () => {
    const text = await openApiText();
    expect((await readFile(join(ROOT, 'docs/openapi.json'), 'utf8')) === text, STALE).toBe(true);
    const { openapi, paths } = JSON.parse(text) as { openapi: string; paths: Record<string, object> };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/health', '/api/session', '/api/openapi.json']));
  });

  it('is what the types of the pages were made of', async () => {
    const generator = join(WEB, 'node_modules/openapi-typescript/bin/cli.js');
    const document = join(ROOT, 'docs/openapi.json');
    const { stdout } = await promisify(execFile)(process.execPath, [generator, document], { cwd: WEB });
    expect((await readFile(join(WEB, 'api/schema.gen.ts'), 'utf8')).trim() === stdout.trim(), STALE).toBe(true);
  }, 30_000);
});
