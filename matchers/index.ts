/** The room's face: whose record is it. */

export { claimedKey } from './claimed-key.ts';
export * from './contract.ts';
export { duplicateRoutes } from './duplicate-routes.ts';
export {
  closeOrders,
  keepPairs,
  noteScanned,
  readPair,
  readScanned,
  readUnsettledPairs,
  releasePairs,
  type StoredPair,
} from './duplicate-store.ts';
export type { FoundPair } from './duplicates/compare-persons.ts';
export { createDuplicateFinder, pairsUnderOneNumber } from './duplicates/find-duplicates.ts';
export {
  insertExplanations,
  type KeptExplanation,
  readExplanation,
} from './explanation-store.ts';
export { createFormerNumbers, type FormerNumbers } from './former-numbers.ts';
export { readDegree } from './identity/disability-certificate.ts';
export { type IdNumberDefect, idNumberDefect, statedByIdNumber, trustedIdNumber } from './identity/id-number.ts';
export { probabilityOfBits } from './linkage/linkage-model.ts';
export type { Explained, MatchDecision } from './match-decision.ts';
export { nameKind } from './names/name-kind.ts';
export { isByVerdict, type Judgement, type Judgements, obey } from './obey.ts';
export * from './person/index.ts';
export { createPersonIndex, type PersonIndex } from './person-index.ts';
export { agreementOf } from './review/agreement.ts';
export { urgencyOf } from './review/urgency.ts';
export {
  type AskedQuestion,
  askReviewers,
  hasQuestions,
  noteSettled,
  readJudgements,
  readQuestion,
  readShown,
  readUnsettled,
  releaseQuestions,
  type StoredQuestion,
} from './review-store.ts';
export { reviewRoutes } from './routes.ts';
export { createSeenKeys, everyKey, repeatedKeys, type SeenKeys } from './seen-keys.ts';
export * from './store.ts';
export { dropWaiting, readHeld, readReviewHashes, readUnregistered } from './waiting.ts';
export { createWhose, type Evidently, scoreOf, type Whose } from './whose.ts';
