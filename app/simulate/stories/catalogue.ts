import type { Settings } from '../settings.ts';
import { dutyStories } from './duties.ts';
import { earningsStories } from './earnings.ts';
import { livingStories } from './living.ts';
import { medicalStories } from './medical.ts';
import { rigidStories } from './rigid.ts';
import { standardStories } from './standards.ts';
import type { Story } from './story.ts';

/** All stories about registered households. */
export const STORIES: readonly Story[] = [
  ...medicalStories,
  ...rigidStories,
  ...earningsStories,
  ...standardStories,
  ...livingStories,
  ...dutyStories,
];

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * Says which story, if any, happens to a household: every fifth household of a large run has one, and small runs have them
 * closer together so that (from about 120 households on) each is told once at least. The catalogue is walked with a stride so
 * that a small run shows stories of every kind.
 */
export const createCasting = (settings: Settings): ((household: number) => Story | null) => {
  const tellable = STORIES.filter((story) => story.minMonths <= settings.months);
  const every = Math.max(1, Math.min(5, Math.floor(settings.households / tellable.length)));
  let stride = 37;
  while (gcd(stride, tellable.length) !== 1) stride++;
  return (household) => (household % every === 0 ? tellable[((household / every) * stride) % tellable.length]! : null);
};
