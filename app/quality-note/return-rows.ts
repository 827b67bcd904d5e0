import type { DataReturn } from '../../dashboards/queries/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import type { NoteCell, NoteRow } from './note.ts';

const HEADERS = [
  '月份',
  '采纳（条）',
  '重复（条）',
  '未获授权不予使用（条）',
  '退回（条）',
  '其中已更正（条）',
  '据此发出预警（条）',
  '据此得到帮扶的家庭（户）',
];
const shown = (count: number | null): NoteCell => count ?? '少于5';

/** What a department's data did, as the rows of a file. Pure. */
export const returnRows = (told: DataReturn, { by, at }: { by: string; at: Date }): NoteRow[] => [
  { cells: [`${told.title}共享数据使用情况${told.synthetic ? '（模拟数据）' : ''}`], strong: true },
  { cells: [] },
  { cells: HEADERS, strong: true },
  ...told.months.map((row) => ({
    cells: [
      row.month,
      ...[row.accepted, row.duplicate, row.not_authorised, row.rejected, row.corrected, row.warnings, row.helped].map(
        shown,
      ),
    ],
  })),
  { cells: [] },
  { cells: ['退回原因', '条数'], strong: true },
  ...told.defects.map(({ says, count }) => ({ cells: [says, shown(count)] })),
  { cells: [] },
  {
    cells: [`说明：数据按接收月份、预警按发出月份、家庭按办结月份统计。${told.hides_small ? '少于5的数不显示。' : ''}`],
  },
  { cells: [`制表：${by}　制表时间：${formatShanghai(at)}`] },
];
