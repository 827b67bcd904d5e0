import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedIdentity } from '../ingest/index.ts';
import { isLinked } from './contract.ts';
import { createFormerNumbers } from './former-numbers.ts';
import { checkCharacter } from './identity/id-number.ts';
import { matchRecord } from './match.ts';
import { createPersonIndex } from './person-index.ts';

const idOf = (digits: string): string => digits + checkCharacter(digits);
const ZHANG = idOf('15010219800101001');
const TWINS = idOf('15010219800101002');
const TWICE = idOf('15010219800101003');
const STRANGER = idOf('15010219800101004');
const WRONG = ZHANG.slice(0, 17) + (ZHANG[17] === '0' ? '1' : '0');

const index = createPersonIndex(10);
index.add(1, ZHANG, '张三');
index.add(2, TWINS, '李四');
index.add(3, TWINS, '李五');
index.add(4, TWICE, '王六');
index.add(5, TWICE, '王六');

const match = (claimed: Partial<ClaimedIdentity>, former = createFormerNumbers()) =>
  matchRecord(
    index,
    {
      ...{ name: '张三', idNumber: '', birthDate: null, phone: '', address: '', disabilityCert: '', regionCode: '' },
      ...claimed,
    },
    former,
  );

describe('by id number', () => {
  it.each([
    ['right and registered, the name equal', { idNumber: ZHANG }, 'exact', 1, ['id_number_equal', 'name_equal']],
    ['of fifteen digits', { idNumber: '150102800101001' }, 'exact', 1, ['id_number_equal', 'name_equal']],
    ['the name another', { idNumber: ZHANG, name: '李四' }, 'review', 0, ['id_number_equal', 'name_differs']],
    [
      'two registered, one with the name',
      { idNumber: TWINS, name: '李五' },
      'exact',
      3,
      ['id_number_equal', 'name_equal'],
    ],
    ['two registered, none with the name', { idNumber: TWINS }, 'review', 0, ['id_number_equal', 'name_differs']],
    [
      'two registered with the name',
      { idNumber: TWICE, name: '王六' },
      'review',
      0,
      ['id_number_equal', 'several_registered'],
    ],
    ['of nobody', { idNumber: STRANGER }, 'unregistered', 0, ['id_number_not_registered']],
    ['wrong', { idNumber: WRONG }, 'unregistered', 0, ['no_usable_identity']],
    ['masked', { idNumber: '150102********0010' }, 'unregistered', 0, ['no_usable_identity']],
    [
      'made a number by a spreadsheet',
      { idNumber: '1.50102198001011E+17' },
      'unregistered',
      0,
      ['no_usable_identity', 'id_number_scientific_notation'],
    ],
    ['none at all', {}, 'unregistered', 0, ['no_usable_identity']],
  ])('%s', (_, claimed, outcome, personNo, reasons) => {
    expect(match(claimed)).toMatchObject({ outcome, personNo, reasons });
  });
});

describe('by disability certificate, where the id number is of no use', () => {
  it.each([
    ['alone', { disabilityCert: `${ZHANG}41` }, 'certificate', 1, ['certificate_number_equal', 'name_equal']],
    [
      'beside a wrong number',
      { idNumber: WRONG, disabilityCert: `${ZHANG}4188` },
      'certificate',
      1,
      ['certificate_number_equal', 'name_equal'],
    ],
    [
      'of another name',
      { disabilityCert: `${ZHANG}41`, name: '李四' },
      'review',
      0,
      ['certificate_number_equal', 'name_differs'],
    ],
    ['of nobody', { disabilityCert: `${STRANGER}41` }, 'unregistered', 0, ['id_number_not_registered']],
    ['of a length that is not trusted', { disabilityCert: `${ZHANG}418` }, 'unregistered', 0, ['no_usable_identity']],
    // A right number is believed before a certificate.
    [
      'beside a right number of nobody',
      { idNumber: STRANGER, disabilityCert: `${ZHANG}41` },
      'unregistered',
      0,
      ['id_number_not_registered'],
    ],
  ])('%s', (_, claimed, outcome, personNo, reasons) => {
    expect(match(claimed)).toMatchObject({ outcome, personNo, reasons });
  });
});

describe('by a number that nobody has and somebody had', () => {
  const [OLD, BOTH] = [idOf('15010219800101005'), idOf('15010219800101006')];
  const former = createFormerNumbers();
  former.add(1, OLD, '张三');
  former.add(1, OLD, '张三');
  former.add(2, BOTH, '李四');
  former.add(1, BOTH, '张三');
  const of = (claimed: Partial<ClaimedIdentity>) => match(claimed, former);

  it.each([
    ['of one person with the name', { idNumber: OLD }, 'exact', 1, ['former_id_number', 'name_equal'], []],
    ['of another name', { idNumber: OLD, name: '李四' }, 'review', 0, ['former_id_number', 'name_differs'], [1]],
    [
      'of two people, one with the name',
      { idNumber: BOTH },
      'review',
      0,
      ['former_id_number', 'several_formerly_registered'],
      [1, 2],
    ],
    [
      'in a certificate',
      { disabilityCert: `${OLD}41` },
      'certificate',
      1,
      ['former_certificate_number', 'name_equal'],
      [],
    ],
    [
      'in a certificate of another name',
      { disabilityCert: `${OLD}41`, name: '李四' },
      'review',
      0,
      ['former_certificate_number', 'name_differs'],
      [1],
    ],
    [
      'with a slip',
      { idNumber: OLD.slice(0, 17) + (OLD[17] === '0' ? '1' : '0') },
      'unregistered',
      0,
      ['no_usable_identity'],
      [],
    ],
    ['of nobody, now and before', { idNumber: STRANGER }, 'unregistered', 0, ['id_number_not_registered'], []],
  ])('%s', (_, claimed, outcome, personNo, reasons, candidates) => {
    expect(of(claimed)).toMatchObject({ outcome, personNo, reasons, candidates });
  });

  it('says the number that the record states, under which it waits', () => {
    expect(of({ idNumber: OLD, name: '李四' }).idNumber).toBe(OLD);
  });

  it('goes to whoever has it now, whoever had it before', () => {
    former.add(1, TWINS, '张三');
    expect(of({ idNumber: TWINS, name: '李四' })).toMatchObject({ outcome: 'exact', personNo: 2 });
    // Two shared a number, and the one who is left with it is not the one whom the record names.
    expect(of({ idNumber: TWINS, name: '张三' })).toMatchObject({
      ...{ outcome: 'review', personNo: 0, candidates: [2, 3, 1] },
      reasons: ['id_number_equal', 'name_differs', 'formerly_of_another'],
    });
    expect(of({ idNumber: TWINS, name: '王六' })).toMatchObject({
      ...{ outcome: 'review', candidates: [2, 3], reasons: ['id_number_equal', 'name_differs'] },
    });
  });
});

it('says whom a record in review may be about, those with the name first', () => {
  expect(match({ idNumber: ZHANG, name: '李四' }).candidates).toEqual([1]);
  expect(match({ idNumber: TWICE, name: '王六' }).candidates).toEqual([4, 5]);
  index.add(6, TWICE, '赵七');
  expect(match({ idNumber: TWICE, name: '赵七' })).toMatchObject({ outcome: 'exact', candidates: [] });
  expect(match({ idNumber: TWICE, name: '王六' }).candidates).toEqual([4, 5, 6]);
  expect(match({ idNumber: ZHANG }).candidates).toEqual([]);
});

it('says which trusted number a record states, for those who wait', () => {
  expect(match({ idNumber: STRANGER.toLowerCase() }).idNumber).toBe(STRANGER);
  expect(match({ disabilityCert: `${STRANGER}41` }).idNumber).toBe(STRANGER);
  expect(match({ idNumber: WRONG }).idNumber).toBe('');
});

it('links nobody whose number and name are not both registered', () => {
  const id = fc.constantFrom(ZHANG, TWINS, TWICE, STRANGER, WRONG, '', 'x');
  const name = fc.constantFrom('张三', '李四', '李五', '王六', '');
  const certificate = fc.constantFrom('', `${ZHANG}41`, `${TWINS}41`, `${STRANGER}41`, `${WRONG}41`);
  const registered = new Set([`${ZHANG} 张三 1`, `${TWINS} 李四 2`, `${TWINS} 李五 3`]);
  fc.assert(
    fc.property(id, name, certificate, (idNumber, said, disabilityCert) => {
      const decision = match({ idNumber, name: said, disabilityCert });
      expect(isLinked(decision.outcome)).toBe(decision.personNo !== 0);
      if (decision.personNo === 0) return;
      expect(registered).toContain(`${decision.idNumber} ${said} ${decision.personNo}`);
    }),
  );
});
