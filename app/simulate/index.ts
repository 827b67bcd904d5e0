export { idNumber } from './id-number.ts';
/** @public the bench calls it from the built program */
export { writeMedicalBench } from './medical-bench.ts';
export { simulate } from './simulate.ts';
