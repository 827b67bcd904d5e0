/** Touches the world: writes the OpenAPI document and the types of the pages' client made of it (`npm run openapi`). */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openApiText } from './openapi.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const document = join(ROOT, 'docs/openapi.json');
const types = join(ROOT, 'dashboards/web/api/schema.gen.ts');

await writeFile(document, await openApiText());
await mkdir(join(types, '..'), { recursive: true });
// It brings its own compiler, in the workspace of the pages.
const generator = join(ROOT, 'dashboards/web/node_modules/openapi-typescript/bin/cli.js');
await promisify(execFile)(process.execPath, [generator, document, '--output', types], {
  cwd: join(ROOT, 'dashboards/web'),
});
