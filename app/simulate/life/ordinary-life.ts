import type { Domain } from '../model.ts';
import { disabilityLife } from './disability.ts';
import { healthLife } from './health.ts';
import { housingLife } from './housing.ts';
import { incomeLife } from './income.ts';
import { medicalLife } from './medical.ts';
import { ruralLife } from './rural.ts';
import type { LifeScene } from './scene.ts';

const PARTS: readonly (readonly [Domain, (scene: LifeScene) => void])[] = [
  ['medical', medicalLife],
  ['health', healthLife],
  ['housing', housingLife],
  ['tax', incomeLife],
  ['disability', disabilityLife],
  ['rural', ruralLife],
];

/** Enters what happens to a household without any story, but for the domains that a story wants for itself. */
export const liveOrdinarily = (scene: LifeScene, quiet: readonly Domain[]): void => {
  for (const [domain, live] of PARTS) if (!quiet.includes(domain)) live(scene);
};
