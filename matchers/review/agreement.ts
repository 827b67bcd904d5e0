/** First and second verdict on one question, each as one text. */
export type ReadTwice = readonly [first: string, second: string];

export interface Agreement {
  readonly pairs: number;
  /** Pairs in which both said the same. */
  readonly agreed: number;
  /** Cohen's kappa: 1 agrees always, 0 as often as by chance. Null where chance alone would always agree, or nothing was read twice. */
  readonly kappa: number | null;
}

/** How far two readers of the same question agree (Cohen 1960). Pure. */
export const agreementOf = (pairs: readonly ReadTwice[]): Agreement => {
  const said = [new Map<string, number>(), new Map<string, number>()] as const;
  let agreed = 0;
  for (const pair of pairs) {
    if (pair[0] === pair[1]) agreed += 1;
    for (const at of [0, 1] as const) said[at].set(pair[at], (said[at].get(pair[at]) ?? 0) + 1);
  }
  const n = pairs.length;
  let chance = 0;
  for (const [word, count] of said[0]) chance += (count / n) * ((said[1].get(word) ?? 0) / n);
  return { pairs: n, agreed, kappa: n === 0 || chance === 1 ? null : (agreed / n - chance) / (1 - chance) };
};
