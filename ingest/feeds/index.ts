import type { Feed } from '../feed.ts';
import { disability } from './disability.ts';
import { health } from './health.ts';
import { housing } from './housing.ts';
import { medicalInsurance } from './medical-insurance.ts';
import { ruralRevitalization } from './rural-revitalization.ts';
import { tax } from './tax.ts';

/** Every feed that the product takes, by folder and topic name. */
export const feeds: ReadonlyMap<string, Feed> = new Map(
  [medicalInsurance, health, housing, tax, disability, ruralRevitalization].map((feed) => [feed.name, feed]),
);
