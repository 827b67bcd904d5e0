import type { ClaimedIdentity } from '../../ingest/index.ts';
import { trustedIdNumber } from '../identity/id-number.ts';
import { type BlockingRule, candidatePairs } from '../linkage/blocking.ts';
import { type Comparison, MISSING } from '../linkage/comparison.ts';
import { comparePairs, type Patterns } from '../linkage/patterns.ts';
import { trainModel } from '../linkage/train.ts';
import { matchRecord } from '../match.ts';
import type { Judgement } from '../obey.ts';
import { FAMILIES, factsOfClaim, factsOfPerson, noFacts } from './block-families.ts';
import { calibrateAuto, type KnownRecord } from './calibrate.ts';
import { type Claim, readClaim } from './claim.ts';
import { withLeastM } from './least-m.ts';
import { compareToPerson, FIELDS } from './person-levels.ts';
import { BLOCK_CAP, type PersonModel, THRESHOLDS } from './person-model.ts';
import type { PersonRegister } from './person-register.ts';
import { isConceivable } from './vetoes.ts';

export interface TrainingRecord {
  readonly feed: string;
  readonly identity: ClaimedIdentity;
  /** What reviewers found out about it, persons by their numbers in the register. */
  readonly judged?: Judgement;
}

/** Random pairs for u. */
const RANDOM_PAIRS = 500_000;
/** A department with fewer links by number keeps the weights of all. */
const LEAST_LINKS = 200;
/** How many links of all departments together stand beside a department's own. */
const BORROWED_LINKS = 100;
/** Departments also write about others, however few a sample shows. */
const [LEAST_SHARE, MOST_SHARE] = [0.05, 0.9];

/** Fields that a family's key decides. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  'name and birth': ['name', 'birth'],
  'skeleton and birth': ['name', 'birth'],
  'county and birth': ['birth', 'place'],
  'county, month and first syllable': ['name', 'birth', 'place'],
  'birth and order': ['birth', 'masked id', 'typed id'],
  'county and name': ['name', 'place'],
  'ends of the id number': ['masked id', 'typed id'],
  house: ['place'],
  phone: ['phone'],
};

/** Records first, registered persons after them: to the linkage they are two tables without duplicates. */
const rulesOf = (
  register: PersonRegister,
  records: readonly TrainingRecord[],
  claims: readonly Claim[],
): BlockingRule[] => {
  const persons = register.rows;
  const { people, names } = register;
  const facts = noFacts();
  const out = new Uint32Array(2);
  const families = FAMILIES.map(({ name, keys: keysOf }): BlockingRule => {
    const known = new Map<number, number>();
    const keys = new Int32Array(claims.length + persons).fill(-1);
    const number = (key: number): number => {
      if (key === 0) return -1;
      const id = known.get(key) ?? known.size;
      known.set(key, id);
      return id;
    };
    claims.forEach((claim, i) => {
      factsOfClaim(claim, facts);
      keysOf(facts, out);
      keys[i] = number(out[0] as number);
    });
    for (let row = 0; row < persons; row += 1) {
      if (people.personNo(row) === 0) continue;
      factsOfPerson(people, names, row, facts);
      keysOf(facts, out);
      keys[claims.length + row] = number(out[0] as number);
    }
    return { name, keys, fixes: FIXED[name] ?? [] };
  });
  return [
    { name: 'id number', keys: numberKeys(records, register, claims.length), fixes: ['masked id', 'typed id'] },
    ...families,
  ];
};

/** Whether reviewers found that a record is not a person's. */
const isForbidden = (judged: Judgement | undefined, personNo: number): boolean =>
  judged !== undefined && (judged.must === 0 ? judged.cannot.has(personNo) : judged.must !== personNo);

/** A key for every trusted number that is registered, and for what a verdict links. The number itself is hidden from the comparison; what is left shows how departments write people. */
const numberKeys = (records: readonly TrainingRecord[], register: PersonRegister, offset: number): Int32Array => {
  const keys = new Int32Array(offset + register.rows).fill(-1);
  records.forEach(({ identity, judged }, i) => {
    const isOf = (personNo: number): void => {
      const row = register.rowOf(personNo);
      if (row < 0 || isForbidden(judged, personNo)) return;
      keys[i] = row;
      keys[offset + row] = row;
    };
    const must = judged?.must ?? 0;
    const trusted = trustedIdNumber(identity.idNumber);
    if (must !== 0) isOf(must);
    else if (trusted !== null) register.byNumber.find(trusted, '', isOf);
  });
  return keys;
};

/** Compares a record with a person field by field; all fields of a pair are judged at once and kept for the next question. */
const comparisonsOf = (register: PersonRegister, claims: readonly Claim[]): Comparison[] => {
  const levels = new Int8Array(FIELDS.length);
  let [lastA, lastB] = [-1, -1];
  const at = (field: number) => (a: number, b: number) => {
    if (a !== lastA || b !== lastB) {
      compareToPerson(claims[a] as Claim, register.people, register.names, b - claims.length, levels);
      [lastA, lastB] = [a, b];
    }
    return levels[field] as number;
  };
  return FIELDS.map(({ name, levels: of }, field) => ({ name, levels: of, compare: at(field) }));
};

/** How one department's records of people who are known by number reach each level, beside what all departments show. */
const departmentM = (model: PersonModel['linkage'], counts: readonly Float64Array[]): Record<string, number[]> =>
  Object.fromEntries(
    model.comparisons.map(({ name, levels }, c) => {
      const own = counts[c] as Float64Array;
      const total = own.reduce((a, b) => a + b, 0);
      const mixed = levels.map(({ m }, l) => ((own[l] as number) + BORROWED_LINKS * m) / (total + BORROWED_LINKS));
      return [name, withLeastM(name, mixed)];
    }),
  );

const withLeast = ({ name, levels }: PersonModel['linkage']['comparisons'][number]) => {
  const raised = withLeastM(
    name,
    levels.map(({ m }) => m),
  );
  return { name, levels: levels.map((level, l) => ({ ...level, m: raised[l] as number })) };
};

/** Fields whose m a department may have for itself: a link by number says nothing about numbers, and asks for the name. */
const OF_A_DEPARTMENT = ['birth', 'place', 'phone'];

const departmentsOf = (
  model: PersonModel['linkage'],
  records: readonly TrainingRecord[],
  pairs: { left: Int32Array; right: Int32Array },
  keys: Int32Array,
  patterns: Patterns,
): PersonModel['departments'] => {
  const width = FIELDS.length;
  const counts = new Map<string, { links: number; of: Float64Array[] }>();
  pairs.left.forEach((a, i) => {
    if ((keys[a] as number) < 0 || keys[a] !== keys[pairs.right[i] as number]) return;
    const { feed } = records[a] as TrainingRecord;
    const own = counts.get(feed) ?? { links: 0, of: FIELDS.map(({ levels }) => new Float64Array(levels.length)) };
    counts.set(feed, own);
    own.links += 1;
    for (let c = 0; c < width; c += 1) {
      const level = patterns.levels[(patterns.ofPair[i] as number) * width + c] as number;
      const of = own.of[c] as Float64Array;
      if (level !== MISSING) of[level] = (of[level] as number) + 1;
    }
  });
  return Object.fromEntries(
    [...counts]
      .filter(([, { links }]) => links >= LEAST_LINKS)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([feed, { of }]) => [
        feed,
        Object.fromEntries(Object.entries(departmentM(model, of)).filter(([name]) => OF_A_DEPARTMENT.includes(name))),
      ]),
  );
};

/**
 * Learns the matcher's model from records and the registry, without labels: u from random pairs, m in one session for every
 * family of blocks and one for links by number with the number hidden. Verdicts are obeyed: what reviewers linked stands beside the
 * links by number, what they told apart is no pair. Same data and seed: same model, to the bit.
 */
export const trainMatcher = (
  register: PersonRegister,
  records: readonly TrainingRecord[],
  seed: number,
): PersonModel => {
  const claims = records.map(({ identity }) => readClaim(identity));
  const comparisons = comparisonsOf(register, claims);
  const rules = rulesOf(register, records, claims);
  const rows = claims.length + register.rows;
  const all = candidatePairs(rules, { boundary: claims.length, cap: BLOCK_CAP * BLOCK_CAP });
  // Families share house and phone: who agrees neither in name nor in birth is never one person (vetoes.ts).
  const levels = new Int8Array(FIELDS.length);
  const kept = Int32Array.from(all.left.keys()).filter((i) => {
    const left = all.left[i] as number;
    const row = (all.right[i] as number) - claims.length;
    if (isForbidden(records[left]?.judged, register.people.personNo(row))) return false;
    compareToPerson(claims[left] as Claim, register.people, register.names, row, levels);
    return isConceivable(levels);
  });
  const pairs = {
    left: kept.map((i) => all.left[i] as number),
    right: kept.map((i) => all.right[i] as number),
    cut: all.cut,
  };
  const patterns = comparePairs(comparisons, pairs.left, pairs.right);
  const data = { rows, boundary: claims.length, comparisons, rules };
  const learned = trainModel(data, pairs, patterns, { seed, randomPairs: RANDOM_PAIRS });
  const linkage = { ...learned, comparisons: learned.comparisons.map(withLeast) };
  const keys = (rules[0] as BlockingRule).keys;
  const model: PersonModel = {
    linkage,
    registeredShare: registeredShareOf(register, records),
    departments: departmentsOf(linkage, records, pairs, keys, patterns),
    thresholds: { ...THRESHOLDS },
    blockCap: BLOCK_CAP,
    learnedFrom: { records: records.length, persons: register.size, candidatePairs: pairs.left.length, seed },
  };
  const auto = calibrateAuto(register, model, knownByNumber(register, records));
  return { ...model, thresholds: { ...THRESHOLDS, auto } };
};

/** Share of records with a right number whose number is registered: of the others it can't be seen. */
const registeredShareOf = (register: PersonRegister, records: readonly TrainingRecord[]): number => {
  let stated = 0;
  let registered = 0;
  for (const { identity } of records) {
    const { outcome, idNumber } = matchRecord(register.byNumber, identity);
    if (idNumber === '') continue;
    stated += 1;
    if (outcome !== 'unregistered') registered += 1;
  }
  return Math.min(MOST_SHARE, Math.max(LEAST_SHARE, (registered + 1) / (stated + 2)));
};

/** Records whose number and name agree with one registered person. */
const knownByNumber = (register: PersonRegister, records: readonly TrainingRecord[]): KnownRecord[] =>
  records.flatMap(({ feed, identity, judged }) => {
    const { outcome, personNo } = matchRecord(register.byNumber, identity);
    return outcome === 'exact' && !isForbidden(judged, personNo) ? [{ feed, identity, personNo }] : [];
  });
