/** Touches the world: what the matcher found of a question, for whoever has read it (ClickHouse). */
import {
  type Explained,
  fieldInChinese,
  levelInChinese,
  probabilityOfBits,
  readExplanation,
  type StoredQuestion,
} from '../../matchers/index.ts';
import type { ClickHouse } from '../../platform/clickhouse.ts';
import type { PairExplanation, ReviewExplanation } from './contract-review.ts';

/** A score leads: it is shown to who gave a verdict, and to others once nobody else is to read the question. */
export const mayKnowScore = (
  { state, second, readers }: Pick<StoredQuestion, 'state' | 'second' | 'readers'>,
  reader: string,
): boolean => readers.includes(reader) || (state === 'decided' && second !== 'wanted');

export interface Scored {
  /** By person_no. */
  readonly scores: ReadonlyMap<number, number>;
  readonly explanation: ReviewExplanation | null;
}

const NOTHING: Scored = { scores: new Map(), explanation: null };

/** What was found, in words and bits: no value of anybody. */
export const asShown = (explanation: Explained['explanation']): PairExplanation => ({
  ...{ model: explanation.model, prior: explanation.priorBits ?? 0 },
  fields: explanation.fields.map(({ field, level, bits, frequencyBits }) => ({
    ...{ title: fieldInChinese(field), title_en: field },
    ...{ level: level === null ? null : levelInChinese(level), level_en: level },
    bits: bits + frequencyBits,
  })),
  ...{ total: explanation.total ?? 0, second_best: explanation.secondBest, vetoes: [...explanation.vetoes] },
  ...{ sentence: explanation.zh, sentence_en: explanation.en },
});

/** What was found of the newest of a question's records. `persons`: ids, by number, of the candidates that the reader sees. */
export const readScored = async (
  clickhouse: ClickHouse,
  record: { readonly feed: string; readonly recordId: string; readonly key: number } | undefined,
  persons: ReadonlyMap<number, string>,
): Promise<Scored> => {
  const explained = record === undefined ? null : await readExplanation(clickhouse, record);
  if (explained === null) return NOTHING;
  // Whoever the evidence speaks for may be another one than those who are shown, and the reader has to know it.
  const best = persons.get(explained.persons[0] ?? 0) ?? null;
  return {
    scores: new Map(explained.persons.map((personNo, i) => [personNo, probabilityOfBits(explained.bits[i] ?? 0)])),
    explanation: { person_id: best, ...asShown(explained.explanation) },
  };
};
