import { expect, it } from 'vitest';
import { departmentOf as contract } from '../../../alerts/contract.ts';
import { departmentOf } from './service-departments.ts';

it('offers the department that the server would choose', () => {
  expect(departmentOf).toEqual(contract);
});
