import type { Department, Service } from '../../../alerts/contract.ts';

/**
 * Where a service goes unless a person chooses otherwise: the same table as `departmentOf` of alerts/contract.ts, which a
 * browser would have to load with the whole of zod. The test beside this file holds the two together.
 */
export const departmentOf: Readonly<Record<Service, Department>> = {
  medical: 'medical-insurance',
  education: 'education',
  housing: 'housing',
  employment: 'human-resources',
  industry: 'agriculture',
  child: 'civil-affairs',
  disaster: 'emergency',
  water: 'water',
  disability: 'disability',
  legal: 'justice',
  living: 'civil-affairs',
  heating: 'civil-affairs',
  care: 'civil-affairs',
  charity: 'charity',
};
