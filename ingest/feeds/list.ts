/** Every feed, a line each: this is where a new one is named (docs/new-feed.md). */

export { civilAffairs } from './civil-affairs.ts';
export { disability } from './disability.ts';
export { education } from './education.ts';
export { emergency } from './emergency.ts';
export { health } from './health.ts';
export { housing } from './housing.ts';
export { humanResources } from './human-resources.ts';
export { leads } from './leads.ts';
export { marketSupervision } from './market-supervision.ts';
export { medicalInsurance } from './medical-insurance.ts';
export { naturalResources } from './natural-resources.ts';
export { publicSecurity } from './public-security.ts';
export { ruralRevitalization } from './rural-revitalization.ts';
export { tax } from './tax.ts';
