/** The room's face: what facts mean. */

export { type Catalogue, CatalogueError, loadCatalogue } from './catalogue.ts';
export * from './contract.ts';
export { evaluateRules } from './evaluate.ts';
export { createFactRows, type Fact, type FactRows, factVersion } from './facts.ts';
export { parametersFor } from './parameters.ts';
export { createWatermarks, incomeMonths, type StandardRow, standardsFor, type Watermark } from './regions.ts';
