import { describe, expect, it } from 'vitest';
import { dayOf } from './calendar.ts';
import { checkCharacter, fifteenDigits, fullWidth, idNumber, masked, swappedDigits, wrongCheck } from './id-number.ts';
import { createNumbering } from './numbering.ts';

// ISO 7064 MOD 11-2 by its own recursion, not by the table of weights that the code uses
const isRight = (id: string): boolean => {
  let rest = 0;
  for (const char of id.slice(0, 17)) rest = ((rest + Number(char)) * 2) % 11;
  const last = id[17] === 'X' ? 10 : Number(id[17]);
  return (rest + last) % 11 === 1;
};

describe('id numbers', () => {
  it('gives the check characters of the examples in GB 11643', () => {
    expect(checkCharacter('11010519491231002')).toBe('X');
    expect(checkCharacter('44052418800101001')).toBe('4');
  });

  it('agrees with another way to compute check characters', () => {
    for (let sequence = 0; sequence < 1000; sequence++) {
      const id = idNumber('159901', dayOf(1951, 2, 27) + sequence * 23, sequence);
      expect(id).toMatch(/^159901\d{11}[\dX]$/);
      expect(isRight(id)).toBe(true);
      expect(isRight(wrongCheck(id))).toBe(false);
    }
  });

  it('damages numbers in the ways that departments do', () => {
    const id = idNumber('159907', dayOf(1978, 7, 3), 575);
    expect(id.slice(0, 17)).toBe('15990719780703575');
    expect(fifteenDigits(id)).toBe('159907780703575');
    expect(masked(id)).toBe(`159907********${id.slice(14)}`);
    expect(swappedDigits(id)).toBe(`15990719780703755${id[17]}`);
    expect(swappedDigits(idNumber('159907', dayOf(1978, 7, 3), 557))).toBeNull();
    expect(fullWidth('19X').normalize('NFKC')).toBe('19X');
  });
});

describe('numbering', () => {
  it('never hands out a number twice, even where everybody is born in one week', () => {
    const numbering = createNumbering(300);
    const seen = new Set<string>();
    let asked = 0;
    for (let household = 0; household < 900; household++) {
      for (let place = 0; place < 10; place++) {
        const day = numbering.fitBirthDay(household, dayOf(1970, 5, 1) + ((household * 7 + place) % 7));
        for (const male of [true, false]) {
          const id = numbering.number(household, place, day, male);
          expect(isRight(id)).toBe(true);
          expect(Number(id[16]) % 2 === 1).toBe(male);
          seen.add(id);
          asked++;
        }
      }
    }
    expect(seen.size).toBe(asked);
  });

  it('moves a birth day back by less than a block count', () => {
    const numbering = createNumbering(2000);
    for (let household = 0; household < 2000; household += 37) {
      const day = dayOf(1960, 1, 1) + household;
      const moved = day - numbering.fitBirthDay(household, day);
      expect(moved).toBeGreaterThanOrEqual(0);
      expect(moved).toBeLessThan(40);
    }
  });

  it('gives every place its own phone', () => {
    const numbering = createNumbering(2000);
    const phones = new Set(Array.from({ length: 5000 }, (_, i) => numbering.phone(Math.floor(i / 10), i % 10)));
    expect(phones.size).toBe(5000);
    for (const phone of phones) expect(phone).toMatch(/^154\d{8}$/);
  });
});
