import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { z } from 'zod';

// Its types describe a default export that is not there at run time under NodeNext.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** m: how often the level is reached by two records of one person; u: by records of two persons. */
const level = z.strictObject({ name: z.string(), m: z.number().positive(), u: z.number().positive() });
const comparison = z.strictObject({ name: z.string(), levels: z.array(level).min(2) });

/**
 * What was learned, in one file. `prior` is the share of matches among all pairs that could be made. The hash is that of
 * the content: a decision that names it can be computed again.
 */
export const linkageModel = z.strictObject({
  version: z.number().int().positive(),
  prior: z.number().gt(0).lt(1),
  comparisons: z.array(comparison).min(1),
});
export type LinkageModel = z.infer<typeof linkageModel>;

/** SHA-256 (hex) of a value's canonical JSON (RFC 8785). */
export const contentHash = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) as string)
    .digest('hex');

/** log2 of the odds of a probability. */
export const bitsOfProbability = (p: number): number => Math.log2(p / (1 - p));

/** Probability that bits of evidence (prior included) stand for. */
export const probabilityOfBits = (bits: number): number => {
  if (bits > 60) return 1;
  const odds = 2 ** bits;
  return odds / (1 + odds);
};

/** Evidence of each level in bits: log2(m / u). */
export const levelBits = (model: LinkageModel): number[][] =>
  model.comparisons.map(({ levels }) => levels.map(({ m, u }) => Math.log2(m / u)));
