import type { ClaimedIdentity } from '../../ingest/index.ts';
import { SAME_BIRTH } from '../identity/birth-level.ts';
import { readIdNumber } from '../identity/read-id-number.ts';
import { MISSING } from '../linkage/comparison.ts';
import { SAME_NAME } from '../names/name-level.ts';
import { type Claim, NO_DAY, readClaim } from '../person/claim.ts';
import type { Candidate, PersonDecision } from '../person/decision.ts';
import { type Evidence, shareOf, sharesOf, totalBits, weightsOf } from '../person/evidence.ts';
import { createExplainer, type Explanation } from '../person/explanation.ts';
import { createGatherer } from '../person/gather.ts';
import { BIRTH, compareToPerson, FIELDS, NAME, PHONE, PLACE, TYPED_ID } from '../person/person-levels.ts';
import type { PersonModel } from '../person/person-model.ts';
import type { PersonRegister } from '../person/person-register.ts';
import type { RegisteredPerson } from '../person/registered-person.ts';
import { vetoesOf } from '../person/vetoes.ts';

/** Why two registered persons may be one. */
export type DuplicateGround = 'same_number' | 'evidence';

/** Two persons of the registry who may be one, the lower number first. */
export interface FoundPair {
  readonly first: number;
  readonly second: number;
  readonly ground: DuplicateGround;
  readonly bits: number;
  readonly explanation: Explanation;
}

const EQUAL = 0;
/** Levels of place and phone that a family has in common and a namesake elsewhere has not. */
const SAME_HOUSE = 0;
const SHARED_PHONE = 1;
const ENDS_NEARLY_EQUAL = 1;
/** From so many days on the day of birth is a generation away: father and son of one name, and no slip of the hand. */
const A_GENERATION = 12 * 365;

/** A registered person as a record would name them. Who has no phone of their own gives the household's. */
export const asClaimed = (person: RegisteredPerson): ClaimedIdentity => ({
  ...{ name: person.name, idNumber: person.idNumber, birthDate: person.birthDay, disabilityCert: '' },
  ...{ phone: person.phone === '' ? person.householdPhone : person.phone },
  ...{ address: person.address, regionCode: person.regionCode },
});

/** The id number where it can be trusted, '' else: 111... and the like are nobody's. */
const rightNumber = ({ idNumber }: RegisteredPerson): string => {
  const reading = readIdNumber(idNumber);
  return reading.kind === 'trusted' ? reading.number : '';
};

const isSlipped = ({ reading }: Claim): boolean => reading.kind === 'broken' || reading.kind === 'masked';

/** Whether name and birth agree as those of one person's two rows would. */
export const agreesInNameAndBirth = ({ levels }: Evidence): boolean => {
  const name = levels[NAME] as number;
  const birth = levels[BIRTH] as number;
  return name !== MISSING && name <= SAME_NAME && birth !== MISSING && birth <= SAME_BIRTH;
};

/**
 * Whether two right id numbers that differ may still be one person's. They speak for two people (twins whose names sound
 * alike, namesakes of one day), so that everything else has to be equal, and house or phone as well.
 */
const mayHaveTwoNumbers = ({ levels }: Evidence): boolean => {
  const [place, phone] = [levels[PLACE] as number, levels[PHONE] as number];
  const atHome = place === SAME_HOUSE || (phone !== MISSING && phone <= SHARED_PHONE);
  return levels[NAME] === EQUAL && levels[BIRTH] === EQUAL && atHome;
};

/** Compares two registered persons by the matcher's model. The same two give the same, whichever is named first. */
export const createPairComparison = (
  register: PersonRegister,
  model: PersonModel,
): ((a: RegisteredPerson, b: RegisteredPerson) => FoundPair | null) => {
  const weights = weightsOf(model);
  const explain = createExplainer(model);
  const gathered = createGatherer(register, model.blockCap);
  const levels = new Int8Array(FIELDS.length);

  const compare = (claim: Claim, personNo: number): Candidate | null => {
    const row = register.rowOf(personNo);
    if (row < 0) return null;
    compareToPerson(claim, register.people, register.names, row, levels);
    gathered.begin(claim, []);
    const shared = sharesOf(claim, gathered.sharing, register);
    const evidence: Evidence = {
      levels: Array.from(levels),
      shares: Array.from(levels, (level, field) => shareOf(shared, weights, field, level)),
      ...{ department: '', persons: shared.persons, householdBits: 0 },
    };
    const householdNo = register.people.householdNo(row);
    const vetoes = vetoesOf(levels, null, null);
    return { personNo, householdNo, bits: totalBits(weights, evidence), evidence, vetoes, families: [] };
  };

  const isGenerationApart = (claim: Claim, personNo: number, { levels: found }: Evidence): boolean => {
    const typed = found[TYPED_ID] as number;
    // A number whose end agrees says that the digit of the decade is the slip.
    if (typed !== MISSING && typed <= ENDS_NEARLY_EQUAL) return false;
    const birth = register.people.birth(register.rowOf(personNo));
    return birth !== NO_DAY && claim.birth !== NO_DAY && Math.abs(birth - claim.birth) >= A_GENERATION;
  };

  return (a, b) => {
    const [first, second] = a.personNo < b.personNo ? [a, b] : [b, a];
    const [early, late] = [readClaim(asClaimed(first)), readClaim(asClaimed(second))];
    // A slipped number is compared as that of a record; a right one is not compared at all.
    const isEarly = isSlipped(early) && !isSlipped(late);
    const claim = isEarly ? early : late;
    const other = isEarly ? second : first;
    const found = compare(claim, other.personNo);
    if (found === null) return null;
    const [one, two] = [rightNumber(first), rightNumber(second)];
    const ground = one !== '' && one === two ? 'same_number' : 'evidence';
    const differ = one !== '' && two !== '' && one !== two;
    if (ground === 'evidence') {
      if (found.bits < model.thresholds.review || found.vetoes.length > 0) return null;
      if (!agreesInNameAndBirth(found.evidence) || isGenerationApart(claim, other.personNo, found.evidence))
        return null;
      if (differ && !mayHaveTwoNumbers(found.evidence)) return null;
    }
    const why = ground === 'same_number' ? 'id_number_equal' : differ ? 'two_right_numbers' : 'evidence_enough';
    const decision: PersonDecision = {
      ...{ outcome: 'review', personNo: 0, idNumber: '', tier: ground === 'same_number' ? 1 : 4, reasons: [why] },
      ...{ candidates: [found], margin: null, vetoes: found.vetoes, cut: 0 },
    };
    return {
      ...{ first: first.personNo, second: second.personNo, ground },
      ...{ bits: found.bits, explanation: explain(decision) },
    };
  };
};
