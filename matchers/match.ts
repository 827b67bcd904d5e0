import type { ClaimedIdentity } from '../ingest/index.ts';
import type { MatchOutcome } from './contract.ts';
import { type FormerNumbers, NO_FORMER_NUMBERS, nameAgrees } from './former-numbers.ts';
import { readCertificate } from './identity/disability-certificate.ts';
import { idNumberDefect, trustedIdNumber } from './identity/id-number.ts';
import type { MatchDecision } from './match-decision.ts';
import type { PersonLookup } from './person-index.ts';

const NOBODY: readonly number[] = [];
const inOrderOfNumbers = (a: number, b: number): number => a - b;

/** Everybody registered under a number, those with the name first. Only for the few records that a reviewer is asked about. */
const registeredUnder = (index: PersonLookup, idNumber: string, name: string): number[] => {
  const named: number[] = [];
  const others: number[] = [];
  index.find(idNumber, name, (personNo, sameName) => (sameName ? named : others).push(personNo));
  return [...named.sort(inOrderOfNumbers), ...others.sort(inOrderOfNumbers)];
};

const unregistered = (reasons: readonly string[], idNumber: string): MatchDecision => ({
  outcome: 'unregistered',
  personNo: 0,
  reasons,
  idNumber,
  candidates: NOBODY,
});

/**
 * Whose number it was: it is still theirs while nobody else has it, if only one person ever had it and the name is theirs.
 * A number that was taken back is as often a mistake that belongs to somebody else: whatever is left open goes to a reviewer.
 */
const decideByFormerNumber = (
  former: FormerNumbers,
  idNumber: string,
  name: string,
  tier: MatchOutcome,
): MatchDecision => {
  const owners = former.ownersOf(idNumber);
  const [owner] = owners;
  if (owner === undefined) return unregistered(['id_number_not_registered'], idNumber);
  const source = tier === 'exact' ? 'former_id_number' : 'former_certificate_number';
  const isOnly = owners.length === 1;
  if (isOnly && owner.name === name) {
    return {
      outcome: tier,
      personNo: owner.personNo,
      reasons: [source, 'name_equal'],
      idNumber,
      candidates: NOBODY,
    };
  }
  const named = owners.filter((one) => one.name === name).map((one) => one.personNo);
  const others = owners.filter((one) => one.name !== name).map((one) => one.personNo);
  const candidates = [...named.sort(inOrderOfNumbers), ...others.sort(inOrderOfNumbers)];
  const doubt = isOnly ? 'name_differs' : 'several_formerly_registered';
  return { outcome: 'review', personNo: 0, reasons: [source, doubt], idNumber, candidates };
};

/** Whose number it is, if the name agrees; a clearly different name is never decided without a reviewer. */
const decideByNumber = (
  present: PersonLookup,
  former: FormerNumbers,
  idNumber: string,
  name: string,
  tier: MatchOutcome,
): MatchDecision => {
  let registered = 0;
  let named = 0;
  let personNo = 0;
  present.find(idNumber, name, (candidate, sameName) => {
    registered += 1;
    if (!sameName) return;
    named += 1;
    personNo = candidate;
  });
  if (registered === 0) return decideByFormerNumber(former, idNumber, name, tier);
  const source = tier === 'exact' ? 'id_number_equal' : 'certificate_number_equal';
  if (named === 1) return { outcome: tier, personNo, reasons: [source, 'name_equal'], idNumber, candidates: NOBODY };
  const candidates = registeredUnder(present, idNumber, name);
  if (named > 1) {
    return { outcome: 'review', personNo: 0, reasons: [source, 'several_registered'], idNumber, candidates };
  }
  // Of two who shared a number the one keeps it. Records of the other go on bearing it, with the other's name.
  const before = former
    .ownersOf(idNumber)
    .filter((owner) => nameAgrees(name, owner.name))
    .map((owner) => owner.personNo)
    .sort(inOrderOfNumbers);
  const reasons = [source, 'name_differs', ...(before.length === 0 ? [] : ['formerly_of_another'])];
  return { outcome: 'review', personNo: 0, reasons, idNumber, candidates: [...candidates, ...before] };
};

/**
 * Matches one record by the exact and the certificate tier (commands.md): a trusted id number first; without one, the
 * number that a disability certificate begins with. A number that nobody has is looked for among those that people had
 * before. Pure; the same record and numbers give the same decision.
 */
export const matchRecord = (
  present: PersonLookup,
  identity: ClaimedIdentity,
  former: FormerNumbers = NO_FORMER_NUMBERS,
): MatchDecision => {
  const idNumber = identity.idNumber === '' ? null : trustedIdNumber(identity.idNumber);
  if (idNumber !== null) return decideByNumber(present, former, idNumber, identity.name, 'exact');
  const certificate = identity.disabilityCert === '' ? null : readCertificate(identity.disabilityCert);
  if (certificate !== null) return decideByNumber(present, former, certificate.idNumber, identity.name, 'certificate');
  // Whoever sends these has to be told: the digits were lost in a spreadsheet, and no matching brings them back.
  const lost = idNumberDefect(identity.idNumber) === 'scientific_notation';
  return unregistered(lost ? ['no_usable_identity', 'id_number_scientific_notation'] : ['no_usable_identity'], '');
};
