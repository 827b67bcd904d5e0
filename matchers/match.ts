import type { ClaimedIdentity } from '../ingest/index.ts';
import type { MatchOutcome } from './contract.ts';
import { readCertificate } from './identity/disability-certificate.ts';
import { idNumberDefect, trustedIdNumber } from './identity/id-number.ts';
import type { MatchDecision } from './match-decision.ts';
import type { PersonIndex } from './person-index.ts';

const NOBODY: readonly number[] = [];

/** Everybody registered under a number, those with the name first. Only for the few records that a reviewer is asked about. */
const registeredUnder = (index: PersonIndex, idNumber: string, name: string): number[] => {
  const named: number[] = [];
  const others: number[] = [];
  index.find(idNumber, name, (personNo, sameName) => (sameName ? named : others).push(personNo));
  const inOrder = (a: number, b: number): number => a - b;
  return [...named.sort(inOrder), ...others.sort(inOrder)];
};

const unregistered = (reasons: readonly string[], idNumber: string): MatchDecision => ({
  outcome: 'unregistered',
  personNo: 0,
  reasons,
  idNumber,
  candidates: NOBODY,
});

/** Whose number it is, if the name agrees; a clearly different name is never decided without a reviewer. */
const decideByNumber = (index: PersonIndex, idNumber: string, name: string, tier: MatchOutcome): MatchDecision => {
  let registered = 0;
  let named = 0;
  let personNo = 0;
  index.find(idNumber, name, (candidate, sameName) => {
    registered += 1;
    if (!sameName) return;
    named += 1;
    personNo = candidate;
  });
  if (registered === 0) return unregistered(['id_number_not_registered'], idNumber);
  const source = tier === 'exact' ? 'id_number_equal' : 'certificate_number_equal';
  if (named === 1) return { outcome: tier, personNo, reasons: [source, 'name_equal'], idNumber, candidates: NOBODY };
  const doubt = named === 0 ? 'name_differs' : 'several_registered';
  const candidates = registeredUnder(index, idNumber, name);
  return { outcome: 'review', personNo: 0, reasons: [source, doubt], idNumber, candidates };
};

/**
 * Matches one record by the exact and the certificate tier (commands.md): a trusted id number first; without one, the
 * number that a disability certificate begins with. Pure; the same record and index give the same decision.
 */
export const matchRecord = (index: PersonIndex, identity: ClaimedIdentity): MatchDecision => {
  const idNumber = identity.idNumber === '' ? null : trustedIdNumber(identity.idNumber);
  if (idNumber !== null) return decideByNumber(index, idNumber, identity.name, 'exact');
  const certificate = identity.disabilityCert === '' ? null : readCertificate(identity.disabilityCert);
  if (certificate !== null) return decideByNumber(index, certificate.idNumber, identity.name, 'certificate');
  // Whoever sends these has to be told: the digits were lost in a spreadsheet, and no matching brings them back.
  const lost = idNumberDefect(identity.idNumber) === 'scientific_notation';
  return unregistered(lost ? ['no_usable_identity', 'id_number_scientific_notation'] : ['no_usable_identity'], '');
};
