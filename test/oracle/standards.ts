/** Which standard holds for a household on a day. */
import type { HouseholdView } from './household-view.ts';
import { type Rational, yuan } from './rational.ts';
import type { Standard } from './registry-state.ts';

/** Longest prefix, then own area before `any`, then latest effective_from; undefined where none is given. */
export function standardFor(view: HouseholdView, kind: string): Rational | undefined {
  const candidates = [...view.state.registry.standards.values()].filter(
    (standard) =>
      standard.kind === kind &&
      standard.effectiveFrom <= view.day &&
      view.regionCode.startsWith(standard.regionCode) &&
      (standard.area === view.area || standard.area === 'any'),
  );
  candidates.sort(compareStandards);
  const best = candidates[0];
  return best && yuan(best.amount);
}

function compareStandards(a: Standard, b: Standard): number {
  if (a.regionCode.length !== b.regionCode.length) return b.regionCode.length - a.regionCode.length;
  if (a.area !== b.area) return a.area === 'any' ? 1 : -1;
  return a.effectiveFrom < b.effectiveFrom ? 1 : -1;
}
