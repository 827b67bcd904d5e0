import type { Domain } from '../model.ts';
import { assistanceLife } from './assistance.ts';
import { disabilityLife } from './disability.ts';
import { healthLife } from './health.ts';
import { housingLife } from './housing.ts';
import { incomeLife } from './income.ts';
import { medicalLife } from './medical.ts';
import { mishapsLife } from './mishaps.ts';
import { policeLife } from './police.ts';
import { propertyLife } from './property.ts';
import { ruralLife } from './rural.ts';
import type { LifeScene } from './scene.ts';
import { schoolingLife } from './schooling.ts';
import { workLife } from './work.ts';

type Parts = readonly (readonly [Domain, (scene: LifeScene) => void])[];
const PARTS: Parts = [
  ['medical', medicalLife],
  ['health', healthLife],
  ['housing', housingLife],
  ['tax', incomeLife],
  ['disability', disabilityLife],
  ['rural', ruralLife],
];
const LATER_PARTS: Parts = [
  ['schooling', schoolingLife],
  ['work', workLife],
  ['mishaps', mishapsLife],
  ['police', policeLife],
  ['property', propertyLife],
  ['assistance', assistanceLife],
];
/** What the later departments report that a rule of any story could read: income, spending, deaths. */
export const TELLING: readonly Domain[] = ['schooling', 'work', 'mishaps', 'police'];

/** Enters what happens to a household without any story, but for the domains that a story wants for itself. */
export const liveOrdinarily = (scene: LifeScene, quiet: readonly Domain[]): void => {
  for (const [domain, live] of PARTS) if (!quiet.includes(domain)) live(scene);
};

/** The same for the departments that came later, with random numbers of their own: what the others sent stays as it was. */
export const liveWithLaterFeeds = (scene: LifeScene, quiet: readonly Domain[]): void => {
  for (const [domain, live] of LATER_PARTS) if (!quiet.includes(domain)) live(scene);
};
