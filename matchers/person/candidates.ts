import { FAMILIES } from './block-families.ts';
import { type Claim, NO_DAY } from './claim.ts';
import type { Candidate } from './decision.ts';
import { type Evidence, fieldBits, priorBits, shareOf, sharesOf, type Weights } from './evidence.ts';
import { compareToPerson, FIELDS } from './person-levels.ts';
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
      if (key === 0) continue;
      const block = register.blocks[f] as (typeof register.blocks)[number];
      const size = block.sizeOf(key);
      if (size > blockCap) {
        cut += size;
        continue;
      }
      block.visit(key, take);
    }
    for (const row of also) take(row);
    return cut;
  };

  /** Families that truly bring the two together; blocks also hold rows whose keys merely share a bucket. */
  const familiesOf = (claim: Claim, { personNo }: Candidate): string[] =>
    FAMILIES.flatMap(({ name, ofClaim, ofPerson }, f) => {
      const key = ofClaim(claim);
      if (key === 0 || (register.blocks[f]?.sizeOf(key) ?? 0) > blockCap) return [];
      const n = ofPerson(register.columns, register.names, register.rowOf(personNo), keys);
      return keys.subarray(0, n).includes(key) ? [name] : [];
    });

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
      compareToPerson(asked.claim, register.columns, register.names, row, levels);
      if (!isConceivable(levels) && !asked.also.includes(row)) continue;
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
    return { best: [{ ...first, families: familiesOf(asked.claim, first) }, ...others], cut };
  };
};

/** Of equal bits the lower number goes first, so that the order of blocks decides nothing. */
const isBetter = (bits: number, personNo: number, than: Candidate): boolean =>
  bits > than.bits || (bits === than.bits && personNo < than.personNo);
