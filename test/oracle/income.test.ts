/** What is known of a household's income, and what follows when it is not. */
import { describe, expect, it } from 'vitest';
import {
  type Cells,
  complete,
  type Exchange,
  household,
  INCOME_WORLD,
  idNumber,
  levelOf,
  load,
  months,
  person,
  record,
  truthOf,
  wage,
} from './exchange-builder.ts';

const YEAR = complete('2025-10', '2026-09');
const wages = (amount: string | number, first = '2025-10', last = '2026-09'): Cells[] =>
  months(first, last).map((period) => wage(period, amount));
const world = (tax: Cells[], more: Exchange = {}): Exchange => ({
  ...INCOME_WORLD,
  ...more,
  feeds: { ...more.feeds, tax },
});
const granted = (granted_on: string, expires_on = ''): Cells => ({
  household_id: 'H1',
  scope: 'finance',
  granted_on,
  expires_on,
});
const medical = (self_paid: string, cells: Cells = {}): Cells =>
  record({ visit_type: 'outpatient', total_amount: '100000', self_paid, ...cells });

function income(exchange: Exchange, asOf?: string): Record<string, string> {
  return load(exchange, asOf).explain('H1');
}

describe('complete months', () => {
  it('without a watermark nothing about income is known', () => {
    const result = load(world(wages(1000)));
    expect(result.explain('H1')).toMatchObject({ 'income.last_month': 'not known', 'income.total_12m': 'not known' });
    for (const rule of ['income-drop', 'income-lost', 'income-below-standard', 'income-edge', 'production-loss']) {
      expect(truthOf(result, rule)).toBe('not known');
    }
  });

  it('takes all twelve months', () => {
    const known = { 'income.year_known': 'true', 'income.total_12m': '10800.00', 'income.per_capita_month': '900.00' };
    expect(income(world([...YEAR, ...wages(1000)]))).toMatchObject(known);
    expect(income(world([...YEAR.slice(1), ...wages(1000)]))).toMatchObject({ 'income.year_known': 'false' });
  });

  it('ends before a gap, and at the last month that has ended', () => {
    const gap = [...complete('2025-01', '2026-06'), ...complete('2026-08', '2026-09')];
    expect(income(world(gap))['income.last_month']).toBe('2026-06');
    expect(income(world(complete('2025-01', '2027-01')))['income.last_month']).toBe('2026-09');
    expect(income(world(complete('2025-01', '2027-01')), '2026-09-29')['income.last_month']).toBe('2026-08');
    expect(income(world(complete('2026-10', '2026-12')))['income.last_month']).toBe('not known');
  });

  it('hears a prefix of the region code, never a longer code', () => {
    expect(income(world(complete('2025-10', '2026-09', '159901101001')))['income.last_month']).toBe('2026-09');
    expect(income(world(complete('2025-10', '2026-09', '1599011')))['income.last_month']).toBe('2026-09');
    expect(income(world(complete('2025-10', '2026-09', '159902')))['income.last_month']).toBe('not known');
    const township = { ...INCOME_WORLD, households: [household({ region_code: '159901101' })] };
    const tax = complete('2025-10', '2026-09', '159901101001');
    expect(income({ ...township, feeds: { tax } })['income.last_month']).toBe('not known');
  });

  it('waits for the declared number of rows, accepted or duplicate, wherever from', () => {
    const last = (records: number): Cells => ({ ...YEAR[11]!, records });
    const rows = [...YEAR.slice(0, 11), ...wages(1000), wage('2026-09', 1000)];
    const elsewhere = wage('2026-09', 1, { record_id: 'x', name: '李四', id_number: idNumber('19700101') });
    expect(income(world([...rows, last(2)]))['income.last_month']).toBe('2026-09');
    expect(income(world([...rows, last(3)]))['income.last_month']).toBe('2026-08');
    expect(income(world([...rows, elsewhere, last(3)]))['income.last_month']).toBe('2026-08');
    expect(income(world([...rows, last(9), last(2)]))['income.last_month']).toBe('2026-09');
  });
});

describe('authorisation', () => {
  const yearKnown = (...authorisations: Cells[]): string | undefined =>
    income(world([...YEAR, ...wages(1000)], { authorisations }))['income.year_known'];

  it('makes known the months up to whose end it was granted', () => {
    expect(yearKnown(granted('2025-10-31'))).toBe('true');
    expect(yearKnown(granted('2025-11-01'))).toBe('false');
    expect(yearKnown()).toBe('false');
  });

  it('must be in force on the day itself, the last day counting', () => {
    expect(yearKnown(granted('2025-10-01', '2026-09-30'))).toBe('true');
    expect(yearKnown(granted('2025-10-01', '2026-09-29'))).toBe('false');
    expect(yearKnown(granted('2026-10-01'))).toBe('false');
  });

  it('may lapse for 31 days, not for 32', () => {
    expect(yearKnown(granted('2025-10-01', '2026-03-01'), granted('2026-04-01'))).toBe('true');
    expect(yearKnown(granted('2025-10-01', '2026-03-01'), granted('2026-04-02'))).toBe('false');
  });

  it('may be renewed over several gaps, but a chain that ends before today holds nothing', () => {
    const first = [granted('2025-10-31', '2026-01-19'), granted('2026-02-19', '2026-05-20')];
    expect(yearKnown(...first, granted('2026-06-20'))).toBe('true');
    expect(yearKnown(...first, granted('2026-06-21'))).toBe('false');
    expect(yearKnown(...first)).toBe('false');
  });

  it('counts unauthorised rows and keeps nothing of them', () => {
    const tax = [...YEAR, ...wages(1000)];
    const result = load(world(tax, { authorisations: [granted('2026-10-01')] }));
    expect(result.records).toMatchObject({ read: 12, accepted: 0, not_authorised: 12 });
    expect(load(world([...YEAR, wage('2026-08', 1, { name: '李四' })])).records.not_authorised).toBe(1);
  });

  it('does not let expired facts speak, only the assessed income', () => {
    const households = [household({ assessed_income: 300, assessed_on: '2026-01-01' })];
    const more = { households, authorisations: [granted('2025-01-01', '2026-09-30')] };
    const dayLater = load(world([...YEAR, ...wages(1000)], more), '2026-09-30');
    expect(dayLater.explain('H1')['income.total_12m']).toBe('10800.00');
    const without = { households, authorisations: [granted('2025-01-01', '2026-09-29')] };
    expect(income(world([...YEAR, ...wages(1000)], without))['income.total_12m']).toBe('3600.00');
  });
});

describe('income', () => {
  it('takes a tenth of wages off, not of other income', () => {
    const rows = [wage('2026-09', 1000), wage('2026-08', 1000, { income_type: 'other' })];
    expect(income(world([...YEAR, ...rows]))['income.total_12m']).toBe('1900.00');
  });

  it('without any fact falls back on the assessed income of the last 12 months', () => {
    const assessed = (assessed_on: string) => {
      const households = [household({ assessed_income: 400, assessed_on })];
      const persons = [person(), person({ person_id: 'P2', id_number: '' })];
      return income(world(YEAR, { households, persons }))['income.total_12m'];
    };
    expect(assessed('2025-10-01')).toBe('9600.00');
    expect(assessed('2025-09-30')).toBe('not known');
    expect(assessed('2026-10-01')).toBe('not known');
  });

  it('a fact of 0 is a fact', () => {
    const households = [household({ assessed_income: 400, assessed_on: '2026-01-01' })];
    expect(income(world([...YEAR, wage('2026-01', 0)], { households }))['income.total_12m']).toBe('0.00');
  });

  it('takes the annual income of the latest of three years, of one year the latest record', () => {
    const annual = (record_id: string, year: number, amount: number, occurred_on: string): Cells =>
      record({ record_id, event: 'annual_income', year, amount, occurred_on });
    const total = (...rows: Cells[]) =>
      income(world(YEAR, { feeds: { 'rural-revitalization': rows } }))['income.total_12m'];
    expect(total(annual('a', 2024, 7, '2026-01-01'), annual('b', 2025, 5, '2025-12-31'))).toBe('5.00');
    expect(total(annual('a', 2025, 7, '2026-01-02'), annual('b', 2025, 5, '2026-01-01'))).toBe('7.00');
    expect(total(annual('r-10', 2025, 7, '2026-01-01'), annual('r-9', 2025, 5, '2026-01-01'))).toBe('5.00');
    expect(total(annual('a', 2023, 7, '2026-01-01'))).toBe('not known');
  });

  it('drops and is lost', () => {
    const shape = (prior: number, recent: number, paid = 9) =>
      load(
        world([...YEAR, ...wages(prior, '2025-10', '2026-06').slice(9 - paid), ...wages(recent, '2026-07', '2026-09')]),
      );
    expect(truthOf(shape(500, 249), 'income-drop')).toBe('true');
    expect(truthOf(shape(500, 250), 'income-drop')).toBe('false');
    expect(truthOf(shape(499, 1), 'income-drop')).toBe('false');
    expect(truthOf(shape(500, 0), 'income-drop')).toBe('false');
    expect(truthOf(shape(1, 0, 6), 'income-lost')).toBe('true');
    expect(truthOf(shape(1, 0, 5), 'income-lost')).toBe('false');
  });

  it('compares without rounding', () => {
    const fen = (rest: string) =>
      load(world([...YEAR, ...wages(500, '2025-11', '2026-09').map(notWages), notWages(wage('2025-10', rest))]));
    expect(truthOf(fen('499.99'), 'income-below-standard')).toBe('true');
    expect(truthOf(fen('500.00'), 'income-below-standard')).toBe('false');
    expect(truthOf(fen('500.00'), 'income-edge')).toBe('true');
  });
});

function notWages(row: Cells): Cells {
  return { ...row, income_type: 'other' };
}

describe('rigid spending', () => {
  const spend = (self_paid: string, tax: Cells[], more: Exchange = {}) =>
    load(world([...YEAR, ...tax], { ...more, feeds: { 'medical-insurance': [medical(self_paid)] } }));

  it('without income is above every limit; without both it is not known', () => {
    const none = spend('3000', [wage('2026-01', 0)]);
    expect(none.explain('H1')).toMatchObject({ 'rigid.ratio_12m': 'above every limit', 'income.total_12m': '0.00' });
    expect(levelOf(none, 'rigid-ratio')).toBe('red');
    expect(spend('0', [wage('2026-01', 0)]).explain('H1')['rigid.ratio_12m']).toBe('not known');
    expect(truthOf(spend('3000', []), 'rigid-ratio')).toBe('not known');
    expect(truthOf(spend('2999.99', []), 'rigid-ratio')).toBe('false');
  });

  it('is early above 50 %, over above 60 % of acute or 70 % of rigid', () => {
    const at = (self_paid: string) => spend(self_paid, [notWages(wage('2026-01', 10_000))]);
    expect(truthOf(at('5000'), 'rigid-ratio-early')).toBe('false');
    expect(truthOf(at('5000.01'), 'rigid-ratio-early')).toBe('true');
    expect(truthOf(at('6000'), 'rigid-ratio')).toBe('false');
    expect(truthOf(at('6000.01'), 'rigid-ratio')).toBe('true');
    expect(truthOf(at('6000.01'), 'rigid-ratio-early')).toBe('false');
  });

  it('counts only below the disposable income, where one is given', () => {
    const standard = (amount: number) => ({
      standards: [{ region_code: '15', kind: 'disposable_income', area: 'any', effective_from: '2025-01-01', amount }],
    });
    const at = (amount: number) => spend('9000', [notWages(wage('2026-01', 10_000))], standard(amount));
    expect(truthOf(at(10_000), 'rigid-ratio')).toBe('false');
    expect(truthOf(at(10_001), 'rigid-ratio')).toBe('true');
  });

  it('is for edge, relapse and other only', () => {
    for (const category of ['dibao', 'tekun', 'rigid']) {
      const result = spend('9000', [wage('2026-01', 1)], { households: [household({ category })] });
      expect(truthOf(result, 'rigid-ratio')).toBe('false');
    }
  });
});
