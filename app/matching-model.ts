/** Touches the world: the matcher's model, which lies in the package. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PersonModel, personModel } from '../matchers/index.ts';
import { DirectoryProblem } from './exchange-directory.ts';

/** Where the model lies in the package. */
export const modelFile = (root: string): string => join(root, 'matchers', 'model.json');

/** Reads a model. Throws a DirectoryProblem that names the file, the place in it and the cure where it is none. */
export const readModel = async (path: string): Promise<PersonModel> => {
  const text = await readFile(path, 'utf8');
  const cure =
    'Write one with `yilian matching train DIR --out FILE`, or leave --model away for the one of the package.';
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw new DirectoryProblem([`${path}: is no JSON (${(error as Error).message}). ${cure}`]);
  }
  const { success, data, error } = personModel.safeParse(written);
  if (success) return data;
  const [first] = error.issues;
  throw new DirectoryProblem([`${path}: is no model (${first?.path.join('.')}: ${first?.message}). ${cure}`]);
};
