import { groupBy } from '../platform/group-by.ts';

/** A fact as evidence: enough of it to tell whether a value rests on it. */
export interface EvidenceFact {
  readonly personNo: number;
  readonly kind: string;
  readonly day: number;
  readonly month: number;
  readonly amount: number;
  readonly category: number;
  readonly water: number;
  readonly record: string;
  readonly recordVersion: number;
  readonly recordId: string;
  readonly receivedAt: Date;
}

export interface EvidenceScope {
  readonly asOf: number;
  readonly yearAgo: number;
  /** Last complete month of income when income of the year is known, else null. */
  readonly lastMonth: number | null;
  readonly living: ReadonlySet<number>;
  readonly spending: ReadonlySet<number>;
  readonly dwelling: ReadonlySet<number>;
  /** The subject of a person rule. */
  readonly personNo: number | null;
  /** The rule's own number of days, where it has one. */
  readonly days: number | null;
}

type Choose = (facts: readonly EvidenceFact[], scope: EvidenceScope) => readonly EvidenceFact[];

const later = (a: EvidenceFact, b: EvidenceFact): EvidenceFact => {
  if (a.day !== b.day) return a.day > b.day ? a : b;
  if (a.recordVersion !== b.recordVersion) return a.recordVersion > b.recordVersion ? a : b;
  return Buffer.compare(Buffer.from(a.recordId), Buffer.from(b.recordId)) > 0 ? a : b;
};
const latest = (facts: readonly EvidenceFact[]): readonly EvidenceFact[] =>
  facts.length === 0 ? [] : [facts.reduce(later)];
const spent =
  (matches: (kind: string) => boolean): Choose =>
  (facts, s) =>
    facts.filter((f) => matches(f.kind) && s.spending.has(f.personNo) && f.day > s.yearAgo);

/** The school stage whose fees and aid count nowhere (ingest/feeds/education.ts). */
const COMPULSORY = 2;

const certificateKinds = new Set(['disability.certified', 'disability.regraded', 'disability.cancelled']);
const latestOfEach = (facts: readonly EvidenceFact[]): readonly EvidenceFact[] =>
  [...groupBy(facts, (f) => f.personNo).values()].flatMap(latest);

const isIncome = (kind: string): boolean =>
  kind.startsWith('tax.') || kind === 'human-resources.pension_month' || kind === 'human-resources.benefit_month';

const income: Choose = (facts, s) => {
  const { lastMonth } = s;
  if (lastMonth === null) return [];
  const newestYear = Math.floor(lastMonth / 12) * 12;
  return facts.filter(
    (f) =>
      s.living.has(f.personNo) &&
      ((isIncome(f.kind) && f.month > lastMonth - 12 && f.month <= lastMonth) ||
        (f.kind === 'rural.annual_income' && f.month <= newestYear && f.month >= newestYear - 24)),
  );
};

/** The records that a value rests on, by the name that indicators.yaml gives. */
const choices: Readonly<Record<string, Choose>> = {
  medical: spent((kind) => kind.startsWith('medical.')),
  largest_admission: (facts, s) => {
    const admissions = spent((kind) => kind === 'medical.inpatient')(facts, s);
    const most = Math.max(...admissions.map((f) => f.amount));
    return admissions.filter((f) => f.amount === most);
  },
  education: (facts, s) =>
    spent((kind) => kind === 'education.fee' || kind === 'education.aid')(facts, s).filter(
      (f) => f.category !== COMPULSORY,
    ),
  rehabilitation: spent((kind) => kind === 'disability.rehab_cost'),
  accident: spent((kind) => kind.startsWith('emergency.')),
  income,
  production_loss: (facts, s) =>
    facts.filter((f) => f.kind === 'rural.production_loss' && s.living.has(f.personNo) && f.day > s.yearAgo),
  major_illness: (facts, s) =>
    latest(facts.filter((f) => f.kind === 'health.major_illness' && s.living.has(f.personNo))),
  dangerous_house: (facts, s) =>
    latest(facts.filter((f) => f.kind === 'housing.dangerous_house' && s.dwelling.has(f.personNo))),
  water: (facts, s) => latest(facts.filter((f) => f.water > 0 && s.dwelling.has(f.personNo))),
  listed: (facts, s) => latest(facts.filter((f) => f.kind === 'rural.listed' && s.living.has(f.personNo))),
  leads: (facts, s) =>
    facts.filter((f) => f.kind.startsWith('leads.') && s.living.has(f.personNo) && f.day > s.asOf - (s.days ?? 0)),
  certificates: (facts, s) =>
    latestOfEach(facts.filter((f) => certificateKinds.has(f.kind) && s.living.has(f.personNo))),
  certificate: (facts, s) => latest(facts.filter((f) => certificateKinds.has(f.kind) && f.personNo === s.personNo)),
  death: (facts, s) =>
    facts
      .filter((f) => f.kind.endsWith('.death') && f.personNo === s.personNo)
      .sort((a, b) => a.day - b.day)
      .slice(0, 1),
};

/** Records (`<feed>/<record_id>`, sorted) that a finding rests on, and when the newest was received. */
export const chooseEvidence = (
  names: ReadonlySet<string>,
  facts: readonly EvidenceFact[],
  scope: EvidenceScope,
): { records: string[]; newest: Date | null } => {
  const chosen = new Map<string, EvidenceFact>();
  for (const name of names) {
    const choose = choices[name];
    if (choose === undefined) throw new Error(`indicators.yaml names unknown evidence ${name}`);
    for (const fact of choose(facts, scope)) chosen.set(fact.record, fact);
  }
  const newest = [...chosen.values()].reduce<Date | null>(
    (held, fact) => (held === null || fact.receivedAt > held ? fact.receivedAt : held),
    null,
  );
  return { records: [...chosen.keys()].sort(), newest };
};
