// Links a public table and counts what is right. The same for every table: pairs at even odds or better, no threshold
// looked up in the truth; then groups, or pairs off where two tables without duplicates are linked.
import {
  candidatePairs,
  clusterEdges,
  comparePairs,
  createScorer,
  pairOff,
  scorePairs,
  trainModel,
} from '../../dist/matchers/linkage/index.js';

const EVEN_ODDS = 0;
/** A block of more pairs says too little about any of them. */
const CAP = 1_000_000;
const TRAINING = { seed: 7, randomPairs: 200_000 };

const pairsWithin = (sizes) => [...sizes.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);

const countBy = (values) => {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

const trueLinks = ({ entities, boundary }) => {
  const all = pairsWithin(countBy(entities));
  return boundary === null
    ? all
    : all - pairsWithin(countBy(entities.slice(0, boundary))) - pairsWithin(countBy(entities.slice(boundary)));
};

const rates = (right, made, all) => {
  const precision = made === 0 ? 1 : right / made;
  const recall = right / all;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
};

/** Figures of one table: `pairwise`, `final` (groups or pairs off), and how far blocking alone can get. */
export const linkTable = (table, schema) => {
  const began = performance.now();
  const { comparisons, rules } = schema(table);
  const rows = table.entities.length;
  const { entities, boundary } = table;
  const laps = [];
  const lap = (name) => laps.push([name, Math.round(performance.now() - began)]);
  lap('columns');
  const pairs = candidatePairs(rules, { boundary, cap: CAP });
  lap('pairs');
  const patterns = comparePairs(comparisons, pairs.left, pairs.right);
  lap('compared');
  const model = trainModel({ rows, boundary, comparisons, rules }, pairs, patterns, TRAINING);
  lap('trained');
  const scores = scorePairs(comparisons, model, pairs, patterns);
  lap('scored');
  const edges = [];
  for (let i = 0; i < scores.length; i += 1)
    if (scores[i] >= EVEN_ODDS) edges.push({ a: pairs.left[i], b: pairs.right[i], bits: scores[i] });
  const groups = boundary === null ? clusterEdges(rows, edges, createScorer(comparisons, model)) : null;
  const links = boundary === null ? edges : pairOff(edges);
  lap('grouped');
  const seconds = (performance.now() - began) / 1000;
  // The clock stands: from here on the truth is looked at.
  const all = trueLinks(table);
  const right = (made) => made.filter(({ a, b }) => entities[a] === entities[b]).length;
  const pairwise = rates(right(edges), edges.length, all);
  const both = groups && pairsWithin(countBy(entities.map((entity, row) => `${entity} ${groups[row]}`)));
  const final = groups ? rates(both, pairsWithin(countBy(groups)), all) : rates(right(links), links.length, all);
  let blocked = 0;
  for (let i = 0; i < pairs.left.length; i += 1) if (entities[pairs.left[i]] === entities[pairs.right[i]]) blocked += 1;
  return { rows, pairs: scores.length, cut: pairs.cut, blocked: blocked / all, pairwise, final, seconds, laps, model };
};
