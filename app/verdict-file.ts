/** Touches the world: verdicts of reviewers as `yilian export verdicts` writes them, for training. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Judgement, Judgements } from '../matchers/index.ts';
import { DirectoryProblem } from './exchange-directory.ts';

/** A claimed identity (`claimedKey`) as SHA-256 in hex: verdicts leave the store without names and numbers. */
export const hashOfClaim = (key: string): string => createHash('sha256').update(key).digest('hex');

const line = z.object({
  claim_hash: z.string().regex(/^[0-9a-f]{64}$/),
  verdict: z.enum(['must', 'cannot']),
  person_id: z.string().nullable(),
});

/**
 * Reads verdicts by the hash of the claimed identity; persons get the numbers of `numberOf`. Verdicts on persons whom that registry does not
 * have say nothing here. Throws a DirectoryProblem with file and line where a line is none.
 */
export const readVerdictFile = async (path: string, numberOf: ReadonlyMap<string, number>): Promise<Judgements> => {
  const found = new Map<string, { must: number; cannot: Set<number> }>();
  (await readFile(path, 'utf8')).split('\n').forEach((text, i) => {
    if (text.trim() === '') return;
    const parsed = line.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new DirectoryProblem([
        `${path}:${i + 1}: no verdict ({"claim_hash", "verdict", "person_id"}). Write the file with \`yilian export verdicts --out FILE\`.`,
      ]);
    }
    const { claim_hash, verdict, person_id } = parsed.data;
    const personNo = person_id === null ? undefined : numberOf.get(person_id);
    if (personNo === undefined) return;
    const judged = found.get(claim_hash) ?? { must: 0, cannot: new Set<number>() };
    found.set(claim_hash, judged);
    if (verdict === 'must') judged.must = personNo;
    else judged.cannot.add(personNo);
  });
  return found satisfies ReadonlyMap<string, Judgement>;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
