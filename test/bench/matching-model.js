// The matcher's model as it is shipped.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { personModel } from '../../dist/matchers/index.js';

export const readModelFile = async () =>
  personModel.parse(JSON.parse(await readFile(join(import.meta.dirname, '../../matchers/model.json'), 'utf8')));
