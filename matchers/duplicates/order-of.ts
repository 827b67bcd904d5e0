import type { OrderKind, ReviewVerdict } from '../contract.ts';
import type { DuplicateGround } from './compare-persons.ts';

/** What a verdict asks the registry's keeper to put right; null for nothing. Two people under one number can't be right either. */
export const orderOf = (ground: DuplicateGround, verdict: ReviewVerdict | null): OrderKind | null => {
  if (verdict === 'same') return 'duplicate';
  return verdict === 'different' && ground === 'same_number' ? 'shared_number' : null;
};
