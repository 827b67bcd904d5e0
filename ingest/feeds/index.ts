import type { Feed } from '../feed.ts';
import { civilAffairs } from './civil-affairs.ts';
import { disability } from './disability.ts';
import { education } from './education.ts';
import { emergency } from './emergency.ts';
import { health } from './health.ts';
import { housing } from './housing.ts';
import { humanResources } from './human-resources.ts';
import { leads } from './leads.ts';
import { marketSupervision } from './market-supervision.ts';
import { medicalInsurance } from './medical-insurance.ts';
import { naturalResources } from './natural-resources.ts';
import { publicSecurity } from './public-security.ts';
import { ruralRevitalization } from './rural-revitalization.ts';
import { tax } from './tax.ts';

/** Every feed that the product takes, in the order of feeds.md section 3. */
const all: readonly Feed[] = [
  medicalInsurance,
  health,
  housing,
  tax,
  disability,
  ruralRevitalization,
  education,
  humanResources,
  emergency,
  publicSecurity,
  naturalResources,
  marketSupervision,
  civilAffairs,
  leads,
];

/** Feeds by their folder and topic name. */
export const feeds: ReadonlyMap<string, Feed> = new Map(all.map((feed) => [feed.name, feed]));
