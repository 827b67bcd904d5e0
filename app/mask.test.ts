import { describe, expect, it } from 'vitest';
import type { Column } from '../ingest/index.ts';
import { maskCell } from './mask.ts';

const column = (name: string, type: Column['type'] = 'text') => ({ name, type });

describe('a cell that is shown', () => {
  it.each<[string, Column['type'], unknown, string]>([
    ['name', 'name', '张三', '张*'],
    ['name', 'name', '哈斯·额尔敦', '哈*****'],
    ['name', 'name', '𠮷', '*'],
    ['id_number', 'text', '159901198001010010', '159901********0010'],
    ['id_number', 'text', '1599', '****'],
    ['id_number', 'text', '1.59901198001011E+17', '1.59…E+17'],
    ['disability_cert', 'text', '15990119800101001041', '159901********1041'],
    ['phone', 'text', '13812345678', '138****5678'],
    ['phone', 'text', 1234567, '*******'],
    ['address', 'text', '某苏木某嘎查12号', '某苏木******'],
    ['birth_date', 'date', '1980-01-01', '1980******'],
    ['note', 'text', '电13812345678，证159901198001010010', '电138******78，证159********10'],
    ['hospital', 'text', '旗人民医院', '旗人民医院'],
    ['total_amount', 'amount', 20_000_000, '20000000'],
    ['occurred_on', 'date', '159901198001010010', '159********10'],
    ['occurred_on', 'date', '巴图', '巴*'],
    ['occurred_on', 'date', '2026年2月30日', '2026年2月30日'],
    ['amount', 'amount', '一千', '一千'],
    ['region_code', 'region', '159901101001', '159901101001'],
    ['region_code', 'region', '13812345678', '138******78'],
    ['event', 'choice', '危险房', '危险房'],
    ['event', 'choice', '13812345678', '138******78'],
    ['hospital', 'text', 'x'.repeat(60), `${'x'.repeat(40)}…`],
    ['hospital', 'text', 'a\u202eb\nc', 'a b c'],
    ['hospital', 'text', { a: 1 }, '{"a":1}'],
  ])('of %s (%s) %j is %s', (name, type, value, shown) => {
    expect(maskCell(column(name, type), value)).toBe(shown);
  });
});
