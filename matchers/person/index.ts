/** The person matcher: register, model, decisions, explanations, training and evaluation. */
export * from './decision.ts';
export { createEvaluation, type Evaluation, type Rates } from './evaluation.ts';
export { evaluationPicture } from './evaluation-picture.ts';
export { createExplainer, type Explanation, recompute } from './explanation.ts';
export { settleHousehold } from './household-context.ts';
export { createMatcher, type Occasion } from './matcher.ts';
export { modelHash, type PersonModel, personModel } from './person-model.ts';
export { createPersonRegister, type PersonRegister } from './person-register.ts';
export type { RegisteredPerson } from './registered-person.ts';
export { fieldInChinese, levelInChinese } from './sentences.ts';
export { type TrainingRecord, trainMatcher } from './train-matcher.ts';
