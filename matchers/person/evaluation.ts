import { isLinked } from '../contract.ts';
import { probabilityOfBits } from '../linkage/linkage-model.ts';
import type { NameKind } from '../names/name-kind.ts';
import type { PersonDecision } from './decision.ts';

/** A decision beside the truth. */
export interface Judged {
  readonly feed: string;
  readonly nameKind: NameKind;
  /** Whose record it truly is; 0 for somebody who is not registered. */
  readonly truth: number;
  /** Whether neither an id number nor a certificate could be used. */
  readonly withoutNumber: boolean;
  readonly decision: PersonDecision;
}

export interface Rates {
  readonly records: number;
  /** Whose person is registered. */
  readonly linkable: number;
  readonly linked: number;
  readonly right: number;
  readonly review: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly reviewShare: number;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly records: number;
  /** What the bits promise, and what is true. */
  readonly expected: number;
  readonly observed: number;
}

export interface Evaluation {
  readonly all: Rates;
  /** Records that neither an id number nor a certificate decides. */
  readonly withoutNumber: Rates;
  readonly byTier: Readonly<Record<string, Rates>>;
  readonly byFeed: Readonly<Record<string, Rates>>;
  readonly byNameKind: Readonly<Record<string, Rates>>;
  /** By name kind, of records without a number only: where names decide. */
  readonly withoutNumberByNameKind: Readonly<Record<string, Rates>>;
  readonly calibration: readonly Band[];
  /** Share of wrong links among those made by evidence: estimated from the bits, and true. */
  readonly falseLinks: { readonly estimated: number; readonly observed: number };
}

interface Tally {
  records: number;
  linkable: number;
  linked: number;
  right: number;
  review: number;
}

const none = (): Tally => ({ records: 0, linkable: 0, linked: 0, right: 0, review: 0 });
const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

const ratesOf = (tally: Tally): Rates => {
  const precision = ratio(tally.right, tally.linked);
  const recall = ratio(tally.right, tally.linkable);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { ...tally, precision, recall, f1, reviewShare: tally.records === 0 ? 0 : tally.review / tally.records };
};

const BAND_BITS = 4;
const [LOWEST, HIGHEST] = [-20, 40];

/** Counts decisions against the truth, one by one; memory does not grow with them. */
export const createEvaluation = (): { add(judged: Judged): void; result(): Evaluation } => {
  const groups = new Map<string, Tally>();
  const bands = new Map<number, { records: number; expected: number; observed: number }>();
  const probable = { links: 0, wrong: 0, doubt: 0 };

  const count = (group: string, { truth, decision }: Judged): void => {
    const tally = groups.get(group) ?? none();
    groups.set(group, tally);
    tally.records += 1;
    if (truth !== 0) tally.linkable += 1;
    if (decision.outcome === 'review') tally.review += 1;
    if (!isLinked(decision.outcome)) return;
    tally.linked += 1;
    if (decision.personNo === truth) tally.right += 1;
  };

  const calibrate = ({ truth, decision }: Judged): void => {
    const best = decision.candidates[0];
    if (best === undefined || decision.tier === 1 || decision.tier === 3) return;
    const at = Math.floor(Math.min(HIGHEST - 1, Math.max(LOWEST, best.bits)) / BAND_BITS) * BAND_BITS;
    const band = bands.get(at) ?? { records: 0, expected: 0, observed: 0 };
    bands.set(at, band);
    band.records += 1;
    band.expected += probabilityOfBits(best.bits);
    if (best.personNo === truth) band.observed += 1;
    if (decision.outcome !== 'probable') return;
    probable.links += 1;
    probable.doubt += 1 - probabilityOfBits(best.bits);
    if (decision.personNo !== truth) probable.wrong += 1;
  };

  const groupsOf = (prefix: string): Record<string, Rates> =>
    Object.fromEntries(
      [...groups]
        .filter(([name]) => name.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, tally]) => [name.slice(prefix.length), ratesOf(tally)]),
    );

  return {
    add(judged) {
      count('all', judged);
      count(`feed ${judged.feed}`, judged);
      count(`name ${judged.nameKind}`, judged);
      if (isLinked(judged.decision.outcome)) count(`tier ${judged.decision.outcome}`, judged);
      if (!judged.withoutNumber) return;
      count('without number', judged);
      count(`hidden ${judged.nameKind}`, judged);
      calibrate(judged);
    },
    result: () => ({
      all: ratesOf(groups.get('all') ?? none()),
      withoutNumber: ratesOf(groups.get('without number') ?? none()),
      byTier: groupsOf('tier '),
      byFeed: groupsOf('feed '),
      byNameKind: groupsOf('name '),
      withoutNumberByNameKind: groupsOf('hidden '),
      calibration: [...bands]
        .sort(([a], [b]) => a - b)
        .map(([from, { records, expected, observed }]) => ({
          ...{ from, to: from + BAND_BITS, records },
          ...{ expected: expected / records, observed: observed / records },
        })),
      falseLinks: {
        estimated: probable.links === 0 ? 0 : probable.doubt / probable.links,
        observed: probable.links === 0 ? 0 : probable.wrong / probable.links,
      },
    }),
  };
};
