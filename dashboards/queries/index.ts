/** The room's face: read models of what people see. */

export * from './contract.ts';
export { listWarnings } from './warnings.ts';
