/** Fellegi-Sunter linkage of any table: blocks, levels, learning without labels, scores, groups. */
export * from './blocking.ts';
export * from './cluster.ts';
export * from './column.ts';
export * from './comparison.ts';
export * from './distance.ts';
export * from './linkage-model.ts';
export * from './patterns.ts';
export * from './score.ts';
export * from './seeded-random.ts';
export * from './train.ts';
