/** A note as a file. */
import writeExcelFile from 'write-excel-file/node';
import { csvCell } from '../export-formats.ts';
import type { NoteRow } from './note.ts';

/** With a byte order mark: without it Excel takes UTF-8 for something else. */
export const noteAsCsv = (rows: readonly NoteRow[]): string =>
  `\u{feff}${rows.map(({ cells }) => `${cells.map(csvCell).join(',')}\r\n`).join('')}`;

const WIDTHS = [18, 34, 16, 16, 18, 12, 16, 16, 12, 40, 60];

/** Cells are texts and numbers, never formulas. */
export const noteAsXlsx = (rows: readonly NoteRow[], sheet: string): Promise<Buffer> =>
  writeExcelFile(
    rows.map(({ cells, strong }) =>
      cells.map((value) => ({
        ...(typeof value === 'number' ? { value, type: Number } : { value, type: String }),
        ...(strong === true ? { fontWeight: 'bold' as const } : {}),
      })),
    ),
    { sheet, columns: WIDTHS.map((width) => ({ width })) },
  ).toBuffer();
