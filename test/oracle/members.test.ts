/** Who counts: deaths, movers, exited households, certificates, ages, registered values. */
import { describe, expect, it } from 'vitest';
import {
  ADULT,
  type Cells,
  type Exchange,
  household,
  idNumber,
  levelOf,
  load,
  OTHER_ADULT,
  person,
  record,
  truthOf,
  writeExchange,
} from './exchange-builder.ts';
import { evaluateOracle, type OracleResult, runOracle } from './index.ts';

const SECOND = person({ person_id: 'P2', name: '李四', id_number: OTHER_ADULT, relation: 'spouse' });
const ofSecond = (cells: Cells): Cells => record({ record_id: 'r-2', name: '李四', id_number: OTHER_ADULT, ...cells });
const death = (occurred_on: string, record_id = 'd-1'): Cells => ofSecond({ record_id, event: 'death', occurred_on });
const paid = (self_paid: number, cells: Cells = {}): Cells =>
  ofSecond({ visit_type: 'outpatient', total_amount: self_paid, self_paid, ...cells });
const COUPLE: Exchange = { households: [household()], persons: [person(), SECOND] };
const feeds = (feeds: Exchange['feeds'], more: Exchange = {}, asOf?: string) =>
  load({ ...COUPLE, ...more, feeds: feeds! }, asOf);

describe('the dead', () => {
  const gone = (member_to: string): Exchange => ({ persons: [person(), { ...SECOND, member_to }] });
  const costs = (diedOn: string, more: Exchange = {}) =>
    feeds({ health: [death(diedOn)], 'medical-insurance': [paid(15_001)] }, more);

  it('stay in the spending for 12 months, when they died as members', () => {
    expect(truthOf(costs('2025-10-01'), 'medical-burden')).toBe('true');
    expect(truthOf(costs('2025-09-30'), 'medical-burden')).toBe('false');
    expect(truthOf(costs('2026-05-01', gone('2026-05-01')), 'medical-burden')).toBe('true');
    expect(truthOf(costs('2026-05-01', gone('2026-04-30')), 'medical-burden')).toBe('false');
    expect(costs('2026-05-01').explain('H1')).toMatchObject({ 'household.size': '1', spending: 'P1 P2' });
  });

  it('stay in the dwelling without limit of time', () => {
    const house = ofSecond({ event: 'dangerous_house', grade: 'D' });
    const leaning = (more?: Exchange) => feeds({ health: [death('2020-05-01')], housing: [house] }, more);
    expect(levelOf(leaning(), 'dangerous-house')).toBe('red');
    expect(levelOf(leaning(gone('2020-05-01')), 'dangerous-house')).toBe('red');
    expect(levelOf(leaning(gone('2020-04-30')), 'dangerous-house')).toBeUndefined();
  });

  it('died on the earliest day in force, and are a duty while registered', () => {
    const two = { health: [death('2026-06-30'), death('2026-07-30', 'd-2')] };
    expect(levelOf(feeds(two), 'member-death')).toBe('yellow');
    expect(levelOf(feeds({ health: [death('2026-06-29')] }), 'member-death')).toBe('red');
    expect(levelOf(feeds(two, gone('2026-09-30')), 'member-death')).toBeUndefined();
    expect(levelOf(feeds({ health: [death('2026-06-30'), { record_id: 'd-1', op: 'delete' }] }), 'member-death')).toBe(
      undefined,
    );
  });

  it('leave a household without living members nothing but their duty', () => {
    const last = { persons: [SECOND], households: [household({ category: 'rigid', category_since: '2020-01-01' })] };
    const result = costs('2026-09-01', last);
    expect(result.findings.map((finding) => finding.rule_id)).toEqual(['member-death']);
    expect(truthOf(result, 'rigid-expiring')).toBe('not judged');
  });
});

describe('movers', () => {
  const moved = (member_from: string) => {
    const households = [household(), household({ household_id: 'H2' })];
    const persons = [person(), SECOND, { ...SECOND, household_id: 'H2', member_from }];
    return feeds({ 'medical-insurance': [paid(15_001)] }, { households, persons });
  };

  it('leave the old household on the day that the new membership begins', () => {
    const old = moved('2026-09-30');
    expect(old.explain('H1').members).toBe('P1');
    expect(old.findings.map((finding) => finding.household_id)).toEqual(['H2']);
    expect(moved('2026-10-01').findings.map((finding) => finding.household_id)).toEqual(['H1']);
  });

  it('without a new member_from have always belonged to the new household', () => {
    const undated = { ...SECOND, household_id: 'H2', member_from: '' };
    const result = runOracle([
      { dir: writeExchange(COUPLE), asOf: '2026-08-31' },
      {
        dir: writeExchange({ households: [household({ household_id: 'H2' })], persons: [undated] }),
        asOf: '2026-09-30',
      },
    ]);
    expect(result.explain('H2').members).toBe('P2');
    expect(evaluateOracle(result.state, '2026-08-31').explain('H1').members).toBe('P1');
  });

  const household2 = household({ household_id: 'H2' });
  const membersOf = (result: OracleResult) => [result.explain('H1').members, result.explain('H2').members];
  const inTurn = (...persons: Cells[][]) =>
    membersOf(
      runOracle(
        persons.map((rows, i) => ({
          dir: writeExchange({ households: [household(), household2], persons: [person(), ...rows] }),
          asOf: `2026-09-${10 + i}`,
        })),
      ),
    );

  it('belong where the latest load says, also by an older member_from, also back where they were', () => {
    const first = { ...SECOND, member_from: '2020-01-01' };
    const elsewhere = { ...SECOND, household_id: 'H2', member_from: '2019-01-01' };
    expect(inTurn([first])).toEqual(['P1 P2', '']);
    expect(inTurn([first], [elsewhere])).toEqual(['P1', 'P2']);
    expect(inTurn([first], [elsewhere], [first])).toEqual(['P1 P2', '']);
  });

  it('stay where they are when a stay that was over before is told later', () => {
    const first = { ...SECOND, member_from: '2020-01-01' };
    const past = { ...SECOND, household_id: 'H2', member_from: '2015-01-01', member_to: '2018-01-01' };
    expect(inTurn([first], [past])).toEqual(['P1 P2', '']);
  });
});

describe('categories', () => {
  const change = (...rows: Cells[]) => rows.map((row) => household({ last_verified_on: '', ...row }));
  const of = (households: Cells[], asOf?: string) => feeds({}, { households }, asOf);

  it('hold from their own day', () => {
    const rows = change(
      { category: 'edge', category_since: '2024-01-01' },
      { category: 'other', category_since: '2026-09-30' },
    );
    expect(truthOf(of(rows, '2026-09-29'), 'verification-due')).toBe('true');
    expect(truthOf(of(rows, '2026-09-30'), 'verification-due')).toBe('false');
    expect(of(rows, '2023-12-31').explain('H1').watched).toBe('no');
  });

  it('exited counts as other for 24 months, then has no findings', () => {
    const rows = change({ category: 'exited', category_since: '2024-09-30', exit_grace_until: '2024-12-31' });
    const last = of(rows, '2026-09-29');
    expect(last.explain('H1').category).toBe('other');
    expect(truthOf(last, 'grace-ending')).toBe('false');
    expect(of(rows, '2026-09-30').explain('H1').watched).toBe('no');
  });

  it('other with the flag relapse counts as relapse', () => {
    const listed = { 'rural-revitalization': [ofSecond({ event: 'listed' })] };
    const flagged = feeds(listed, { households: [household({ flags: 'child; relapse' })] });
    expect(flagged.explain('H1').category).toBe('relapse');
    expect(truthOf(flagged, 'relapse-risk')).toBe('false');
    expect(truthOf(feeds(listed), 'relapse-risk')).toBe('true');
    expect(
      feeds(listed, { households: [household({ flags: 'relapse', category: 'edge' })] }).explain('H1').category,
    ).toBe('edge');
  });
});

describe('certificates', () => {
  const certified = (grade: number, category: number, cells: Cells = {}): Cells =>
    ofSecond({ event: 'certified', category, grade, ...cells });
  const of = (rows: Cells[], more?: Exchange) => feeds({ disability: rows }, more);

  it('are new for 90 days, of grade 1, 2, or 3 with category 5 or 6', () => {
    expect(truthOf(of([certified(2, 4, { occurred_on: '2026-07-03' })]), 'new-disability', 'P2')).toBe('true');
    expect(truthOf(of([certified(2, 4, { occurred_on: '2026-07-02' })]), 'new-disability', 'P2')).toBe('false');
    expect(truthOf(of([certified(3, 6)]), 'new-disability', 'P2')).toBe('true');
    expect(truthOf(of([certified(3, 7)]), 'new-disability', 'P2')).toBe('false');
    expect(truthOf(of([certified(1, 1)]), 'new-disability', 'P1')).toBe('false');
  });

  it('of one day the higher version, then the later record_id as text decides', () => {
    const cancelled = (record_id: string, version = 1): Cells => ofSecond({ event: 'cancelled', record_id, version });
    expect(truthOf(of([certified(1, 1, { record_id: 'r-9' }), cancelled('r-10')]), 'new-disability', 'P2')).toBe(
      'true',
    );
    expect(truthOf(of([certified(1, 1, { record_id: 'r-1' }), cancelled('r-10')]), 'new-disability', 'P2')).toBe(
      'false',
    );
    expect(truthOf(of([certified(1, 1, { record_id: 'r-9' }), cancelled('r-10', 2)]), 'new-disability', 'P2')).toBe(
      'false',
    );
  });

  it('of the registry count, but are never new, and yield to a cancellation', () => {
    const registered = {
      persons: [person({ disability_cert: `${ADULT}62` }), { ...SECOND, disability_cert: `${OTHER_ADULT}11` }],
    };
    const result = of([], registered);
    expect(result.explain('H1')['household.disabled']).toBe('2');
    expect(truthOf(result, 'many-disabled')).toBe('true');
    expect(truthOf(result, 'new-disability', 'P1')).toBe('false');
    expect(truthOf(result, 'single-household', 'P1')).toBe('true');
    expect(truthOf(of([ofSecond({ event: 'cancelled' })], registered), 'many-disabled')).toBe('false');
  });

  it('make a household of one possible for adults without a category of their own', () => {
    const of18 = (birth_date: string, cells: Cells = {}) =>
      truthOf(
        of([certified(1, 1)], { persons: [person(), { ...SECOND, birth_date, ...cells }] }),
        'single-household',
        'P2',
      );
    expect(of18('2008-09-30')).toBe('true');
    expect(of18('2008-10-01')).toBe('false');
    expect(of18('2000-01-01', { category: 'dibao' })).toBe('false');
    const ageless = { persons: [person(), { ...SECOND, id_number: '', disability_cert: `${OTHER_ADULT}11` }] };
    expect(truthOf(of([], ageless), 'single-household', 'P2')).toBe('not known');
  });
});

describe('duties', () => {
  const duty = (rule: string, cells: Cells, asOf?: string) =>
    truthOf(feeds({}, { households: [household(cells)] }, asOf), rule);

  it('verification after three months, the last day of a shorter month counting', () => {
    expect(duty('verification-due', { category: 'edge', last_verified_on: '2025-11-30' }, '2026-02-28')).toBe('true');
    expect(duty('verification-due', { category: 'edge', last_verified_on: '2025-11-30' }, '2026-02-27')).toBe('false');
    expect(duty('verification-due', { category: 'relapse', last_verified_on: '' })).toBe('false');
  });

  it('review after six months for the able without stable income, else twelve', () => {
    const able = { category: 'dibao', labour: 'partly', last_reviewed_on: '2026-03-31' };
    expect(duty('review-due', able)).toBe('true');
    expect(duty('review-due', { ...able, stable_income: true })).toBe('false');
    expect(duty('review-due', { ...able, labour: '' })).toBe('false');
    expect(duty('review-due', { ...able, category: 'edge' })).toBe('false');
    expect(duty('review-due', { category: 'tekun', last_reviewed_on: '2025-09-30' })).toBe('true');
    expect(duty('review-due', { category: 'rigid', last_reviewed_on: '' })).toBe('false');
  });

  it('grace in its last month, rigid in its last 30 days', () => {
    expect(duty('grace-ending', { exit_grace_until: '2026-10-29' })).toBe('true');
    expect(duty('grace-ending', { exit_grace_until: '2026-10-30' })).toBe('false');
    expect(duty('rigid-expiring', { category: 'rigid', category_since: '2025-10-30' })).toBe('true');
    expect(duty('rigid-expiring', { category: 'rigid', category_since: '2025-10-31' })).toBe('false');
  });

  it('minors from 60 days before to 365 days after their 18th birthday', () => {
    const minor = (birth_date: string, cells: Cells = {}) =>
      truthOf(
        feeds({}, { persons: [person({ id_number: idNumber('20080101'), birth_date, category: 'tekun', ...cells })] }),
        'minor-turns-18',
        'P1',
      );
    expect(minor('2008-11-29')).toBe('true');
    expect(minor('2008-11-30')).toBe('false');
    expect(minor('2007-10-01')).toBe('true');
    expect(minor('2007-09-30')).toBe('false');
    expect(minor('2008-09-30', { student: 'true' })).toBe('false');
    expect(minor('2008-09-30', { category: '' })).toBe('false');
  });

  it('undated values are not known before the load that brought them', () => {
    const rows = [household({ category: 'edge', last_verified_on: '' })];
    const { state } = feeds({}, { households: rows }, '2026-09-30');
    const dayBefore = evaluateOracle(state, '2026-09-29');
    for (const rule of ['verification-due', 'review-due', 'grace-ending'])
      expect(truthOf(dayBefore, rule)).toBe('not known');
    expect(truthOf(dayBefore, 'rigid-expiring')).toBe('false');
  });
});

describe('screening', () => {
  const stranger = (record_id: string, self_paid: number, cells: Cells = {}): Cells =>
    record({
      record_id,
      name: '王五',
      id_number: idNumber('19600101'),
      visit_type: 'outpatient',
      total_amount: 99_999,
      self_paid,
      ...cells,
    });
  const screened = (...rows: Cells[]) =>
    feeds({ 'medical-insurance': rows }).findings.filter((finding) => finding.rule_id === 'screening-medical').length;

  it('finds an unregistered person once, by a right id number only', () => {
    expect(screened(stranger('a', 9000), stranger('b', 6000))).toBe(0);
    expect(screened(stranger('a', 9000), stranger('b', 6000.01))).toBe(1);
    expect(screened(stranger('a', 10_000.01, { visit_type: 'inpatient' }))).toBe(1);
    expect(screened(stranger('a', 10_000, { visit_type: 'inpatient' }))).toBe(0);
    expect(screened(stranger('a', 90_000), stranger('b', 90_000))).toBe(1);
    expect(screened(stranger('a', 90_000, { id_number: '15990119600101001' }))).toBe(0);
    expect(screened(stranger('a', 90_000, { occurred_on: '2025-09-30' }))).toBe(0);
  });
});
