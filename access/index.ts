/** The room's face: who may do and see what. */

export * from './contract.ts';
export { may, scopeOf } from './permission.ts';
