import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClaimedIdentity } from '../ingest/index.ts';
import { dayNumber } from '../platform/calendar.ts';
import { createFormerNumbers } from './former-numbers.ts';
import { checkCharacter } from './identity/id-number.ts';
import type { MatchDecision } from './match-decision.ts';
import { createPersonRegister, personModel, type RegisteredPerson, recompute } from './person/index.ts';
import { createPersonIndex } from './person-index.ts';
import { createWhose, scoreOf } from './whose.ts';

const model = personModel.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'model.json'), 'utf8')));
const idOf = (birth: string, order: number): string => {
  const digits = `159901${birth}${String(order).padStart(3, '0')}`;
  return digits + checkCharacter(digits);
};
const dayOf = (birth: string): number =>
  dayNumber(Number(birth.slice(0, 4)), Number(birth.slice(4, 6)), Number(birth.slice(6))) as number;

const NAMES = ['张伟', '李强', '王芳', '赵敏', '周磊', '吴洋', '郑杰', '孙涛', '钱明', '冯超'];
const people: RegisteredPerson[] = [];
const register = (name: string, birth: string, order: number, householdNo: number): RegisteredPerson => {
  const person = {
    ...{ personNo: people.length + 1, householdNo, name, idNumber: idOf(birth, order), birthDay: dayOf(birth) },
    ...{ phone: '', householdPhone: `154${30_000_000 + householdNo}`, regionCode: '159901101001' },
    ...{ address: `模拟一旗模拟二苏木模拟三嘎查${householdNo}号`, diedOn: null },
  };
  people.push(person);
  return person;
};
for (let i = 0; i < 300; i += 1) {
  register(NAMES[i % NAMES.length] as string, `19${60 + (i % 30)}0${1 + (i % 9)}1${i % 9}`, i, 100 + i);
}
const tuya = register('图雅', '19800305', 701, 1);
const guohua = register('王国华', '19700101', 702, 2);
const [namesake, other] = [register('李小军', '19750101', 703, 3), { ...tuya }];
const borrower = register('李小君', '19750101', 704, 3);
// Two people under one number: one has the name, the other a name that sounds the same.
const shared = { ...register('陈建国', '19650101', 705, 4) };
people.push({ ...shared, personNo: people.length + 1, name: '陈健国' });
const father = register('巴雅尔', '19550203', 706, 5);
const son = register('巴雅尔', '19850910', 707, 5);

/** Tuya had it before; guohua and the father both had the second. */
const [OLD, BOTH] = [idOf('19800305', 801), idOf('19700101', 802)];
const former = createFormerNumbers();
former.add(tuya.personNo, OLD, tuya.name);
former.add(guohua.personNo, BOTH, guohua.name);
former.add(father.personNo, BOTH, father.name);

const asked = { times: 0 };
const make = (evidently?: () => Promise<never>) => {
  const index = createPersonIndex(1_000);
  for (const { personNo, idNumber, name } of people) index.add(personNo, idNumber, name);
  return createWhose(
    index,
    former,
    evidently ??
      (async () => {
        asked.times += 1;
        const known = createPersonRegister(1_000, former);
        for (const person of people) known.put(person);
        known.compact();
        return { register: known, model };
      }),
  );
};
const whose = make();
const claim = (said: Partial<ClaimedIdentity>): ClaimedIdentity => ({
  ...{ name: '', idNumber: '', birthDate: null, phone: '', address: '', disabilityCert: '', regionCode: '' },
  ...said,
});
const decide = async (said: Partial<ClaimedIdentity>, feed = 'health'): Promise<MatchDecision> =>
  whose(claim(said), feed, dayOf('20260101'));

describe('the matcher', () => {
  it('is not made for what number and name decide', () => {
    const plain = make();
    const linked = plain(claim({ name: '图雅', idNumber: tuya.idNumber }), 'health', 0);
    expect(linked).toEqual({
      ...{ outcome: 'exact', personNo: tuya.personNo, reasons: ['id_number_equal', 'name_equal'] },
      ...{ idNumber: tuya.idNumber, candidates: [] },
    });
    const nobody = plain(claim({ name: '图雅', idNumber: idOf('19800305', 999) }), 'health', 0);
    expect(nobody).toMatchObject({ outcome: 'unregistered', reasons: ['id_number_not_registered'] });
    const renumbered = plain(claim({ name: '图雅', idNumber: OLD }), 'health', 0);
    expect(renumbered).toMatchObject({ outcome: 'exact', reasons: ['former_id_number', 'name_equal'] });
    expect(asked.times).toBe(0);
  });

  it('is made once, when it is asked first, and answers at once from then on', async () => {
    const first = [decide({ name: '图雅' }), decide({ name: '巴雅尔' })];
    await Promise.all(first);
    expect(asked.times).toBe(1);
    expect(whose(claim({ name: '图雅', idNumber: '159901********701X' }), 'health', 0)).not.toBeInstanceOf(Promise);
    expect(asked.times).toBe(1);
  });

  it('is tried again where it could not be made', async () => {
    const failing = make(() => Promise.reject(new Error('no database')));
    await expect(failing(claim({ name: '图雅' }), 'health', 0)).rejects.toThrow('no database');
    await expect(failing(claim({ name: '图雅' }), 'health', 0)).rejects.toThrow('no database');
  });
});

describe('a right number', () => {
  it.each([
    ['whose name has the same syllables', '王国花', guohua],
    ['whose name has the same Mongolian consonants', '托娅', tuya],
  ])('%s is exact', async (_, name, { idNumber, personNo }) => {
    const decision = await decide({ name, idNumber });
    expect(decision).toMatchObject({ outcome: 'exact', personNo, reasons: ['id_number_equal', 'name_sounds_same'] });
    expect(decision.explained?.persons[0]).toBe(personNo);
    expect(decision.explained?.explanation).toMatchObject({ outcome: 'exact', tier: 1 });
    expect(scoreOf(decision)).toBe(1);
    const certified = await decide({ name, disabilityCert: `${idNumber}41` });
    expect(certified).toMatchObject({ outcome: 'certificate', personNo, idNumber });
    expect(certified.reasons).toEqual(['certificate_number_equal', 'name_sounds_same']);
  });

  it('of several goes to the one with the equal name, whoever sounds the same; to nobody where several sound so', async () => {
    const { idNumber } = shared;
    const equal = await decide({ name: '陈建国', idNumber });
    expect([equal.outcome, equal.personNo, equal.explained]).toEqual(['exact', shared.personNo, undefined]);
    const both = await decide({ name: '陈剑国', idNumber });
    expect(both).toMatchObject({ outcome: 'review', personNo: 0, reasons: ['id_number_equal', 'several_registered'] });
    expect(both.candidates).toHaveLength(2);
  });

  it('of somebody else is asked about: whoever has the number first, then whom everything else speaks for', async () => {
    const said = { name: '李小君', idNumber: guohua.idNumber, birthDate: borrower.birthDay };
    const { regionCode, address, householdPhone: phone } = borrower;
    const decision = await decide({ ...said, regionCode, address, phone });
    expect([decision.outcome, decision.idNumber]).toEqual(['review', guohua.idNumber]);
    expect(decision.reasons).toEqual(['id_number_equal', 'name_differs']);
    expect(decision.candidates).toEqual([guohua.personNo, borrower.personNo, namesake.personNo]);
    expect(decision.explained?.persons[0]).toBe(borrower.personNo);
  });
});

describe('a number that somebody had before', () => {
  it('is theirs by sound, and explained', async () => {
    const decision = await decide({ name: '托娅', idNumber: OLD });
    expect(decision).toMatchObject({ outcome: 'exact', personNo: tuya.personNo, idNumber: OLD });
    expect(decision.reasons).toEqual(['former_id_number', 'name_sounds_same']);
    expect(decision.explained?.explanation).toMatchObject({ outcome: 'exact', tier: 1 });
    expect(decision.explained?.explanation.zh).toContain('身份证号为其变更前的原号码，姓名读音相同');
    expect(scoreOf(decision)).toBe(1);
  });

  it('beside another name, or of two, is asked about with those who had it', async () => {
    const named = await decide({ name: '李强', idNumber: OLD });
    expect([named.outcome, named.reasons]).toEqual(['review', ['former_id_number', 'name_differs']]);
    expect(named.candidates[0]).toBe(tuya.personNo);
    const several = await decide({ name: '王国华', idNumber: BOTH });
    expect(several).toMatchObject({ outcome: 'review', candidates: [guohua.personNo, father.personNo] });
    expect(several.reasons).toEqual(['former_id_number', 'several_formerly_registered']);
  });
});

describe('without a usable number', () => {
  const swap = (id: string): string => id.slice(0, 15) + id[16] + id[15] + id[17];

  it('a slip is put right, and the record still states no number', async () => {
    const decision = await decide({ name: '图雅', idNumber: swap(tuya.idNumber) });
    expect(decision).toMatchObject({ outcome: 'repaired', personNo: tuya.personNo, idNumber: '', candidates: [] });
    expect(scoreOf(decision)).toBe(1);
  });

  it('evidence links, with its probability as the score and an explanation that can be computed again', async () => {
    const { idNumber, birthDay: birthDate, address, regionCode } = other;
    const masked = `${idNumber.slice(0, 6)}********${idNumber.slice(14)}`;
    const decision = await decide({ name: '图雅', idNumber: masked, birthDate, address, regionCode });
    expect(decision).toMatchObject({ outcome: 'probable', personNo: tuya.personNo, reasons: ['evidence_enough'] });
    const { explanation, bits } = decision.explained as NonNullable<MatchDecision['explained']>;
    expect(recompute(explanation, model)).toBe(bits[0]);
    expect(scoreOf(decision)).toBe(explanation.probability);
    expect(scoreOf(decision)).toBeGreaterThan(0.99);
    expect(JSON.stringify(decision.explained)).not.toMatch(/图雅|1980|模拟一旗/);
  });

  it('father and son of one name are asked about', async () => {
    const { householdPhone: phone, address, regionCode } = father;
    const decision = await decide({ name: '巴雅尔', phone, address, regionCode });
    expect(decision).toMatchObject({ outcome: 'review', personNo: 0, idNumber: '', reasons: ['no_margin'] });
    expect([...decision.candidates].sort()).toEqual([father.personNo, son.personNo]);
    expect(scoreOf(decision)).toBe(0);
  });

  it('nobody is nobody, as it always was', async () => {
    expect(await decide({ name: '无此人', birthDate: dayOf('19330101') })).toEqual({
      ...{ outcome: 'unregistered', personNo: 0, reasons: ['no_usable_identity'], idNumber: '', candidates: [] },
    });
  });
});
