/** From bytes to records: encodings, headers, reasons in their order, declarations. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ADULT, type Cells, household, load, person, record, TODAY, toCsv } from './exchange-builder.ts';
import type { OracleResult } from './index.ts';

const WORLD = { households: [household()], persons: [person()] };
const ILL: Cells = record({ event: 'major_illness' });

/** Node decodes GB18030 only: the two-byte characters are found by decoding all of them. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) codes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  }
  return Buffer.from([...text].flatMap((character) => codes.get(character) ?? [character.charCodeAt(0)]));
}

function loadFile(path: string, content: string | Buffer): OracleResult {
  return load({ ...WORLD, files: { [path]: content } });
}

/** The reason against one row of a feed, or 'accepted'. */
function judge(feed: string, cells: Cells): string {
  const result = load({ ...WORLD, feeds: { [feed]: [cells] } });
  expect(result.records.read).toBe(1);
  return Object.keys(result.rejected_by_reason)[0] ?? 'accepted';
}

describe('files', () => {
  const csv = toCsv([ILL]);
  const chinese = '记录编号,发生日期,姓名,公民身份号码,事件\r\nr-1,2026年9月20日, 张三 ,';
  const files: [string, string, string | Buffer][] = [
    ['UTF-8', 'health/a.csv', csv],
    ['UTF-8 with a byte order mark', 'health/a.csv', `\uFEFF${csv}`],
    ['GB18030', 'health/a.csv', gb18030(csv)],
    ['GB18030 with Chinese headers and values', 'health/a.csv', gb18030(`${chinese}${ADULT},重病\r\n`)],
    ['a packed CSV', 'health/a.csv.gz', gzipSync(csv)],
    ['a packed GB18030 CSV', 'health/a.csv.gz', gzipSync(gb18030(csv))],
    ['JSON lines', 'health/a.jsonl', JSON.stringify(ILL)],
    ['packed JSON lines', 'health/a.jsonl.gz', gzipSync(`${JSON.stringify(ILL)}\r\n\n`)],
    ['a CSV with quoted commas and line ends', 'health/a.csv', toCsv([{ ...ILL, hospital: 'a,"b"\nc' }])],
    ['unknown columns', 'health/a.csv', toCsv([{ ...ILL, batch_no: 'x' }])],
  ];

  it.each(files)('reads %s', (_, path, content) => {
    const result = loadFile(path, content);
    expect(result.records).toMatchObject({ read: 1, accepted: 1 });
    expect(result.findings.map((finding) => finding.rule_id)).toEqual(['major-illness']);
  });

  it('takes files in byte order of their names', () => {
    const later = toCsv([{ ...ILL, event: 'chronic_illness' }]);
    const result = load({ ...WORLD, files: { 'health/b.csv': later, 'health/B.csv': csv } });
    expect(result.records).toMatchObject({ accepted: 1, duplicate: 1, conflicting: 1 });
    expect(result.findings).toHaveLength(1);
  });

  it('does not read blank lines, and calls a row of another width malformed', () => {
    const result = loadFile('health/a.csv', `${csv}\n  \nr-2,2026-09-20\n${'r-3,'.repeat(9)}\n"r-4"x,1,2,3,4\n`);
    expect(result.records).toMatchObject({ read: 4, accepted: 1, rejected: 3 });
    expect(result.rejected_by_reason).toEqual({ malformed: 3 });
  });

  it('calls what is not one JSON object malformed', () => {
    const lines = ['[1]', '{"record_id":', 'null', '"text"', '{} {}', ''].join('\n');
    expect(loadFile('health/a.jsonl', lines).rejected_by_reason).toEqual({ malformed: 5 });
  });

  it('refuses a raw line over 65,536 bytes, whatever else is wrong with it', () => {
    const line = (length: number): string => {
      const empty = JSON.stringify({ ...ILL, extra: '' });
      return JSON.stringify({ ...ILL, extra: 'x'.repeat(length - Buffer.byteLength(empty)) });
    };
    expect(loadFile('health/a.jsonl', line(65_536)).records.accepted).toBe(1);
    expect(loadFile('health/a.jsonl', line(65_537)).rejected_by_reason).toEqual({ too_large: 1 });
    expect(loadFile('health/a.jsonl', `[${'x'.repeat(70_000)}`).rejected_by_reason).toEqual({ too_large: 1 });
  });
});

describe('reasons', () => {
  const settlement = record({ visit_type: 'inpatient', total_amount: 100, self_paid: 50 });
  const cases: [string, string, Cells][] = [
    ['accepted', 'medical-insurance', { ...settlement, self_paid: 100 }],
    ['missing_field', 'medical-insurance', { ...settlement, visit_type: ' ', version: 'two' }],
    ['bad_type', 'medical-insurance', { ...settlement, version: '1.0', occurred_on: '昨天' }],
    ['bad_date', 'medical-insurance', { ...settlement, admitted_on: '2026-02-31', occurred_on: '2026-10-01' }],
    ['future_date', 'medical-insurance', { ...settlement, occurred_on: '2026-10-01', self_paid: 101 }],
    ['bad_amount', 'medical-insurance', { ...settlement, self_paid: 100.01, visit_type: 'x' }],
    ['bad_amount', 'medical-insurance', { ...settlement, fund_paid: '12.345' }],
    ['bad_amount', 'medical-insurance', { ...settlement, fund_paid: -5 }],
    ['bad_value', 'medical-insurance', { ...settlement, visit_type: 'x', id_number: null }],
    ['bad_value', 'medical-insurance', { ...settlement, version: 0 }],
    ['bad_value', 'medical-insurance', { ...settlement, version: '-1' }],
    ['bad_value', 'medical-insurance', { ...settlement, op: 'replace' }],
    ['bad_value', 'medical-insurance', { ...settlement, region_code: '1599011' }],
    ['bad_value', 'medical-insurance', { ...settlement, record_id: 'x'.repeat(65) }],
    ['accepted', 'medical-insurance', { ...settlement, hospital: '院'.repeat(200) }],
    ['bad_value', 'medical-insurance', { ...settlement, hospital: '院'.repeat(201) }],
    ['no_identity', 'medical-insurance', { ...settlement, id_number: null, birth_date: '1980-01-01' }],
    ['no_identity', 'medical-insurance', { ...settlement, id_number: null, phone: '139' }],
    ['accepted', 'medical-insurance', { ...settlement, id_number: '1599**********1234' }],
    ['missing_field', 'housing', record({ event: 'dangerous_house' })],
    ['accepted', 'housing', record({ event: 'renovated' })],
    ['bad_value', 'housing', record({ event: 'dangerous_house', grade: 'E' })],
    ['missing_field', 'disability', record({ event: 'certified', category: 1 })],
    ['accepted', 'disability', record({ event: 'cancelled' })],
    ['bad_value', 'disability', record({ event: 'cancelled', grade: 5 })],
    ['missing_field', 'disability', record({ event: 'rehab_cost' })],
    ['missing_field', 'rural-revitalization', record({ event: 'annual_income', amount: 1 })],
    ['bad_value', 'rural-revitalization', record({ event: 'annual_income', amount: 1, year: 2027 })],
    ['bad_value', 'rural-revitalization', record({ event: 'annual_income', amount: 1, year: 1989 })],
    ['bad_type', 'rural-revitalization', record({ event: 'annual_income', amount: 1, year: '2025.0' })],
    ['bad_value', 'rural-revitalization', record({ event: 'listed', water_safe: 'maybe' })],
  ];

  it.each(cases)('%s: %s %o', (reason, feed, cells) => expect(judge(feed, cells)).toBe(reason));

  it('looks at the digits of a JSON number where an integer belongs, at its value where an amount does', () => {
    const raw = JSON.stringify(record({ event: 'annual_income', amount: 7, year: 2025 }));
    const result = (line: string): unknown => loadFile('rural-revitalization/a.jsonl', line).rejected_by_reason;
    expect(result(raw.replace('2025}', '2025.0}'))).toEqual({ bad_type: 1 });
    expect(result(raw.replace('"amount":7', '"amount":7.10'))).toEqual({});
    expect(result(raw.replace('"amount":7', '"amount":1e2'))).toEqual({});
    expect(result(raw.replace('"amount":7', '"amount":7.125'))).toEqual({ bad_amount: 1 });
  });

  it('judges every column that a delete carries, but it needs only its record_id', () => {
    expect(judge('health', { record_id: 'r-1', op: 'delete' })).toBe('accepted');
    expect(judge('health', { record_id: 'r-1', op: 'delete', occurred_on: '2026-02-31' })).toBe('bad_date');
    expect(judge('health', { op: 'delete', event: 'death' })).toBe('missing_field');
  });

  it('defaults occurred_on of tax to the last day of the period and does not judge that day', () => {
    const wages = { record_id: 't', name: '张三', id_number: ADULT, income_type: 'wages', income_amount: 1 };
    const world = { ...WORLD, authorisations: [{ household_id: 'H1', scope: 'finance', granted_on: '2026-01-01' }] };
    const result = load({ ...world, feeds: { tax: [{ ...wages, period: '2026-12' }] } });
    expect(result.records.accepted).toBe(1);
    expect(judge('tax', { ...wages, period: '2026-09', occurred_on: '2026-10-01' })).toBe('future_date');
    expect(judge('tax', wages)).toBe('missing_field');
    expect(judge('tax', { ...wages, period: '2026-13' })).toBe('bad_date');
  });
});

describe('declarations', () => {
  const declare = { op: 'complete', record_id: 'c', region_code: '15', period: '2026-09' };

  it('are counted when they can be read, repeated or not, and are no records', () => {
    const rows = [declare, declare, { ...declare, records: 12 }];
    const bad = [
      { ...declare, region_code: '1' },
      { ...declare, region_code: null },
      { ...declare, period: '2026-13' },
      { ...declare, records: -1 },
      { ...declare, records: 'many' },
    ];
    const result = load({ ...WORLD, feeds: { tax: [...rows, ...bad] } });
    expect(result.completions).toBe(3);
    expect(result.records.read).toBe(0);
  });

  it('come in _complete.csv too, with either headers', () => {
    const english = 'region_code,period\n1599,2026-08\n1599,202609\n1599,never\n';
    expect(loadFile('tax/_complete.csv', english).completions).toBe(2);
    expect(loadFile('health/_complete.csv', '\uFEFF行政区划代码,所属期\r\n1599,2026年9月\r\n').completions).toBe(1);
  });
});

describe('the registry', () => {
  it('leaves bad rows out and keeps the others', () => {
    const rows = [
      household(),
      household({ household_id: 'H2', category: '贫困' }),
      household({ household_id: 'H3', area: '' }),
    ];
    expect([...load({ households: rows }, TODAY).state.registry.households.keys()]).toEqual(['H1']);
  });

  it('holds the later of two rows for the same thing', () => {
    const rows = [household({ category: 'dibao', labour: 'able' }), household({ category: '低保边缘' })];
    const { explain } = load({ households: rows, persons: [person({ name: '李四' }), person()] });
    expect(explain('H1')).toMatchObject({ category: 'edge', 'household.size': '1' });
  });
});
