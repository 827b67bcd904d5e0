import { describe, expect, it } from 'vitest';
import { noteAsCsv } from './formats.ts';
import { type NoteGiven, noteRows } from './note.ts';

const given: NoteGiven = {
  ...{ department: '民政局业务股室', month: '2026-10', by: '陈分析', at: '2026-11-02T09:00:00+08:00', synthetic: true },
  feeds: [
    { feed: 'civil-affairs', title: '社会救助经办' },
    { feed: 'leads', title: '主动发现' },
  ],
  taken: [
    { feed: 'civil-affairs', accepted: 90, duplicate: 5, conflicting: 1, not_authorised: 0 },
    { feed: 'leads', accepted: 1, duplicate: 0, conflicting: 0, not_authorised: 0 },
  ],
  defects: [
    {
      ...{
        feed: 'civil-affairs',
        reason: 'bad_value',
        field: 'kind',
        fieldTitle: '救助类别',
        rows: 4,
        corrected: 2,
        dismissed: 1,
      },
      ...{ what: '取值不在允许范围内', cure: '请对照填写', examples: ['=HYPERLINK("x")', '低保户'] },
    },
  ],
};
const plain = (note: NoteGiven): string[] => noteRows(note).map(({ cells }) => cells.join('|'));

describe('a quality note', () => {
  it('counts each feed and all of them, and says what waits', () => {
    const rows = plain(given);
    expect(rows[0]).toBe('民政局业务股室2026年10月共享数据质量通报（模拟数据）');
    expect(rows[1]).toContain('共享数据 100 条，其中 4 条（4.00%）');
    expect(rows).toContain('社会救助经办|90|5|1|0|4|2|1|1');
    expect(rows).toContain('主动发现|1|0|0|0|0|0|0|0');
    expect(rows).toContain('合计|91|5|1|0|4|2|1|1');
    expect(rows.some((row) => row.startsWith('社会救助经办|取值不在允许范围内|bad_value|kind|救助类别|4|2|1|1|'))).toBe(
      true,
    );
  });

  it('asks for data where none came, and praises where nothing was refused', () => {
    expect(plain({ ...given, taken: [], defects: [] })[1]).toContain('未收到');
    expect(plain({ ...given, defects: [] })).toEqual(
      expect.arrayContaining([expect.stringContaining('未发现需要退回'), '本月没有退回的数据。']),
    );
  });

  it('is a CSV that Excel reads as UTF-8 and runs nothing of', () => {
    const csv = noteAsCsv(
      noteRows({ ...given, defects: [{ ...given.defects[0]!, examples: ['=1+1', '+2', '-3x', '@sum', '\t='] }] }),
    );
    expect(csv.startsWith('\u{feff}')).toBe(true);
    for (const line of csv.split('\r\n')) for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+@\t]/);
    const one = noteAsCsv([
      { cells: ['=1+1'] },
      { cells: ['-3x'] },
      { cells: ['+2'] },
      { cells: ['@a'] },
      { cells: [-3] },
    ]);
    expect(one).toBe("\u{feff}'=1+1\r\n'-3x\r\n'+2\r\n'@a\r\n-3\r\n");
  });
});
