/** What education, human resources, emergency and the police add to spending, income and deaths; values by hand. */
import { describe, expect, it } from 'vitest';
import {
  type Cells,
  complete,
  type Exchange,
  household,
  INCOME_WORLD,
  levelOf,
  load,
  months,
  OTHER_ADULT,
  person,
  record,
  truthOf,
  wage,
} from './exchange-builder.ts';

const SECOND = person({ person_id: 'P2', name: '李四', id_number: OTHER_ADULT, relation: 'spouse' });
const second = (cells: Cells): Cells => ({ ...cells, name: '李四', id_number: OTHER_ADULT });
const YEAR = complete('2025-10', '2026-09');
const hr = (record_id: string, event: string, period: string, amount: number, cells: Cells = {}): Cells =>
  record({ record_id, event, period, amount, occurred_on: '2026-09-01', ...cells });
const school = (record_id: string, event: string, stage: string, amount: number, cells: Cells = {}): Cells =>
  record({ record_id, event, stage, amount, ...cells });
const told = (feeds: Exchange['feeds'], more: Exchange = {}): Record<string, string> =>
  load({ ...INCOME_WORLD, ...more, feeds: feeds! }).explain('H1');

describe('income', () => {
  const total = (rows: Cells[], tax: Cells[] = YEAR) => told({ tax, 'human-resources': rows })['income.total_12m'];

  it('counts pensions without their basic part, and benefits whole', () => {
    const pension = hr('a', 'pension_month', '2026-08', 300, { basic_amount: 123.45 });
    expect(total([pension])).toBe('176.55');
    expect(total([pension, hr('b', 'benefit_month', '2026-07', 100, { basic_amount: 40 })])).toBe('276.55');
    expect(total([hr('a', 'pension_month', '2026-08', 300, { basic_amount: 300 })])).toBe('0.00');
    expect(total([hr('a', 'pension_month', '2025-09', 300)])).toBe('not known');
    // Months of work are no income.
    expect(total([hr('a', 'insurance_month', '2026-08', 300)])).toBe('not known');
    // A tenth is taken off wages, of whatever else they come with.
    expect(total([pension], [...YEAR, wage('2026-09', 1000)])).toBe('1076.55');
  });

  it('counts the months of the period, whatever the day of payment', () => {
    const late = hr('a', 'pension_month', '2026-05', 90, { occurred_on: '2026-09-30' });
    const told12 = told({ tax: YEAR, 'human-resources': [late] });
    expect(told12).toMatchObject({ 'income.recent_avg': '0.00', 'income.prior_avg': '10.00' });
    expect(told12['income.prior_months_paid']).toBe('1');
  });

  it('knows a month only when both feeds are complete, once human resources has declared anything', () => {
    const known = (declared: Cells[]) => {
      const { 'income.last_month': last, 'income.year_known': year } = told({
        tax: complete('2025-09', '2026-09'),
        'human-resources': declared,
      });
      return `${last} ${year}`;
    };
    expect(known([])).toBe('2026-09 true');
    expect(known(complete('2025-10', '2026-09'))).toBe('2026-09 true');
    expect(known(complete('2025-08', '2026-08'))).toBe('2026-08 true');
    expect(known(complete('2025-11', '2026-09'))).toBe('2026-09 false');
    expect(known([...complete('2025-08', '2026-06'), ...complete('2026-08', '2026-09')])).toBe('2026-06 false');
    // Declared elsewhere is not declared here; declared here and never complete, nothing is.
    expect(known(complete('2025-10', '2026-09', '159902'))).toBe('2026-09 true');
    expect(known(complete('2026-09', '2026-09').map((row) => ({ ...row, records: 5 })))).toBe('not known false');
  });

  it('is not lost where a benefit is paid', () => {
    const tax = [...YEAR, ...months('2025-10', '2026-06').map((period) => wage(period, 900))];
    const lost = (rows: Cells[]) =>
      truthOf(load({ ...INCOME_WORLD, feeds: { tax, 'human-resources': rows } }), 'income-lost');
    expect(lost([])).toBe('true');
    expect(lost([hr('a', 'benefit_month', '2026-09', 0.01)])).toBe('false');
    expect(lost([hr('a', 'pension_month', '2026-09', 140, { basic_amount: 140 })])).toBe('true');
  });
});

describe('spending', () => {
  const cost = (rows: Cells[], more: Exchange = { persons: [person(), SECOND] }) =>
    told({ education: rows }, more)['education.net_cost_12m'];

  it('counts school less aid of each person, not below 0, and the compulsory stage not at all', () => {
    expect(cost([school('a', 'fee', 'college', 5000), school('b', 'aid', 'college', 1200)])).toBe('3800.00');
    expect(cost([school('a', 'fee', 'college', 5000), second(school('b', 'aid', 'college', 9000))])).toBe('5000.00');
    expect(cost([school('a', 'fee', 'college', 5000), school('b', 'aid', 'preschool', 900)])).toBe('4100.00');
    expect(cost([school('a', 'fee', 'compulsory', 5000), school('b', 'fee', 'vocational', 1)])).toBe('1.00');
    expect(cost([school('a', 'fee', 'college', 5000), school('b', 'aid', 'compulsory', 900)])).toBe('5000.00');
    expect(cost([school('a', 'fee', 'college', 5, { occurred_on: '2025-09-30' })])).toBe('0.00');
    expect(cost([school('a', 'fee', 'college', 5, { occurred_on: '2025-10-01' })])).toBe('5.00');
    expect(cost([school('a', 'enrolled', 'college', 5000)])).toBe('0.00');
  });

  it('counts losses of disasters and accidents, and in the acute ratio too', () => {
    const households = [household({ assessed_income: 1000, assessed_on: '2026-01-01' })];
    const loss = (loss_amount: number, event = 'accident') => record({ record_id: `l-${event}`, event, loss_amount });
    const spent = (...emergency: Cells[]) => load({ ...INCOME_WORLD, households, feeds: { emergency } });
    const both = spent(loss(7000), loss(200.01, 'disaster')).explain('H1');
    expect(both).toMatchObject({ 'accident.loss_12m': '7200.01', 'rigid.total_12m': '7200.01' });
    expect(truthOf(spent(loss(7200)), 'rigid-ratio')).toBe('false');
    expect(truthOf(spent(loss(7200.01)), 'rigid-ratio')).toBe('true');
    expect(truthOf(spent(record({ event: 'disaster', collapsed_rooms: 3 })), 'rigid-ratio')).toBe('false');
  });

  it('of the dead counts for 12 months, as all spending does', () => {
    const death = second(record({ record_id: 'd', event: 'death', occurred_on: '2025-12-01' }));
    const rows = [second(school('a', 'fee', 'college', 5000, { occurred_on: '2025-11-01' }))];
    const persons = [person(), SECOND];
    expect(told({ education: rows, 'public-security': [death] }, { persons })).toMatchObject({
      'education.net_cost_12m': '5000.00',
      'household.size': '1',
      living: 'P1',
    });
  });
});

describe('a death', () => {
  const death = (occurred_on: string): Cells => second(record({ record_id: 'd', event: 'death', occurred_on }));
  const late = (feeds: Exchange['feeds']) =>
    levelOf(load({ households: [household()], persons: [person(), SECOND], feeds: feeds! }), 'member-death');

  it('is known from the police, of several the earliest', () => {
    expect(late({ 'public-security': [death('2026-06-30')] })).toBe('yellow');
    expect(late({ 'public-security': [death('2026-06-29')], health: [death('2026-07-02')] })).toBe('red');
    expect(late({ 'public-security': [death('2026-07-02')], health: [death('2026-06-29')] })).toBe('red');
    expect(late({ 'public-security': [{ ...death('2026-06-29'), event: 'released' }] })).toBeUndefined();
  });
});

describe('authorisation', () => {
  const rows = (...events: string[]): Cells[] =>
    events.map((event, i) => record({ record_id: `n-${i}`, event, amount: 5 }));

  it('is needed of houses and shops, not of compensation for land', () => {
    const taken = (more: Exchange) =>
      load({
        ...INCOME_WORLD,
        ...more,
        feeds: { 'natural-resources': rows('house_registered', 'shop_registered', 'land_compensation') },
      }).records;
    expect(taken({})).toMatchObject({ accepted: 3, not_authorised: 0 });
    expect(taken({ authorisations: [] })).toMatchObject({ accepted: 1, not_authorised: 2 });
  });
});
