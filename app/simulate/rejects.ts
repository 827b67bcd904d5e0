import type { Cell, FeedName } from './model.ts';
import type { Random } from './random.ts';
import { AT, position } from './writing/feed-columns.ts';

/** The reasons of feeds.md, section 2. */
export type RejectReason =
  | 'too_large'
  | 'malformed'
  | 'missing_field'
  | 'bad_type'
  | 'bad_date'
  | 'future_date'
  | 'bad_amount'
  | 'bad_value'
  | 'no_identity';

/** What is done to the line itself, after its cells are written. */
export type LineDamage = '' | 'too_much' | 'too_little';

export type Reject = {
  reason: RejectReason;
  what: string;
  damage: LineDamage;
  spoil: (cells: Cell[], random: Random, asOf: number) => void;
};

const set =
  (at: number, value: Cell) =>
  (cells: Cell[]): void => {
    cells[at] = value;
  };
const nothing = (): void => {};

const reject = (reason: RejectReason, what: string, spoil: Reject['spoil'], damage: LineDamage = ''): Reject => ({
  reason,
  what,
  damage,
  spoil,
});

const COMMON: readonly Reject[] = [
  reject('too_large', 'address of 70,000 characters', set(AT.address, 'x'.repeat(70_000))),
  reject('malformed', 'one column more, or an array', nothing, 'too_much'),
  reject('malformed', 'columns missing, or cut off', nothing, 'too_little'),
  reject('missing_field', 'no record_id', set(AT.recordId, '')),
  reject('missing_field', 'no name', set(AT.name, '')),
  reject('bad_type', 'version in words', set(AT.version, 'two')),
  reject('bad_type', 'version 1.0', set(AT.version, '1.0')),
  reject('bad_date', 'a day that the month lacks', set(AT.occurredOn, '2025-02-30')),
  reject('bad_date', 'a month that the year lacks', set(AT.occurredOn, '2025/13/01')),
  reject('bad_date', 'birth date in words', set(AT.birthDate, '不详')),
  reject('future_date', 'the day after the as-of day', (cells, _, asOf) => set(AT.occurredOn, asOf + 1)(cells)),
  reject('future_date', 'far in the future', set(AT.occurredOn, '2099-01-01')),
  reject('bad_value', 'version 0', set(AT.version, 0)),
  reject('bad_value', 'unknown op', set(AT.op, 'replace')),
  reject('bad_value', 'region code of 7 digits', set(AT.region, '1599011')),
  reject('bad_value', 'record_id of 65 characters', set(AT.recordId, 'z'.repeat(65))),
  reject('bad_value', 'name of 201 characters', set(AT.name, '长'.repeat(201))),
  reject('no_identity', 'neither number nor certificate nor birth date', (cells) => {
    for (const at of [AT.idNumber, AT.certificate, AT.birthDate, AT.phone, AT.address]) cells[at] = '';
  }),
  reject('no_identity', 'birth date alone', (cells) => {
    for (const at of [AT.idNumber, AT.certificate, AT.phone, AT.address]) cells[at] = '';
    cells[AT.birthDate] = '1970-01-01';
  }),
];

const OWN: Record<FeedName, (at: (name: string) => number) => Reject[]> = {
  'medical-insurance': (at) => [
    reject('missing_field', 'no self_paid', set(at('self_paid'), '')),
    reject('missing_field', 'no occurred_on', set(AT.occurredOn, '')),
    reject('bad_amount', 'three decimals', set(at('total_amount'), '9999.001')),
    reject('bad_amount', 'negative', set(at('fund_paid'), '-0.01')),
    reject('bad_amount', 'in words', set(at('medical_aid_paid'), '一百')),
    reject('bad_amount', 'self_paid above total_amount', (cells) => {
      cells[at('total_amount')] = 10_000;
      cells[at('self_paid')] = 10_001;
    }),
    reject('bad_value', 'unknown visit type', set(at('visit_type'), 'dentist')),
    reject('bad_date', 'admission on 31 April', set(at('admitted_on'), '2025-04-31')),
  ],
  health: (at) => [reject('bad_value', 'unknown event', set(at('event'), 'birth'))],
  housing: (at) => [
    reject('bad_value', 'grade E', (cells) => {
      cells[at('event')] = 'dangerous_house';
      cells[at('grade')] = 'E';
    }),
    reject('missing_field', 'dangerous house without grade', (cells) => {
      cells[at('event')] = 'dangerous_house';
      cells[at('grade')] = '';
    }),
    reject('bad_amount', 'three decimals', set(at('monthly_rent'), '120.125')),
  ],
  tax: (at) => [
    reject('bad_date', 'thirteenth month', set(at('period'), '2025-13')),
    reject('missing_field', 'no income_amount', set(at('income_amount'), '')),
    reject('bad_amount', 'negative', set(at('income_amount'), '-200.00')),
    reject('bad_value', 'unknown income type', set(at('income_type'), 'lottery')),
  ],
  disability: (at) => [
    reject('bad_value', 'grade 5', (cells) => {
      cells[at('event')] = 'certified';
      cells[at('category')] = 4;
      cells[at('grade')] = 5;
    }),
    reject('missing_field', 'certified without grade', (cells) => {
      cells[at('event')] = 'certified';
      cells[at('grade')] = '';
    }),
    reject('bad_amount', 'three decimals', set(at('rehab_amount'), '10.005')),
  ],
  'rural-revitalization': (at) => [
    reject('bad_type', 'year in words', set(at('year'), '去年')),
    reject('bad_value', 'year 1989', set(at('year'), 1989)),
    reject('bad_value', 'water is perhaps safe', set(at('water_safe'), 'maybe')),
    reject('missing_field', 'income without year', (cells) => {
      cells[at('event')] = 'annual_income';
      cells[at('amount')] = 100_000;
      cells[at('year')] = '';
    }),
    reject('bad_amount', 'negative', set(at('amount'), '-1')),
  ],
  education: (at) => [
    reject('missing_field', 'no stage', set(at('stage'), '')),
    reject('missing_field', 'fee without amount', (cells) => {
      cells[at('event')] = 'fee';
      cells[at('amount')] = '';
    }),
    reject('bad_value', 'unknown stage', set(at('stage'), 'primary')),
    reject('bad_amount', 'in words', set(at('amount'), '两千')),
  ],
  'human-resources': (at) => [
    reject('missing_field', 'no occurred_on', set(AT.occurredOn, '')),
    reject('missing_field', 'contribution without period', (cells) => {
      cells[at('event')] = 'insurance_month';
      cells[at('period')] = '';
    }),
    reject('missing_field', 'pension without amount', (cells) => {
      cells[at('event')] = 'pension_month';
      cells[at('period')] = '2025-03';
      cells[at('amount')] = '';
      cells[at('basic_amount')] = '';
    }),
    reject('bad_amount', 'basic_amount above amount', (cells) => {
      cells[at('amount')] = 20_000;
      cells[at('basic_amount')] = 20_001;
    }),
    reject('bad_date', 'thirteenth month', set(at('period'), '202513')),
    reject('bad_value', 'unknown kind of pension', set(at('pension_kind'), 'private')),
  ],
  emergency: (at) => [
    reject('bad_type', 'half a room', set(at('collapsed_rooms'), '1.5')),
    reject('bad_value', 'rooms below 0', set(at('collapsed_rooms'), '-1')),
    reject('bad_amount', 'three decimals', set(at('loss_amount'), '1000.001')),
    reject('bad_value', 'unknown event', set(at('event'), 'quarrel')),
  ],
  'public-security': (at) => [
    reject('bad_value', 'unknown vehicle', set(at('vehicle_kind'), 'camel')),
    reject('missing_field', 'no event', set(at('event'), '')),
  ],
  'natural-resources': (at) => [
    reject('missing_field', 'compensation without amount', (cells) => {
      cells[at('event')] = 'land_compensation';
      cells[at('amount')] = '';
    }),
    reject('bad_type', 'area with its unit', set(at('area_sqm'), '90㎡')),
    reject('bad_amount', 'negative', set(at('amount'), '-0.01')),
  ],
  'market-supervision': (at) => [
    reject('bad_value', 'unknown entity', set(at('entity_kind'), '个体户')),
    reject('bad_amount', 'in words', set(at('capital_amount'), '十万')),
  ],
  'civil-affairs': (at) => [
    reject('missing_field', 'no kind', set(at('kind'), '')),
    reject('missing_field', 'payment without period', (cells) => {
      cells[at('event')] = 'paid';
      cells[at('amount')] = 50_000;
      cells[at('period')] = '';
    }),
    reject('missing_field', 'failed payment without period', (cells) => {
      cells[at('event')] = 'pay_failed';
      cells[at('period')] = '';
    }),
    reject('bad_amount', 'three decimals', set(at('amount'), '1.005')),
    reject('bad_value', 'perhaps extended', set(at('extended_to_45'), 'perhaps')),
    reject('bad_date', 'a month in words', set(at('period'), '上月')),
  ],
  leads: (at) => [
    reject('missing_field', 'from above without a number', (cells) => {
      cells[at('channel')] = 'upper_level';
      cells[at('upstream_id')] = '';
    }),
    reject('bad_value', 'note of 2,001 characters', set(at('note'), '说'.repeat(2001))),
    reject('bad_type', 'no time', set(at('issued_at'), '昨天下午')),
    reject('bad_type', 'a day and no time', set(at('issued_at'), '2025-03-01')),
    reject('bad_date', 'a deadline that is no day', set(at('due_on'), '2025-02-29')),
    reject('bad_value', 'unknown level', set(at('upstream_level'), 'purple')),
  ],
};

/** Every way in which a row of a feed is spoiled, with the reason it must be rejected for. */
export const rejectsOf = (feed: FeedName): readonly Reject[] => [
  ...COMMON,
  ...OWN[feed]((name) => position(feed, name)),
];
