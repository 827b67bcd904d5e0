/** The room's face: whose record is it. */

export * from './contract.ts';
export { readDegree } from './identity/disability-certificate.ts';
export { type IdNumberDefect, idNumberDefect, statedByIdNumber, trustedIdNumber } from './identity/id-number.ts';
export { matchRecord } from './match.ts';
export { nameKind } from './names/name-kind.ts';
export * from './person/index.ts';
export { createPersonIndex, type PersonIndex } from './person-index.ts';
export { createSeenKeys, everyKey, repeatedKeys, type SeenKeys } from './seen-keys.ts';
export * from './store.ts';
export { dropWaiting, readUnregistered } from './waiting.ts';
