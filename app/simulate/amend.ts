import type { Cell, FeedName } from './model.ts';
import { AT, position } from './writing/feed-columns.ts';

const SELF_PAID = position('medical-insurance', 'self_paid');
const HEALTH_HOSPITAL = position('health', 'hospital');
const AREA = position('housing', 'area_sqm');
const INCOME = position('tax', 'income_amount');
const REHAB = position('disability', 'rehab_amount');
const AMOUNT = position('rural-revitalization', 'amount');
const PENSION = position('human-resources', 'amount');
const BASIC = position('human-resources', 'basic_amount');
/** Where the amount of a feed stands whose other columns a correction leaves alone. */
const OTHERS: Partial<Record<FeedName, number>> = {
  education: position('education', 'amount'),
  emergency: position('emergency', 'loss_amount'),
  'natural-resources': position('natural-resources', 'amount'),
  'civil-affairs': position('civil-affairs', 'amount'),
};

const shrink = (cells: Cell[], at: number): boolean => {
  const fen = cells[at];
  if (typeof fen !== 'number' || fen < 100) return false;
  cells[at] = Math.floor(fen * 0.95) - 1;
  return true;
};

/** Other content for the same record, still valid: what a department changes when it corrects itself. A new array. */
export const amended = (feed: FeedName, before: readonly Cell[]): Cell[] => {
  const cells = [...before];
  // the basic part shrinks with the pension that it is a part of
  if (feed === 'human-resources') shrink(cells, BASIC);
  const other = OTHERS[feed];
  const changed =
    (feed === 'medical-insurance' && shrink(cells, SELF_PAID)) ||
    (feed === 'tax' && shrink(cells, INCOME)) ||
    (feed === 'disability' && shrink(cells, REHAB)) ||
    (feed === 'rural-revitalization' && shrink(cells, AMOUNT)) ||
    (feed === 'human-resources' && shrink(cells, PENSION)) ||
    (other !== undefined && shrink(cells, other));
  if (changed) return cells;
  if (feed === 'health') cells[HEALTH_HOSPITAL] = '模拟旗更正医院';
  else if (feed === 'housing') cells[AREA] = '66.6';
  else if (feed === 'tax') cells[INCOME] = 101;
  else if (typeof cells[AT.occurredOn] === 'number') cells[AT.occurredOn] = Number(cells[AT.occurredOn]) - 1;
  return cells;
};
