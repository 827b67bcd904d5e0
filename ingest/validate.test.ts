import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../platform/calendar.ts';
import type { RejectReason } from './contract.ts';
import { type Feed, needsAuthorisation } from './feed.ts';
import { feeds } from './feeds/index.ts';
import { columnsOf, createValidator } from './validate.ts';

type Cells = Readonly<Record<string, unknown>>;

const day = (year: number, month: number, d: number): number => dayNumber(year, month, d) as number;
const month = (year: number, m: number): number => year * 12 + m - 1;
const today = day(2026, 9, 30);
const limits = { latestDay: today, receiptDay: today };

/** A good row of every feed (feeds.md section 3) and what its own columns are, written down here a second time. */
interface Form {
  readonly row: Cells;
  readonly required: readonly string[];
  readonly amounts?: readonly string[];
  readonly dates?: readonly string[];
  readonly months?: readonly string[];
  readonly times?: readonly string[];
  readonly numbers?: readonly string[];
  readonly texts?: readonly string[];
  /** Texts that may be longer than 200 characters. */
  readonly longest?: Readonly<Record<string, number>>;
  /** Columns with listed values: some that are none. */
  readonly listed: Readonly<Record<string, readonly string[]>>;
  readonly integers?: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Rows with these values must fill these columns beside the required ones. */
  readonly also?: readonly (readonly [values: Cells, filled: Cells])[];
}

const person = { record_id: 'r-1', occurred_on: '2026-09-20', name: '张三', id_number: '150102199001011234' };
const events = ['event', 'Certified', '住院', 'x', '1', 'dangerous house'];
const forms: Readonly<Record<string, Form>> = {
  'medical-insurance': {
    row: { ...person, visit_type: 'inpatient', total_amount: '100.00', self_paid: '40' },
    required: ['record_id', 'occurred_on', 'name', 'visit_type', 'total_amount', 'self_paid'],
    amounts: ['total_amount', 'fund_paid', 'medical_aid_paid', 'self_paid'],
    dates: ['admitted_on'],
    texts: ['diagnosis_code', 'hospital'],
    listed: { visit_type: ['Inpatient', '住院部', 'emergency'] },
  },
  health: {
    row: { ...person, event: '重病' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    texts: ['disease_code', 'hospital'],
    listed: { event: events },
  },
  housing: {
    row: { ...person, event: 'public_rental', monthly_rent: '300' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['monthly_rent', 'arrears_amount'],
    numbers: ['area_sqm'],
    listed: { event: events, grade: ['d', 'E', 'D级', '4'] },
    also: [
      [{ event: 'dangerous_house' }, { grade: 'C' }],
      [{ event: '危房' }, { grade: 'D' }],
    ],
  },
  tax: {
    row: { ...person, period: '2026-08', income_type: 'wages', income_amount: '3,200.50' },
    required: ['record_id', 'name', 'period', 'income_type', 'income_amount'],
    amounts: ['income_amount'],
    months: ['period'],
    texts: ['payer'],
    listed: { income_type: ['salary', '工资'] },
  },
  disability: {
    row: { ...person, event: 'cancelled' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['rehab_amount'],
    listed: { event: events },
    integers: { category: [1, 7], grade: [1, 4] },
    also: [
      [{ event: 'certified' }, { category: '7', grade: '1' }],
      [{ event: '等级变更' }, { category: 1, grade: 4 }],
      [{ event: 'rehab_cost' }, { rehab_amount: '0' }],
    ],
  },
  'rural-revitalization': {
    row: { ...person, event: 'listed', monitor_type: '边缘易致贫', risk: 'illness' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['amount'],
    listed: {
      event: events,
      monitor_type: ['Unstable', '不稳定'],
      risk: ['疾病', 'flood'],
      housing_safe: ['yes', '1', 'True', '安全'],
      water_safe: ['no', '0', 'FALSE', '不安全'],
    },
    integers: { year: [1990, 2026] },
    also: [
      [{ event: 'annual_income' }, { amount: '9,000', year: '2025' }],
      [{ event: '生产损失' }, { amount: 0 }],
    ],
  },
  education: {
    row: { ...person, event: 'enrolled', stage: 'compulsory' },
    required: ['record_id', 'occurred_on', 'name', 'event', 'stage'],
    amounts: ['amount'],
    listed: { event: events, stage: ['Compulsory', '义务教育', 'primary', '2'] },
    also: [
      [{ event: 'fee' }, { amount: '1,200.00' }],
      [{ event: '资助', stage: 'college' }, { amount: 0 }],
    ],
  },
  'human-resources': {
    row: { ...person, event: 'employed', employer_kind: '机关事业国企' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['amount', 'basic_amount'],
    months: ['period'],
    listed: { event: events, pension_kind: ['居民', 'Resident'], employer_kind: ['其他', 'Public', 'private'] },
    also: [
      [{ event: 'insurance_month' }, { period: '2026-08' }],
      [{ event: '当月养老金' }, { period: '202608', amount: '140' }],
      [{ event: 'benefit_month' }, { period: '2026年8月', amount: 1_530 }],
    ],
  },
  emergency: {
    row: { ...person, event: 'disaster' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['loss_amount'],
    listed: { event: [...events, 'fire'] },
    integers: { collapsed_rooms: [0, Number.POSITIVE_INFINITY] },
  },
  'public-security': {
    row: { ...person, event: '车辆登记', vehicle_kind: 'car' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    listed: { event: events, vehicle_kind: ['Car', '轿车', 'truck'] },
  },
  'natural-resources': {
    row: { ...person, event: 'house_registered' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['amount'],
    numbers: ['area_sqm'],
    listed: { event: events },
    also: [[{ event: '征地补偿' }, { amount: '80,000' }]],
  },
  'market-supervision': {
    row: { ...person, event: 'registered', entity_kind: 'sole_trader' },
    required: ['record_id', 'occurred_on', 'name', 'event'],
    amounts: ['capital_amount'],
    listed: { event: events, entity_kind: ['个体', 'Company'] },
  },
  'civil-affairs': {
    row: { ...person, event: 'accepted', kind: 'dibao' },
    required: ['record_id', 'occurred_on', 'name', 'event', 'kind'],
    amounts: ['amount'],
    months: ['period'],
    texts: ['application_no', 'reason'],
    listed: { event: events, kind: ['低保', 'Dibao', 'disabled'], extended_to_45: ['yes', '1', 'True'] },
    also: [
      [{ event: 'paid' }, { amount: '790', period: '2026-08' }],
      [
        { event: '已发放', kind: '困难残疾人生活补贴' },
        { amount: 100, period: '202608' },
      ],
      [{ event: 'pay_failed', kind: '重度残疾人护理补贴' }, { period: '2026-08' }],
    ],
  },
  leads: {
    row: { ...person, channel: 'visit', need: 'living' },
    required: ['record_id', 'occurred_on', 'name', 'channel'],
    dates: ['due_on'],
    times: ['issued_at'],
    texts: ['note', 'upstream_id'],
    longest: { note: 2_000 },
    listed: {
      channel: ['Visit', '走访', '12346'],
      need: ['生活', 'food'],
      upstream_level: ['红色', 'Red', 'green'],
    },
    also: [
      [{ channel: 'upper_level' }, { upstream_id: 'SJ-1' }],
      [{ channel: '上级下发', upstream_level: 'red' }, { upstream_id: 7 }],
    ],
  },
};

const validators = new Map([...feeds.values()].map((feed) => [feed.name, createValidator(feed)]));
const feedOf = (name: string): Feed => feeds.get(name) as Feed;

const validate = (feed: string, cells: Cells, at = limits) => {
  const columns = columnsOf(feedOf(feed)).map(({ name }) => name);
  for (const name of Object.keys(cells)) if (!columns.includes(name)) throw new Error(`${feed} has no column ${name}`);
  const validator = validators.get(feed);
  if (validator === undefined) throw new Error(`no feed ${feed}`);
  return validator(
    columns.map((name) => cells[name] ?? null),
    at,
  );
};

/** `reason field`, or `accepted`. */
const verdict = (feed: string, cells: Cells, at = limits): string => {
  const result = validate(feed, cells, at);
  return result.ok ? 'accepted' : `${result.rejection.reason} ${result.rejection.field}`;
};

const recordOf = (feed: string, cells: Cells) => {
  const result = validate(feed, cells);
  if (!result.ok) throw new Error(`${feed} refused ${JSON.stringify(cells)}: ${result.rejection.reason}`);
  return result.record;
};

const without = (cells: Cells, ...names: string[]): Cells =>
  Object.fromEntries(Object.entries(cells).filter(([name]) => !names.includes(name)));

it('looks at every feed that there is', () => {
  expect(Object.keys(forms).sort()).toEqual([...feeds.keys()].sort());
});

describe.each(Object.entries(forms))('%s', (feed, form) => {
  const judge = (more: Cells): string => verdict(feed, { ...form.row, ...more });

  it('accepts its good row, and says what it is', () => {
    expect(recordOf(feed, form.row)).toMatchObject({
      ...{ feed, recordId: 'r-1', version: 1, op: 'upsert' },
      identity: { name: '张三', idNumber: '150102199001011234', birthDate: null, phone: '', address: '' },
    });
  });

  it('has no column but those that are looked at here', () => {
    const looked = [
      ...['record_id', 'version', 'op', 'occurred_on', 'region_code', 'name', 'id_number', 'birth_date', 'phone'],
      ...['address', 'disability_cert', ...(form.amounts ?? []), ...(form.dates ?? []), ...(form.months ?? [])],
      ...[...(form.texts ?? []), ...Object.keys(form.listed), ...Object.keys(form.integers ?? {})],
      ...[...(form.times ?? []), ...(form.numbers ?? [])],
    ];
    expect(
      columnsOf(feedOf(feed))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(looked.sort());
  });

  it('refuses a row without a required column: missing_field', () => {
    for (const name of form.required) {
      for (const empty of [null, '', ' ', '　']) {
        expect(judge({ [name]: empty }), name).toBe(`missing_field ${name}`);
      }
    }
    const optional = columnsOf(feedOf(feed)).filter(
      ({ name }) => !form.required.includes(name) && name !== 'id_number',
    );
    for (const { name } of optional) expect(judge({ [name]: '' }), name).toBe('accepted');
  });

  it.each(form.also ?? [])('refuses a row with %j that leaves one of %j out: missing_field', (values, filled) => {
    const full = { ...form.row, ...values, ...filled };
    expect(verdict(feed, full)).toBe('accepted');
    const names = Object.keys(filled);
    for (const name of names) expect(verdict(feed, { ...full, [name]: '' })).toBe(`missing_field ${name}`);
    expect(verdict(feed, without(full, ...names))).toBe(`missing_field ${names[0]}`);
  });

  it('refuses text where an integer belongs, and JSON of another kind: bad_type', () => {
    for (const name of ['version', ...Object.keys(form.integers ?? {})]) {
      for (const value of ['1.0', '1.5', 'two', '去年', '1,000', '0x1']) {
        expect(judge({ [name]: value }), name).toBe(`bad_type ${name}`);
      }
    }
    const texts = ['record_id', 'name', 'id_number', 'phone', 'address', 'disability_cert', ...(form.texts ?? [])];
    for (const name of [...texts, 'version', 'op', 'region_code', ...Object.keys(form.listed)]) {
      for (const value of [{}, [], ['a'], { a: 1 }]) expect(judge({ [name]: value }), name).toBe(`bad_type ${name}`);
    }
    for (const name of texts) expect(judge({ [name]: true }), name).toBe(`bad_type ${name}`);
  });

  it('refuses a day or month that is none: bad_date', () => {
    for (const name of ['occurred_on', 'birth_date', ...(form.dates ?? [])]) {
      for (const value of ['2026-02-31', '1980-02-30', '昨天', '2026-13-01', '2026-09', '0000-01-01', '20260931']) {
        expect(judge({ [name]: value }), name).toBe(`bad_date ${name}`);
      }
    }
    for (const name of form.months ?? []) {
      for (const value of ['2026-13', '2026-00', '2026', '九月', '2026-09-30', '2026/09']) {
        expect(judge({ [name]: value }), name).toBe(`bad_date ${name}`);
      }
    }
  });

  it('refuses what is no time: bad_type', () => {
    for (const name of form.times ?? []) {
      for (const value of ['2026-09-28T09:15:00+08:00', '2026-09-28T01:15Z', '20260928T0915', '2099-01-01T00:00:00Z'])
        expect(judge({ [name]: value }), `${name} ${value}`).toBe('accepted');
      for (const value of ['昨天', '2026-09-28', '2026-02-31T00:00:00Z', '2026-09-28T25:00:00+08:00', 5, true, {}]) {
        expect(judge({ [name]: value }), `${name} ${value}`).toBe(`bad_type ${name}`);
      }
    }
  });

  it('takes numbers from 0, with decimals', () => {
    for (const name of form.numbers ?? []) {
      for (const value of ['0', '62.5', 62.5]) expect(judge({ [name]: value })).toBe('accepted');
      for (const value of ['62㎡', 'x', '1e3', {}]) expect(judge({ [name]: value })).toBe(`bad_type ${name}`);
      expect(judge({ [name]: '-1' })).toBe(`bad_value ${name}`);
    }
  });

  it('refuses a day after the last allowed one: future_date', () => {
    expect(judge({ occurred_on: '2026-09-30' })).toBe('accepted');
    expect(judge({ occurred_on: '2026-10-01' })).toBe('future_date occurred_on');
    expect(verdict(feed, { ...form.row, occurred_on: '2026-10-01' }, { ...limits, latestDay: today + 1 })).toBe(
      'accepted',
    );
    // Other days may lie ahead.
    for (const name of ['birth_date', ...(form.dates ?? [])]) expect(judge({ [name]: '2099-01-01' })).toBe('accepted');
  });

  it('refuses what is no amount from 0 with 2 decimals: bad_amount', () => {
    for (const name of form.amounts ?? []) {
      for (const value of ['-0.01', '-1', '12.345', '一百', '1,23', 'NaN', -5, 0.001, true, {}, [1]]) {
        expect(judge({ [name]: value }), `${name} ${value}`).toBe(`bad_amount ${name}`);
      }
    }
  });

  it('refuses what is not listed, out of range or too long: bad_value', () => {
    for (const [name, values] of Object.entries(form.listed)) {
      for (const value of values) expect(judge({ [name]: value }), `${name} ${value}`).toBe(`bad_value ${name}`);
    }
    const ranges = { ...form.integers, version: [1, 2 ** 52 - 1] as const };
    for (const [name, [least, most]] of Object.entries(ranges)) {
      const open = most === Number.POSITIVE_INFINITY;
      for (const value of [least, open ? 9_000_000 : most, `+${least}`])
        expect(judge({ [name]: value }), `${name} ${value}`).toBe('accepted');
      for (const value of [least - 1, '-1', ...(open ? [] : [most + 1, '9'.repeat(30)])]) {
        expect(judge({ [name]: value }), `${name} ${value}`).toBe(`bad_value ${name}`);
      }
    }
    for (const value of ['replace', 'UPSERT', '删除']) expect(judge({ op: value })).toBe('bad_value op');
    for (const value of ['1', '1599', '1599010', '1599010010010', '15990a', '-15990']) {
      expect(judge({ region_code: value }), value).toBe('bad_value region_code');
    }
    for (const value of ['159901', '159901001', 159901001001]) expect(judge({ region_code: value })).toBe('accepted');
  });

  it('refuses text that is too long or no text: bad_value', () => {
    const texts = ['name', 'id_number', 'phone', 'address', 'disability_cert', ...(form.texts ?? [])];
    const limit = (name: string) => [name, form.longest?.[name] ?? 200] as const;
    for (const [name, longest] of [...texts.map(limit), ['record_id', 64] as const]) {
      for (const letter of ['x', '院', '𠮷']) {
        expect(judge({ [name]: letter.repeat(longest) }), name).toBe('accepted');
        expect(judge({ [name]: letter.repeat(longest + 1) }), name).toBe(`bad_value ${name}`);
      }
      for (const value of ['a\0b', 'a\ud800b']) expect(judge({ [name]: value }), name).toBe(`bad_value ${name}`);
    }
  });

  it('refuses a row that says of nobody: no_identity', () => {
    const nobody = without(form.row, 'id_number');
    const none = 'no_identity id_number';
    expect(verdict(feed, nobody)).toBe(none);
    for (const cells of [
      { phone: '1' },
      { address: 'x' },
      { phone: '1', address: 'x' },
      { birth_date: '1990-01-01' },
    ]) {
      expect(verdict(feed, { ...nobody, ...cells })).toBe(none);
    }
    for (const cells of [
      { birth_date: '1990-01-01', phone: '1' },
      { birth_date: '1990-01-01', address: 'x' },
      { disability_cert: '1' },
      // Not trusted, and still an identity.
      ...[{ id_number: '15010219900101123' }, { id_number: '150102********1234' }, { id_number: '无' }],
    ]) {
      expect(verdict(feed, { ...nobody, ...cells })).toBe('accepted');
    }
  });

  it('names the reason that ranks first', () => {
    const amount = form.amounts?.[0];
    const defects: readonly (readonly [RejectReason, Cells])[] = [
      ['missing_field', { name: '' }],
      ['bad_type', { version: 'x' }],
      ['bad_date', { birth_date: '1980-02-30', phone: '1' }],
      ['future_date', { occurred_on: '2099-01-01' }],
      ...(amount === undefined ? [] : [['bad_amount', { [amount]: '-1' }] as const]),
      ['bad_value', { op: 'replace' }],
      ['no_identity', { id_number: '' }],
    ];
    const all = fc.subarray([...defects], { minLength: 1 });
    fc.assert(
      fc.property(all, (some) => {
        const broken = Object.assign({}, form.row, ...some.map(([, cells]) => cells)) as Cells;
        // A bad birth date with a phone is an identity, so that without one the reason stands alone.
        const expected = some[0]?.[0];
        expect(verdict(feed, broken).split(' ')[0]).toBe(expected);
      }),
    );
  });

  it('refuses a bad value in an optional column, and takes the row once it is mended', () => {
    expect(judge({ region_code: '1599' })).toBe('bad_value region_code');
    expect(judge({ birth_date: '1980-02-30' })).toBe('bad_date birth_date');
    expect(judge({ region_code: '', birth_date: '' })).toBe('accepted');
  });

  it('takes a withdrawal with a record id alone', () => {
    expect(recordOf(feed, { record_id: 'r-9', op: 'delete' })).toMatchObject({
      ...{ recordId: 'r-9', version: 1, op: 'delete', fact: null, countedMonth: null },
    });
    expect(verdict(feed, { op: 'delete' })).toBe('missing_field record_id');
    for (const name of form.required.filter((column) => column !== 'record_id')) {
      expect(judge({ op: 'delete', [name]: '' }), name).toBe('accepted');
    }
  });

  it('looks at everything that a withdrawal carries', () => {
    const carried = (cells: Cells): string => verdict(feed, { record_id: 'r-9', op: 'delete', ...cells });
    expect(carried({ version: '0' })).toBe('bad_value version');
    expect(carried({ version: 'x' })).toBe('bad_type version');
    expect(carried({ occurred_on: '2026-02-31' })).toBe('bad_date occurred_on');
    expect(carried({ occurred_on: '2026-10-01' })).toBe('future_date occurred_on');
    expect(carried({ name: 'x'.repeat(201) })).toBe('bad_value name');
    for (const name of form.amounts ?? []) expect(carried({ [name]: '-1' })).toBe(`bad_amount ${name}`);
    for (const [name, [value]] of Object.entries(form.listed))
      expect(carried({ [name]: value })).toBe(`bad_value ${name}`);
    for (const [values] of form.also ?? []) expect(carried(values)).toBe('accepted');
  });

  it('says the same content for the same record in other spellings', () => {
    const { content, key } = recordOf(feed, form.row);
    const other = { ...form.row, name: ' 张三　', occurred_on: '2026年9月20日', version: '1', op: 'upsert', phone: '' };
    expect(recordOf(feed, other)).toMatchObject({ content, key });
    expect(recordOf(feed, { ...form.row, version: 7 })).toMatchObject({ content, key, version: 7 });
    expect(recordOf(feed, { ...form.row, name: '张四' }).content).not.toBe(content);
    expect(recordOf(feed, { ...form.row, record_id: 'r-2' }).key).not.toBe(key);
  });
});

describe('medical-insurance', () => {
  const judge = (cells: Cells): string =>
    verdict('medical-insurance', { ...forms['medical-insurance']?.row, ...cells });

  it('refuses a self-paid part above the total: bad_amount', () => {
    expect(judge({ total_amount: '99000', self_paid: '99,000.00' })).toBe('accepted');
    expect(judge({ total_amount: '99000', self_paid: '99000.01' })).toBe('bad_amount self_paid');
    expect(judge({ total_amount: '0', self_paid: '0' })).toBe('accepted');
    // What is missing or no amount is not compared.
    expect(judge({ total_amount: '', self_paid: '5' })).toBe('missing_field total_amount');
    expect(judge({ total_amount: 'x', self_paid: '5' })).toBe('bad_amount total_amount');
    expect(verdict('medical-insurance', { record_id: 'r', op: 'delete', self_paid: '5' })).toBe('accepted');
    expect(verdict('medical-insurance', { record_id: 'r', op: 'delete', self_paid: '5', total_amount: '4' })).toBe(
      'bad_amount self_paid',
    );
  });
});

describe('tax', () => {
  const row = without(forms['tax']?.row as Cells, 'occurred_on');

  it('is about the last day of its period where it says no day, and that day is not judged', () => {
    expect(recordOf('tax', { ...row, period: '2026-02' }).fact).toMatchObject({
      day: day(2026, 2, 28),
      month: month(2026, 2),
    });
    expect(recordOf('tax', { ...row, period: '2099-01' }).fact?.day).toBe(day(2099, 1, 31));
    expect(verdict('tax', { ...row, occurred_on: '2026-10-01' })).toBe('future_date occurred_on');
  });

  it('says the same with that day given as without it', () => {
    const { content } = recordOf('tax', { ...row, period: '2026-08' });
    expect(recordOf('tax', { ...row, period: '202608', occurred_on: '2026-08-31' }).content).toBe(content);
    expect(recordOf('tax', { ...row, period: '202608', occurred_on: '2026-08-30' }).content).not.toBe(content);
  });

  it('counts in its period, a withdrawal too where it names one', () => {
    const late = { ...row, period: '2026-07', occurred_on: '2026-09-10' };
    expect(recordOf('tax', late).countedMonth).toBe(month(2026, 7));
    expect(recordOf('tax', { record_id: 'r', op: 'delete', period: '2026-07' }).countedMonth).toBe(month(2026, 7));
    expect(recordOf('tax', { record_id: 'r', op: 'delete', occurred_on: '2026-09-10' }).countedMonth).toBe(
      month(2026, 9),
    );
  });
});

describe('human-resources', () => {
  const row: Cells = { ...person, event: 'pension_month', period: '2026-08', amount: '300' };
  const judge = (cells: Cells): string => verdict('human-resources', { ...row, ...cells });

  it('refuses a basic part above the pension: bad_amount', () => {
    expect(judge({ basic_amount: '300.00' })).toBe('accepted');
    expect(judge({ basic_amount: '300.01' })).toBe('bad_amount basic_amount');
    expect(judge({ basic_amount: '300.01', amount: '' })).toBe('missing_field amount');
    expect(judge({ basic_amount: '300.01', amount: 'x' })).toBe('bad_amount amount');
    // Whatever the event, where both are given; with nothing to compare it with nothing is wrong.
    expect(judge({ event: 'employed', basic_amount: '300.01' })).toBe('bad_amount basic_amount');
    expect(judge({ event: 'employed', basic_amount: '300.01', amount: '' })).toBe('accepted');
    expect(judge({ op: 'delete', basic_amount: '300.01' })).toBe('bad_amount basic_amount');
  });

  it('says the same with a basic part of 0 as without one', () => {
    const { content } = recordOf('human-resources', row);
    expect(recordOf('human-resources', { ...row, basic_amount: '0.00' }).content).toBe(content);
    expect(recordOf('human-resources', { ...row, basic_amount: '0.01' }).content).not.toBe(content);
  });

  it('asks for the day also where it says the month', () => {
    expect(judge({ occurred_on: '' })).toBe('missing_field occurred_on');
  });
});

describe.each(['human-resources', 'civil-affairs'])('%s', (feed) => {
  it('counts in its period, else in the month of its day', () => {
    const row = { ...forms[feed]?.row, occurred_on: '2026-09-10' };
    expect(recordOf(feed, row).countedMonth).toBe(month(2026, 9));
    expect(recordOf(feed, { ...row, period: '2026-07' }).countedMonth).toBe(month(2026, 7));
    expect(recordOf(feed, { record_id: 'r', op: 'delete', period: '2026-07' }).countedMonth).toBe(month(2026, 7));
  });
});

describe('leads', () => {
  it('say the same of one moment, whatever its offset; without one it is a moment of Asia/Shanghai', () => {
    const content = (issued_at: string): number => recordOf('leads', { ...forms['leads']?.row, issued_at }).content;
    const said = content('2026-09-28T09:15:00+08:00');
    for (const same of ['2026-09-28T01:15:00Z', '2026-09-28T09:15', '20260928T091500.000+0800']) {
      expect(content(same), same).toBe(said);
    }
    expect(content('2026-09-28T09:15:00Z')).not.toBe(said);
  });
});

describe('authorisation', () => {
  it.each<[string, Cells, boolean]>([
    ...Object.keys(forms).map((feed): [string, Cells, boolean] => [
      feed,
      {},
      feed === 'tax' || feed === 'natural-resources',
    ]),
    ['natural-resources', { event: '新增商铺' }, true],
    ['natural-resources', { event: 'land_compensation', amount: '1' }, false],
    ['tax', { op: 'delete' }, false],
    ['natural-resources', { op: 'delete' }, false],
  ])('of %s with %j: %s', (feed, cells, needed) => {
    const { fact } = recordOf(feed, { ...forms[feed]?.row, ...cells });
    expect(needsAuthorisation(feedOf(feed), fact)).toBe(needed);
  });
});

describe('the year of an annual income', () => {
  it('is that of the receipt at most', () => {
    const row = { ...forms['rural-revitalization']?.row, event: 'annual_income', amount: 1, year: 2026 };
    expect(verdict('rural-revitalization', row)).toBe('accepted');
    const earlier = { latestDay: today, receiptDay: day(2025, 12, 31) };
    expect(verdict('rural-revitalization', row, earlier)).toBe('bad_value year');
  });
});

describe('facts', () => {
  const nothing = {
    amount: 0,
    amountB: 0,
    category: 0,
    grade: 0,
    water: 0,
    day: day(2026, 9, 20),
    month: month(2026, 9),
  };
  it.each([
    ['medical-insurance', { fund_paid: '60' }, { kind: 'medical.inpatient', amount: 4_000 }],
    ['medical-insurance', { visit_type: '药店', self_paid: '0.29' }, { kind: 'medical.pharmacy', amount: 29 }],
    ['health', {}, { kind: 'health.major_illness' }],
    ['housing', {}, { kind: 'housing.public_rental', amount: 30_000 }],
    ['housing', { event: 'rent_arrears', arrears_amount: '7' }, { kind: 'housing.rent_arrears', amount: 700 }],
    ['housing', { event: '危房', grade: 'D', monthly_rent: '' }, { kind: 'housing.dangerous_house', grade: 4 }],
    ['tax', {}, { kind: 'tax.wages', amount: 320_050, month: month(2026, 8) }],
    ['disability', {}, { kind: 'disability.cancelled' }],
    ['disability', { event: '新领证', category: 6, grade: 2 }, { kind: 'disability.certified', category: 6, grade: 2 }],
    ['disability', { event: 'rehab_cost', rehab_amount: '5' }, { kind: 'disability.rehab_cost', amount: 500 }],
    ['rural-revitalization', { water_safe: '否' }, { kind: 'rural.listed', water: 2 }],
    ['rural-revitalization', { event: '风险消除', water_safe: true }, { kind: 'rural.risk_cleared', water: 1 }],
    ['rural-revitalization', { event: 'production_loss', amount: 9 }, { kind: 'rural.production_loss', amount: 900 }],
    [
      'rural-revitalization',
      { event: 'annual_income', amount: '9,000', year: '2025', water_safe: 'false' },
      { kind: 'rural.annual_income', amount: 900_000, month: month(2025, 1), water: 2 },
    ],
    ['education', {}, { kind: 'education.enrolled', category: 2 }],
    [
      'education',
      { event: '费用', stage: 'preschool', amount: '7' },
      { kind: 'education.fee', category: 1, amount: 700 },
    ],
    [
      'education',
      { event: '资助', stage: 'college', amount: '0.5' },
      { kind: 'education.aid', category: 5, amount: 50 },
    ],
    ['education', { event: '疑似辍学', stage: 'vocational' }, { kind: 'education.dropout_risk', category: 4 }],
    ['human-resources', {}, { kind: 'human-resources.employed', grade: 1 }],
    [
      'human-resources',
      { event: '就业', employer_kind: 'other', period: '2026-07' },
      { kind: 'human-resources.employed', grade: 2, month: month(2026, 7) },
    ],
    [
      'human-resources',
      { event: '当月养老金', period: '2026-08', amount: '300', basic_amount: '123.45', pension_kind: 'survivor' },
      {
        ...{ kind: 'human-resources.pension_month', month: month(2026, 8), amount: 30_000, amountB: 12_345 },
        ...{ category: 3, grade: 1 },
      },
    ],
    // A basic part belongs to a pension; of a benefit all of it is income.
    [
      'human-resources',
      { event: '当月失业金', period: '2026-08', amount: '300', basic_amount: '123.45', employer_kind: '' },
      { kind: 'human-resources.benefit_month', month: month(2026, 8), amount: 30_000 },
    ],
    ['emergency', {}, { kind: 'emergency.disaster' }],
    [
      'emergency',
      { event: '意外事故', loss_amount: '5,000.01', collapsed_rooms: 300 },
      { kind: 'emergency.accident', amount: 500_001, amountB: 300 },
    ],
    ['public-security', {}, { kind: 'public-security.vehicle_registered', category: 1 }],
    ['public-security', { event: '死亡', vehicle_kind: '' }, { kind: 'public-security.death' }],
    ['natural-resources', { area_sqm: '90.5' }, { kind: 'natural-resources.house_registered' }],
    [
      'natural-resources',
      { event: 'land_compensation', amount: '9' },
      { kind: 'natural-resources.land_compensation', amount: 900 },
    ],
    [
      'market-supervision',
      { capital_amount: '3' },
      { kind: 'market-supervision.registered', category: 2, amount: 300 },
    ],
    [
      'market-supervision',
      { event: '注销', entity_kind: 'company' },
      { kind: 'market-supervision.cancelled', category: 1 },
    ],
    ['civil-affairs', {}, { kind: 'civil-affairs.accepted.dibao' }],
    [
      'civil-affairs',
      { event: '已发放', kind: '困难残疾人生活补贴', amount: '100', period: '2026-08' },
      { kind: 'civil-affairs.paid.disabled_living', amount: 10_000, month: month(2026, 8) },
    ],
    [
      'civil-affairs',
      { event: '发放失败', kind: 'tekun', period: '202608', extended_to_45: '是' },
      { kind: 'civil-affairs.pay_failed.tekun', month: month(2026, 8) },
    ],
    ['leads', { note: '说明' }, { kind: 'leads.visit', category: 1 }],
    [
      'leads',
      { channel: '上级下发', need: 'other', upstream_id: 'x', upstream_level: 'orange' },
      { kind: 'leads.upper_level', category: 9, grade: 2 },
    ],
    ['leads', { channel: 12345, need: '' }, { kind: 'leads.hotline' }],
  ])('of %s with %j', (feed, cells, fact) => {
    expect(recordOf(feed, { ...forms[feed]?.row, ...cells }).fact).toEqual({ ...nothing, ...fact });
  });
});
