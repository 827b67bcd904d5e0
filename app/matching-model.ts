/** Touches the world: the matcher's model, which lies in the package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PersonModel, personModel } from '../matchers/index.ts';

/** Where the model lies in the package. */
export const modelFile = (root: string): string => join(root, 'matchers', 'model.json');

/** Reads a model. Throws what is wrong with it. */
export const readModel = async (path: string): Promise<PersonModel> =>
  personModel.parse(JSON.parse(await readFile(path, 'utf8')));
