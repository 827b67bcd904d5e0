import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../../platform/calendar.ts';
import {
  createExplainer,
  createMatcher,
  createPersonRegister,
  type Explanation,
  modelHash,
  personModel,
  recompute,
  settleHousehold,
} from './index.ts';

const model = personModel.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../model.json'), 'utf8')));
const BORN = dayNumber(1970, 6, 5) as number;
const NAMES = ['其木格', '琪木格', '巴特尔', '包·巴特尔', '王建国', '王建军', '王健国', '图雅', '托娅', '乌云其其格'];

const register = createPersonRegister(100);
for (let i = 0; i < 400; i += 1) {
  register.put({
    ...{ personNo: i + 1, householdNo: Math.floor(i / 4) + 1, name: NAMES[i % NAMES.length] as string },
    ...{ idNumber: '', birthDay: BORN + i * 3, phone: i % 3 === 0 ? `154${20_000_000 + i}` : '' },
    ...{ householdPhone: `154${30_000_000 + Math.floor(i / 4)}`, regionCode: `15990110100${1 + (i % 3)}` },
    ...{ address: `模拟一旗模拟二苏木模拟三嘎查${Math.floor(i / 4)}号`, diedOn: null },
  });
}
register.compact();
const matcher = createMatcher(register, model);
const explain = createExplainer(model);

const identities = fc.record({
  name: fc.constantFrom('', '李四', ...NAMES),
  idNumber: fc.constantFrom('', '150428********1234', '159901197006050011', '1.5E+17'),
  birthDate: fc.option(
    fc.oneof(
      fc.integer({ min: BORN - 2, max: BORN + 1_200 }),
      fc.nat(400).map((i) => BORN + i * 3),
    ),
  ),
  phone: fc.oneof(
    fc.constant(''),
    fc.nat(500).map((i) => `154${20_000_000 + i}`),
    fc.nat(120).map((i) => `154${30_000_000 + i}`),
  ),
  address: fc.oneof(
    fc.constant(''),
    fc.nat(120).map((i) => `模拟一旗模拟二苏木模拟三嘎查${i}号`),
  ),
  disabilityCert: fc.constant(''),
  regionCode: fc.constantFrom('', '159901', '159901101', '159901101002'),
});
const feeds = fc.constantFrom('', 'no-such-feed', ...Object.keys(model.departments));

describe('an explanation', () => {
  it('is computed again from itself and the model, to the bit', () => {
    fc.assert(
      fc.property(identities, feeds, (identity, feed) => {
        const decision = matcher.decide(identity, { feed });
        // Kept as JSON, and read again years later.
        const kept = JSON.parse(JSON.stringify(explain(decision))) as Explanation;
        expect(kept.model).toBe(modelHash(model));
        expect(recompute(kept, model)).toBe(kept.total);
        expect(kept.total).toBe(decision.candidates[0]?.bits ?? null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has parts that make the whole', () => {
    fc.assert(
      fc.property(identities, feeds, (identity, feed) => {
        const { total, priorBits, fields, householdBits } = explain(matcher.decide(identity, { feed }));
        if (total === null) return;
        const sum = fields.reduce((bits, field) => bits + field.bits + field.frequencyBits, priorBits ?? 0);
        expect(sum + householdBits).toBeCloseTo(total, 9);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says in one sentence of each language what was decided and why', () => {
    const identity = {
      ...{ name: '托娅', idNumber: '', birthDate: BORN + 8 * 3, phone: '', disabilityCert: '' },
      ...{ address: '模拟一旗模拟二苏木模拟三嘎查2号', regionCode: '159901101003' },
    };
    const { zh, en } = explain(matcher.decide(identity));
    expect(zh).toMatch(/^自动匹配（综合证据）：证据充分：姓名.+，出生日期一致\+[\d.]+.+；合计\+[\d.]+比特.*。$/);
    expect(en).toMatch(/^linked by evidence: the evidence is enough: name .+, birth equal \+[\d.]+.+ bits in all.*\.$/);
    expect(zh.match(/。/g)).toHaveLength(1);
  });

  it('is refused by another model', () => {
    const identity = {
      ...{ name: '图雅', idNumber: '', birthDate: BORN, phone: '' },
      address: '',
      disabilityCert: '',
      regionCode: '',
    };
    const explanation = explain(matcher.decide(identity));
    expect(() => recompute(explanation, { ...model, blockCap: model.blockCap + 1 })).toThrow('another model');
  });
});

describe('members of a household', () => {
  const identity = (name: string, birthDate: number | null, phone: string) => ({
    ...{ name, birthDate, phone, idNumber: '', address: '', disabilityCert: '', regionCode: '159901' },
  });

  it('lend each other bits, never a decision', () => {
    const householdOf = (personNo: number): number => register.people.householdNo(register.rowOf(personNo));
    const sure = matcher.decide({
      ...identity('其木格', BORN, '15420000000'),
      address: '模拟一旗模拟二苏木模拟三嘎查0号',
      regionCode: '159901101001',
    });
    expect([sure.outcome, sure.personNo]).toEqual(['probable', 1]);
    // The second of the household, without a day of birth and by a phone that is not theirs.
    const unsure = matcher.decide(identity('琪木格', null, '15439999999'));
    const stranger = matcher.decide(identity('李四', BORN + 300, '15430000000'));
    const [first, second, third] = settleHousehold([sure, unsure, stranger], model, householdOf);
    expect(first).toEqual(sure);
    const before = unsure.candidates.find(({ personNo }) => personNo === 2);
    const after = second?.candidates.find(({ personNo }) => personNo === 2);
    expect((after?.bits ?? 0) - (before?.bits ?? 0)).toBeGreaterThan(0);
    expect(after?.evidence.householdBits).toBeLessThanOrEqual(8);
    expect(third).toEqual(stranger);
    if (second !== undefined) expect(recompute(explain(second), model)).toBe(second.candidates[0]?.bits ?? null);
  });
});
