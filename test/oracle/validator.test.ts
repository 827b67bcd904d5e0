/**
 * The product's fast validator and the oracle's, written apart from the same contract, agree on every row: accepted, or
 * refused for the same reason; and on which rows have the same content.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Feed, feeds } from '../../ingest/index.ts';
import { columnsOf, createValidator, type Validated } from '../../ingest/validate.ts';
import { dayNumber, formatDay } from '../../platform/calendar.ts';
import { type Checked, checkRow, contentKey } from './check-record.ts';
import { FEED_COLUMNS, FEEDS, type FeedName } from './feed-columns.ts';
import { type FieldType, REASONS } from './field-types.ts';

type Cells = Readonly<Record<string, string>>;

const TODAY = '2026-09-30';
const today = dayNumber(2026, 9, 30) as number;

/** Values of a type: those that a vendor means, and those that go wrong. */
const valuesOf = (type: FieldType): { good: string[]; bad: string[] } => {
  switch (type.kind) {
    case 'text':
    case 'name':
      return {
        good: [
          '张三',
          ' 张三　',
          'Ａ１',
          '哈斯.额尔敦',
          '哈斯·额尔敦',
          'e\u0301',
          'é',
          '𠮷'.repeat(type.kind === 'text' ? Math.min(type.max, 200) : 200),
        ],
        bad: ['x'.repeat(201), '', '  ', '院'.repeat(65)],
      };
    case 'day':
      return {
        good: ['2026-09-03', '2026/9/3', '20260903', '2026年9月3日', TODAY, '2024-02-29', '1990-01-01'],
        bad: [
          '',
          '2026-02-31',
          '2025-02-29',
          '2026-10-01',
          '2099-01-01',
          '昨天',
          '2026-09',
          '2026-13-01',
          '0000-01-01',
        ],
      };
    case 'month':
      return {
        good: ['2026-08', '202608', '2026年8月', '2099-01'],
        bad: ['', '2026-13', '2026/08', 'x', '20268', '2026-00'],
      };
    case 'time':
      return {
        good: ['2026-09-28T09:15:00+08:00', '2026-09-28T01:15Z', '2026-09-28T09:15', '20260928T0115+0000'],
        bad: ['', '2026-09-28', '2026-09-28 09:15', '昨天', '2026-02-31T00:00Z', '2026-09-28T25:00', '9:15'],
      };
    case 'amount':
      return {
        good: ['0', '12.34', '1,234.50', '1234.5', '99000', '１２', '0012.3'],
        bad: ['', '-1', '12.345', '12,34', '一百', '1e3', '¥5'],
      };
    case 'number':
      return { good: ['0', '62.5'], bad: ['', '-1', 'x', '62㎡'] };
    case 'boolean':
      return { good: ['true', '是', 'false', '否'], bad: ['', 'yes', 'TRUE', '1'] };
    case 'integer':
      return { good: ['1', '2', '+2', '003', '1990', '2026'], bad: ['', '0', '-1', '1.0', 'two', '1989', '2027', '8'] };
    case 'digits':
      return { good: ['159901', '159901001', '１５９９０１'], bad: ['', '1599', '15990a', '1599010'] };
    case 'listed':
      return { good: [...type.words.keys()].filter((word) => word !== 'complete'), bad: ['', 'x', 'Listed'] };
  }
};

const row = (feed: FeedName): fc.Arbitrary<Cells> =>
  fc.record(
    Object.fromEntries(
      Object.entries(FEED_COLUMNS[feed].columns).map(([name, { type, required }]) => {
        const { good, bad } = valuesOf(type);
        const left = { weight: required ? 0 : 30, arbitrary: fc.constant('') };
        const right = { weight: required ? 60 : 30, arbitrary: fc.constantFrom(...good) };
        return [name, fc.oneof(left, right, { weight: 1, arbitrary: fc.constantFrom(...bad) })];
      }),
    ),
  );

const limits = { latestDay: today, receiptDay: today };
const products = new Map(
  [...feeds.values()].map((feed: Feed) => [feed.name, { columns: columnsOf(feed), validate: createValidator(feed) }]),
);

const product = (feed: FeedName, cells: Cells): Validated => {
  const { columns, validate } = products.get(feed) ?? { columns: [], validate: undefined };
  if (validate === undefined) throw new Error(`the product has no feed ${feed}`);
  return validate(
    columns.map(({ name }) => cells[name] ?? ''),
    limits,
  );
};
const oracle = (feed: FeedName, cells: Cells): Checked =>
  checkRow(feed, new Map(Object.entries(cells).filter(([, text]) => text.trim() !== '')), formatDay(today));

it.each(FEEDS)('%s', (feed) => {
  const seen = new Map<string, number>();
  const rows = fc.tuple(row(feed), row(feed), fc.boolean());
  fc.assert(
    fc.property(rows, ([first, second, alike]) => {
      // Two rows that share nearly everything, so that equal contents occur.
      const pair = alike
        ? [first, { ...first, name: second['name'] ?? '', occurred_on: second['occurred_on'] ?? '' }]
        : [first, second];
      const judged = pair.map((cells) => [product(feed, cells), oracle(feed, cells)] as const);
      for (const [ours, theirs] of judged) {
        const expected =
          theirs.kind === 'rejected' ? theirs.reason : theirs.kind === 'record' ? 'accepted' : theirs.kind;
        const told = ours.ok ? 'accepted' : ours.rejection.reason;
        expect(told).toBe(expected);
        seen.set(told, (seen.get(told) ?? 0) + 1);
        if (!ours.ok || theirs.kind !== 'record') continue;
        const { recordId, version, op } = ours.record;
        expect({ recordId, version, op }).toEqual({
          recordId: theirs.record.recordId,
          version: theirs.record.version,
          op: theirs.record.op,
        });
      }
      const [[a, x], [b, y]] = judged as [(typeof judged)[number], (typeof judged)[number]];
      if (!a.ok || !b.ok || x.kind !== 'record' || y.kind !== 'record') return;
      if (x.record.op === 'delete' || y.record.op === 'delete') return;
      expect(a.record.content === b.record.content).toBe(contentKey(x.record) === contentKey(y.record));
    }),
    { numRuns: 1_500 },
  );
  // The property says something only where each outcome occurs.
  const without = Object.values(FEED_COLUMNS[feed].columns).every(({ type }) => type.kind !== 'amount');
  const possible = ['accepted', ...REASONS.slice(2)].filter((reason) => !without || reason !== 'bad_amount');
  expect(possible.filter((reason) => !seen.has(reason))).toEqual([]);
  expect(seen.get('accepted') ?? 0).toBeGreaterThan(300);
});
