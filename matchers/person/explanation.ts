import { MISSING } from '../linkage/comparison.ts';
import { probabilityOfBits } from '../linkage/linkage-model.ts';
import type { PersonDecision, Tier } from './decision.ts';
import { type Evidence, fieldBits, priorBits, totalBits, type Weights, weightsOf } from './evidence.ts';
import { FIELDS } from './person-levels.ts';
import { modelHash, type PersonModel } from './person-model.ts';
import { inChinese, inEnglish } from './sentences.ts';

/** One field's part in a decision. */
export interface FieldExplanation {
  readonly field: string;
  /** The level reached, null where a side says nothing. */
  readonly level: string | null;
  /** How often one person's records reach the level, and two persons'. */
  readonly m: number | null;
  readonly u: number | null;
  /** Bits without regard to how common the value is, and what that adds. */
  readonly bits: number;
  readonly frequencyBits: number;
}

/** Why a record was linked, or was not: kept with the decision, and computable again from the model of that hash. */
export interface Explanation {
  readonly model: string;
  readonly tier: Tier;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly priorBits: number | null;
  readonly fields: readonly FieldExplanation[];
  readonly householdBits: number;
  readonly total: number | null;
  readonly probability: number | null;
  /** Bits of the second best, null where there is none. */
  readonly secondBest: number | null;
  readonly margin: number | null;
  readonly vetoes: readonly string[];
  readonly families: readonly string[];
  readonly cut: number;
  readonly evidence: Evidence | null;
  readonly zh: string;
  readonly en: string;
}

const fieldsOf = (model: PersonModel, weights: Weights, evidence: Evidence): FieldExplanation[] =>
  FIELDS.map(({ name, levels }, field) => {
    const level = evidence.levels[field] as number;
    if (level === MISSING) return { field: name, level: null, m: null, u: null, bits: 0, frequencyBits: 0 };
    const share = evidence.shares[field] as number;
    const plain = fieldBits(weights, evidence.department, field, level, 0);
    const of = model.linkage.comparisons[field]?.levels[level];
    return {
      field: name,
      level: levels[level] as string,
      m: model.departments[evidence.department]?.[name]?.[level] ?? of?.m ?? null,
      u: of?.u ?? null,
      bits: plain,
      frequencyBits: fieldBits(weights, evidence.department, field, level, share) - plain,
    };
  });

/** Explains decisions of one model. */
export const createExplainer = (model: PersonModel): ((decision: PersonDecision) => Explanation) => {
  const weights = weightsOf(model);
  const hash = modelHash(model);
  return (decision) => {
    const { outcome, reasons, tier, candidates, margin, vetoes, cut } = decision;
    const [best, second] = candidates;
    const evidence = best?.evidence ?? null;
    const fields = evidence === null ? [] : fieldsOf(model, weights, evidence);
    const total = evidence === null ? null : totalBits(weights, evidence);
    const said = { outcome, tier, reasons, fields, total, margin, vetoes };
    return {
      ...{ model: hash, tier, outcome, reasons, fields, vetoes, cut, margin, total, evidence },
      priorBits: evidence === null ? null : priorBits(weights, evidence.persons),
      householdBits: evidence?.householdBits ?? 0,
      probability: total === null ? null : probabilityOfBits(total),
      secondBest: second?.bits ?? null,
      families: best?.families ?? [],
      zh: inChinese(said),
      en: inEnglish(said),
    };
  };
};

/** Bits of an explanation computed anew; null where it rests on a number alone. Throws where the model is another one. */
export const recompute = (explanation: Explanation, model: PersonModel): number | null => {
  if (explanation.model !== modelHash(model)) throw new Error('the explanation was made with another model');
  return explanation.evidence === null ? null : totalBits(weightsOf(model), explanation.evidence);
};
