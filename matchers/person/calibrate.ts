import type { ClaimedIdentity } from '../../ingest/index.ts';
import { probabilityOfBits } from '../linkage/linkage-model.ts';
import { createCandidateSearch } from './candidates.ts';
import { readClaim } from './claim.ts';
import { weightsOf } from './evidence.ts';
import type { PersonModel } from './person-model.ts';
import type { PersonRegister } from './person-register.ts';

/** A record whose person is known by number. */
export interface KnownRecord {
  readonly feed: string;
  readonly identity: ClaimedIdentity;
  readonly personNo: number;
}

/** Where the threshold may come to lie: a link that is wrong in 1 of 250 is the least certain, whatever the data say. */
const [LOWEST, HIGHEST, STEP] = [8, 13, 0.5];
/** Half of the wrong links that are allowed at all (1 in 2,000): the other half is for what no training shows. */
const WRONG_AT_MOST = 0.00025;
const LEAST_LINKS = 1_000;
const MOST_RECORDS = 20_000;

/** What is left of a record when its number is masked, with the day of birth or without, or not there at all. */
const hide = (identity: ClaimedIdentity, way: number): ClaimedIdentity => {
  const masked = `${identity.idNumber.slice(0, 6)}********${identity.idNumber.slice(14)}`;
  const without = { ...identity, disabilityCert: '' };
  if (way === 0) return { ...without, idNumber: masked, birthDate: null };
  return { ...without, idNumber: way === 1 ? masked : '' };
};

/**
 * The bits from which a link is made by itself: the fewest at which records of known people with their number hidden are linked wrongly
 * in 1 of 4,000 at most, by count and by what their bits promise. HIGHEST where there is too little to judge by.
 */
export const calibrateAuto = (register: PersonRegister, model: PersonModel, known: readonly KnownRecord[]): number => {
  const search = createCandidateSearch(register, weightsOf(model), model);
  const every = Math.max(1, Math.floor(known.length / MOST_RECORDS));
  const links: { bits: number; right: boolean }[] = [];
  for (let i = 0; i < known.length; i += every) {
    const { feed, identity, personNo } = known[i] as KnownRecord;
    const claim = readClaim(hide(identity, links.length % 3));
    const [best, second] = search({ claim, department: feed, occurredOn: null, also: [] }).best;
    if (best === undefined || best.bits < LOWEST || best.vetoes.length > 0) continue;
    if (second !== undefined && best.bits - second.bits < model.thresholds.margin) continue;
    links.push({ bits: best.bits, right: best.personNo === personNo });
  }
  for (let auto = LOWEST; auto < HIGHEST; auto += STEP) {
    const made = links.filter(({ bits }) => bits >= auto);
    if (made.length < LEAST_LINKS) break;
    const wrong = made.filter(({ right }) => !right).length / made.length;
    const doubt = made.reduce((sum, { bits }) => sum + 1 - probabilityOfBits(bits), 0) / made.length;
    if (Math.max(wrong, doubt) <= WRONG_AT_MOST) return auto;
  }
  return HIGHEST;
};
