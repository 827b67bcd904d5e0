import { z } from 'zod';
import { contentHash, linkageModel } from '../linkage/linkage-model.ts';
import { FIELDS } from './person-levels.ts';

/** m of each level of each field for one department, where it sends otherwise than all together. */
const department = z.record(z.string(), z.array(z.number().positive()));

/** The matcher's model (model.json): weights, thresholds, and what it was learned from. Bits are log2 of odds. */
export const personModel = z
  .strictObject({
    linkage: linkageModel,
    /** Share of records without a usable id number whose person is registered. */
    registeredShare: z.number().gt(0).lt(1),
    departments: z.record(z.string(), department),
    thresholds: z.strictObject({
      /** From here a link is made by itself, if the second best is `margin` below. */
      auto: z.number(),
      /** From here, and below `auto`, a person decides. */
      review: z.number(),
      margin: z.number(),
    }),
    /** Rows that a block may have to be looked at. */
    blockCap: z.number().int().positive(),
    learnedFrom: z.strictObject({
      records: z.number().int(),
      persons: z.number().int(),
      candidatePairs: z.number().int(),
      seed: z.number().int(),
    }),
  })
  .refine(
    ({ linkage }) =>
      linkage.comparisons.length === FIELDS.length &&
      FIELDS.every(({ name, levels }, c) => {
        const own = linkage.comparisons[c];
        return own?.name === name && levels.every((level, l) => own.levels[l]?.name === level);
      }),
    'the model was learned for other fields or levels: train it anew (yilian matching train)',
  );
export type PersonModel = z.infer<typeof personModel>;

/** Hash of a model's content, as decisions name it. */
export const modelHash = (model: PersonModel): string => contentHash(model);

/** Start values, set before any data was seen; a calibration on real verdicts may move them. */
export const THRESHOLDS = { auto: 10, review: 0, margin: 6 } as const;
export const BLOCK_CAP = 500;
