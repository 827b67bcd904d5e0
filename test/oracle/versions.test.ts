/** The same record several times, and whose it is. */
import { describe, expect, it } from 'vitest';
import {
  ADULT,
  type Cells,
  household,
  idNumber,
  load,
  OTHER_ADULT,
  person,
  record,
  wage,
  writeExchange,
} from './exchange-builder.ts';
import { runOracle } from './index.ts';

const WORLD = { households: [household()], persons: [person()] };
const ill = (cells: Cells = {}): Cells => record({ event: 'major_illness', ...cells });
const withdraw = (version?: number): Cells => ({ record_id: 'r-1', op: 'delete', ...(version ? { version } : {}) });

/** accepted, duplicate, conflicting, and how many records are in force at the end. */
function take(...rows: Cells[]): [number, number, number, number] {
  const { records, matches } = load({ ...WORLD, feeds: { health: rows } });
  return [records.accepted, records.duplicate, records.conflicting, matches.exact];
}

describe('versions', () => {
  it('a higher one replaces, a lower one is history', () => {
    expect(take(ill(), ill({ version: 2 }))).toEqual([2, 0, 0, 1]);
    expect(take(ill({ version: 2 }), ill())).toEqual([1, 1, 0, 1]);
    expect(take(ill({ version: 2 }), ill(), ill({ event: 'death' }))).toEqual([1, 2, 1, 1]);
  });

  it('of one version the first received holds; other content is conflicting', () => {
    expect(take(ill(), ill())).toEqual([1, 1, 0, 1]);
    expect(take(ill(), ill({ occurred_on: '2026年9月20日', event: '重病', version: '1', unknown: 1 }))).toEqual([
      1, 1, 0, 1,
    ]);
    expect(take(ill(), ill({ hospital: '旗医院' }))).toEqual([1, 1, 1, 1]);
  });

  it('a delete withdraws up to its version, before or after they arrive', () => {
    expect(take(ill(), withdraw())).toEqual([2, 0, 0, 0]);
    expect(take(withdraw(2), ill({ version: 1 }))).toEqual([1, 1, 0, 0]);
    expect(take(withdraw(2), ill({ version: 2 }))).toEqual([1, 1, 0, 0]);
    expect(take(ill({ version: 3 }), withdraw(2))).toEqual([1, 1, 0, 1]);
    expect(take(ill({ version: 3 }), withdraw())).toEqual([1, 1, 0, 1]);
    expect(take(withdraw(), withdraw())).toEqual([1, 1, 0, 0]);
  });

  it('a later higher upsert revives; one after the delete of its own version is a plain duplicate', () => {
    expect(take(ill(), withdraw(1), ill({ version: 2 }))).toEqual([3, 0, 0, 1]);
    expect(take(ill(), withdraw(1), ill({ event: 'death' }))).toEqual([2, 1, 0, 0]);
  });

  it('a rejected row never became a version', () => {
    expect(take(ill({ event: 'x' }), ill())).toEqual([1, 0, 0, 1]);
    expect(take(ill(), { ...withdraw(), occurred_on: '2026-02-31' })).toEqual([1, 0, 0, 1]);
  });

  it('of an unregistered person without an id number are still one history', () => {
    const lost = ill({ id_number: null, birth_date: '1980-01-01', phone: '13900000000' });
    expect(take(lost, lost).slice(0, 3)).toEqual([1, 1, 0]);
  });
});

describe('matching', () => {
  const match = (cells: Cells, extra: Cells[] = []): string => {
    const { matches } = load({ ...WORLD, persons: [person(), ...extra], feeds: { health: [ill(cells)] } });
    return Object.entries(matches).find(([, count]) => count > 0)![0];
  };
  const ending = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].find((digit) => digit !== ADULT[17])!;
  const broken = ADULT.slice(0, 17) + ending;
  const withX = Array.from({ length: 99 }, (_, i) => idNumber('19750505', i + 1)).find((id) => id.endsWith('X'))!;

  it('is exact by number and name', () => {
    expect(match({})).toBe('exact');
    expect(match({ id_number: ADULT.slice(0, 6) + ADULT.slice(8, 17) })).toBe('exact');
    expect(match({ id_number: withX.toLowerCase() }, [person({ person_id: 'P2', id_number: withX })])).toBe('exact');
    expect(match({ id_number: withX.replace('X', 'Ｘ') }, [person({ person_id: 'P2', id_number: withX })])).toBe(
      'exact',
    );
  });

  it('takes every dot of a name for the same', () => {
    const mongolian = person({ person_id: 'P2', name: '那顺·巴雅尔', id_number: OTHER_ADULT });
    for (const name of ['那顺.巴雅尔', '那顺•巴雅尔', ' 那顺．巴雅尔 ']) {
      expect(match({ name, id_number: OTHER_ADULT }, [mongolian])).toBe('exact');
    }
  });

  it('leaves another name to a reviewer and another number unregistered', () => {
    expect(match({ name: '李四' })).toBe('review');
    expect(match({ id_number: OTHER_ADULT })).toBe('unregistered');
    expect(match({ id_number: broken })).toBe('unregistered');
    expect(match({}, [person({ person_id: 'P2' })])).toBe('review');
  });

  it('uses a certificate of 20 or 22 characters when there is no usable number', () => {
    const certificate = (suffix: string): Cells => ({ id_number: null, disability_cert: `${ADULT}${suffix}` });
    expect(match(certificate('44'))).toBe('certificate');
    expect(match({ ...certificate('44'), id_number: broken })).toBe('certificate');
    expect(match(certificate('44B1'))).toBe('certificate');
    expect(match(certificate('440'))).toBe('unregistered');
    expect(match({ ...certificate('44'), name: '李四' })).toBe('review');
    expect(match({ ...certificate('44'), id_number: OTHER_ADULT })).toBe('unregistered');
  });
});

describe('a number that a later load replaced', () => {
  const NEW = idNumber('19800101', 501);
  const OTHER = idNumber('19800101', 502);
  const second = (id_number = ADULT): Cells => person({ person_id: 'P2', name: '李四', id_number });
  const outcomeOf = (name: string, before: Cells[], after: Cells[]): string => {
    const loads = [
      { ...WORLD, persons: [person(), ...before] },
      { persons: [person({ id_number: NEW }), ...after], feeds: { health: [ill({ name })] } },
    ].map((exchange, i) => ({ dir: writeExchange(exchange), asOf: `2026-0${8 + i}-30` }));
    const { matches } = runOracle(loads);
    return Object.entries(matches).find(([, count]) => count > 0)![0];
  };

  it("is still the person's, unless somebody else has it or had it, or the name is another", () => {
    expect(outcomeOf('张三', [], [])).toBe('exact');
    expect(outcomeOf('李四', [], [])).toBe('review');
    expect(outcomeOf('张三', [], [second()])).toBe('review');
    expect(outcomeOf('李四', [], [second()])).toBe('exact');
    expect(outcomeOf('张三', [second()], [second(OTHER)])).toBe('review');
  });
});

describe('several loads', () => {
  const late = { households: [household()], persons: [person()] };

  it('link who waited when the person is registered within 13 months', () => {
    const first = writeExchange({ feeds: { health: [ill({ event: 'death', occurred_on: '2025-08-01' })] } });
    const dirs = (asOf: string) => [
      { dir: first, asOf: '2025-08-31' },
      { dir: writeExchange(late), asOf },
    ];
    const linked = runOracle(dirs('2026-09-29'));
    expect(linked.records.read).toBe(0);
    expect(linked.findings.map((finding) => finding.rule_id)).toEqual(['member-death']);
    expect(runOracle(dirs('2026-09-30')).findings).toEqual([]);
  });

  it('report the last load only, and what it accepted', () => {
    const result = runOracle([
      { dir: writeExchange({ ...late, feeds: { health: [ill(), ill({ record_id: 'r-2' })] } }), asOf: '2026-09-29' },
      { dir: writeExchange({ feeds: { health: [ill(), ill({ record_id: 'r-2', version: 2 })] } }), asOf: '2026-09-30' },
    ]);
    expect(result.records).toMatchObject({ read: 2, accepted: 1, duplicate: 1 });
    expect(result.matches).toMatchObject({ exact: 1 });
  });

  it('a repeat of an unauthorised row is not_authorised again, also when it was once accepted', () => {
    const granted = { household_id: 'H1', scope: 'finance', granted_on: '2026-01-01', expires_on: '2026-09-29' };
    const taxed = { ...late, authorisations: [granted], feeds: { tax: [wage('2026-08', 1)] } };
    const dir = writeExchange(taxed);
    const result = runOracle([
      { dir, asOf: '2026-09-29' },
      { dir, asOf: '2026-09-30' },
    ]);
    expect(result.records).toMatchObject({ read: 1, accepted: 0, duplicate: 0, not_authorised: 1 });
  });
});
