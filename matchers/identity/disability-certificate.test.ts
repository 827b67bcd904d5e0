import { describe, expect, it } from 'vitest';
import { readCertificate } from './disability-certificate.ts';

const ID = '11010519491231002X';

describe('a disability certificate', () => {
  it.each([
    [`${ID}41`, { category: 4, grade: 1 }],
    [`${ID}74`, { category: 7, grade: 4 }],
    [`${ID.toLowerCase()}62`, { category: 6, grade: 2 }],
    // Two characters more (a card reissued) are tolerated.
    [`${ID}53B1`, { category: 5, grade: 3 }],
    // A digit that is none of the listed ones says nothing, the number still counts.
    [`${ID}85`, { category: 0, grade: 0 }],
    [`${ID}00`, { category: 0, grade: 0 }],
    [`${ID}a1`, { category: 0, grade: 1 }],
  ])('%s says %j', (text, said) => expect(readCertificate(text)).toEqual({ idNumber: ID, ...said }));

  it.each([
    ...[
      '',
      ID,
      `${ID}4`,
      `${ID}41B`,
      `${ID}41B12`,
      '11010519491231002041',
      '110105********002X41',
      '11010549123100241',
    ],
  ])('%j is not trusted', (text) => expect(readCertificate(text)).toBeNull());
});
