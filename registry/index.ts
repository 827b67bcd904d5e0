/** The room's face: who is registered, with history. */

export { readPresent, readUnderOneNumber } from './compared-persons.ts';
export * from './dirty-marks.ts';
export { discloseHousehold } from './disclose.ts';
export { type RegistryFile, registryFiles, standardKinds } from './files.ts';
export { importRegistry } from './import.ts';
export type { LineageStep } from './lineage.ts';
export { readLineage } from './lineage-store.ts';
export { refreshMirror } from './mirror.ts';
export { keepProvisionalHouseholds, type ProvisionalPerson, readCommonRegion } from './provisional.ts';
export * from './store.ts';
