import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeMedicalBench } from '../../dist/app/simulate/index.js';

const SEED = 1;
const GENERATOR = join(import.meta.dirname, '../../dist/app/simulate/medical-bench.js');

/** An exchange directory of made-up records (模拟数据), made once and used again as long as its generator is the same. */
export const benchDirectory = async ({ persons, records }, say) => {
  const generator = createHash('sha256')
    .update(await readFile(GENERATOR))
    .digest('hex')
    .slice(0, 8);
  const out = join(tmpdir(), 'yilian-bench', `${persons}-${records}-${SEED}-${generator}`);
  const complete = `${out}.complete`;
  if (existsSync(complete) && existsSync(out)) return out;
  say(`writing ${records} records of ${persons} persons to ${out}`);
  await rm(complete, { force: true });
  await mkdir(out, { recursive: true });
  await writeMedicalBench({ persons, records, seed: SEED, out });
  await writeFile(complete, '');
  return out;
};
