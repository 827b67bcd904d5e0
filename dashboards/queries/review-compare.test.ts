import { expect, it } from 'vitest';
import { compare, masked, saidBy } from './review-compare.ts';

const claimed = saidBy({
  ...{
    name: '包·巴特尔',
    idNumber: '159901800101001',
    birthDate: 3_652,
    phone: '13812345678',
    address: '二道沟嘎查3组6号',
  },
  ...{ disabilityCert: '', regionCode: '159901' },
});

it('says what a record claims, with a number of fifteen digits as eighteen', () => {
  expect(claimed).toMatchObject({ name: '包·巴特尔', birth_date: '1980-01-01', region: '159901' });
  expect(claimed.id_number).toMatch(/^15990119800101001[\dX]$/);
});

it('marks what differs by the whole values, and what one of both does not say as unknown', () => {
  expect(compare('name', '李四', '李五')).toBe('differs');
  expect(compare('name', '李四', '李四')).toBe('same');
  expect(compare('phone', null, '138')).toBe('unknown');
  expect(compare('region', '159901', '159901101001')).toBe('same');
  expect(compare('region', '159902', '159901101001')).toBe('differs');
});

it('leaves nothing in full but the region', () => {
  const shown = masked(claimed);
  expect(shown).toMatchObject({ name: '包*·**', phone: '138****5678', birth_date: '1980-**-**', region: '159901' });
  for (const field of ['name', 'id_number', 'phone', 'address', 'birth_date'] as const) {
    expect(shown[field]).not.toBe(claimed[field]);
    expect(shown[field]).toContain('*');
  }
  expect(shown.address).toBe('二道沟****');
});
