import { FAMILIES } from './block-families.ts';
import { type Claim, NO_DAY } from './claim.ts';
import type { Candidate } from './decision.ts';
import { type Evidence, fieldBits, priorBits, shareOf, sharesOf, type Weights } from './evidence.ts';
import { compareNameAndBirth, compareOthers, FIELDS } from './person-levels.ts';
import type { PersonRegister } from './person-register.ts';
import { isConceivable, vetoesOf } from './vetoes.ts';

export interface Found {
  /** The best first, as many as a reviewer is shown. */
  readonly best: readonly Candidate[];
  /** Rows that were not looked at because their blocks are too large. */
  readonly cut: number;
}

export interface Asked {
  readonly claim: Claim;
  readonly department: string;
  readonly occurredOn: number | null;
  /** Rows to be looked at whatever the blocks say. */
  readonly also: readonly number[];
}

const SHOWN = 3;

/** Looks for candidates in the blocks of every family and scores them. One for a register: it keeps scratch arrays. */
export const createCandidateSearch = (
  register: PersonRegister,
  weights: Weights,
  blockCap: number,
): ((asked: Asked) => Found) => {
  /** Turn in which a row was last seen. */
  let seenIn = new Uint32Array(1024);
  let turn = 0;
  const rows: number[] = [];
  const levels = new Int8Array(FIELDS.length);
  const shares = new Float64Array(FIELDS.length);
  const keys = new Uint32Array(2);
  /** Keys of the record whose blocks were looked through; 0 for none. */
  const claimed = new Uint32Array(FAMILIES.length);

  const gather = ({ claim, also }: Asked): number => {
    if (seenIn.length < register.rows) {
      seenIn = new Uint32Array(Math.ceil(register.rows * 1.2));
      turn = 0;
    }
    turn += 1;
    rows.length = 0;
    let cut = 0;
    const { alive } = register.columns;
    const take = (row: number): void => {
      if (alive[row] === 0 || seenIn[row] === turn) return;
      seenIn[row] = turn;
      rows.push(row);
    };
    for (let f = 0; f < FAMILIES.length; f += 1) {
      const key = (FAMILIES[f] as (typeof FAMILIES)[number]).ofClaim(claim);
      claimed[f] = 0;
      if (key === 0) continue;
      const block = register.blocks[f] as (typeof register.blocks)[number];
      const size = block.sizeOf(key);
      if (size > blockCap) {
        cut += size;
        continue;
      }
      claimed[f] = key;
      block.visit(key, take);
    }
    for (const row of also) take(row);
    return cut;
  };

  /** Families that truly bring the two together; blocks also hold rows whose keys merely share a bucket. */
  const familiesOf = (row: number): string[] => {
    const found: string[] = [];
    for (let f = 0; f < FAMILIES.length; f += 1) {
      const key = claimed[f] as number;
      if (key === 0) continue;
      const { name, ofPerson } = FAMILIES[f] as (typeof FAMILIES)[number];
      const n = ofPerson(register.columns, register.names, row, keys);
      if (keys[0] === key || (n > 1 && keys[1] === key)) found.push(name);
    }
    return found;
  };

  /** Bits of the levels in scratch, summed as `totalBits` sums them. */
  const bitsNow = (department: string, prior: number): number => {
    let total = prior;
    for (let field = 0; field < levels.length; field += 1) {
      total += fieldBits(weights, department, field, levels[field] as number, shares[field] as number);
    }
    return total;
  };

  const candidateOf = (asked: Asked, row: number, persons: number, bits: number): Candidate => {
    const { columns: c } = register;
    const died = c.diedOn[row] as number;
    const evidence: Evidence = {
      levels: Array.from(levels),
      shares: Array.from(shares),
      department: asked.department,
      persons,
      householdBits: 0,
    };
    return {
      personNo: c.personNo[row] as number,
      householdNo: c.householdNo[row] as number,
      bits,
      evidence,
      vetoes: vetoesOf(levels, asked.occurredOn, died === NO_DAY ? null : died),
      families: [],
    };
  };

  return (asked) => {
    const cut = gather(asked);
    const shared = sharesOf(asked.claim, register);
    const prior = priorBits(weights, shared.persons);
    const best: Candidate[] = [];
    for (const row of rows) {
      compareNameAndBirth(asked.claim, register.columns, register.names, row, levels);
      if (!isConceivable(levels) && !asked.also.includes(row)) continue;
      compareOthers(asked.claim, register.columns, row, levels);
      for (let field = 0; field < levels.length; field += 1) {
        shares[field] = shareOf(shared, weights, field, levels[field] as number);
      }
      const bits = bitsNow(asked.department, prior);
      const personNo = register.columns.personNo[row] as number;
      let at = best.length;
      while (at > 0 && isBetter(bits, personNo, best[at - 1] as Candidate)) at -= 1;
      if (at >= SHOWN) continue;
      // Most rows never come this far: only these become objects.
      best.splice(at, 0, candidateOf(asked, row, shared.persons, bits));
      if (best.length > SHOWN) best.pop();
    }
    const [first, ...others] = best;
    if (first === undefined) return { best, cut };
    return { best: [{ ...first, families: familiesOf(register.rowOf(first.personNo)) }, ...others], cut };
  };
};

/** Of equal bits the lower number goes first, so that the order of blocks decides nothing. */
const isBetter = (bits: number, personNo: number, than: Candidate): boolean =>
  bits > than.bits || (bits === than.bits && personNo < than.personNo);
