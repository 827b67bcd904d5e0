import type { Writable } from 'node:stream';
import writeExcelFile from 'write-excel-file/node';
import type { ExportRow } from './export-rows.ts';

/** Turns pages of rows into one file. `begin` comes first, `end` last. */
export interface ExportFormat {
  begin(): Promise<void>;
  rows(page: readonly ExportRow[]): Promise<void>;
  end(): Promise<void>;
}

/** More rows than a spreadsheet holds; the message says what to do. */
export class TooManyRows extends Error {
  constructor() {
    super('a spreadsheet holds at most 1,048,575 rows: export with --format csv');
    this.name = 'TooManyRows';
  }
}

const MOST_SHEET_ROWS = 1_048_575;
const LONGEST_CELL = 32_767;
const CUT = '…（已截断，全文见 jsonl）';

const write = (out: Writable, text: string | Buffer): Promise<void> =>
  new Promise((done, failed) => {
    out.write(text, (error) => (error ? failed(error) : done()));
  });

const cellText = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A subject's two ids are columns of their own where there are no nested values. */
const flat = (row: ExportRow): ExportRow => {
  const { subject, ...rest } = row;
  return subject === undefined ? row : { ...(subject as ExportRow), ...rest };
};

/** A cell of a CSV that is opened in a spreadsheet program: it never runs. */
export const csvCell = (value: unknown): string => {
  const text = cellText(value);
  // A cell that begins like a formula would run when the file is opened in a spreadsheet.
  const risky = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text);
  const harmless = risky ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const jsonl = (out: Writable): ExportFormat => ({
  begin: async () => undefined,
  rows: (page) => write(out, page.map((row) => `${JSON.stringify(row)}\n`).join('')),
  end: async () => undefined,
});

const csv = (out: Writable, columns: readonly string[]): ExportFormat => ({
  begin: () => write(out, `\uFEFF${columns.join(',')}\r\n`),
  rows: (page) =>
    write(
      out,
      page
        .map(flat)
        .map((row) => `${columns.map((column) => csvCell(row[column])).join(',')}\r\n`)
        .join(''),
    ),
  end: async () => undefined,
});

/** Cells are text, never formulas. The sheet is built in memory: for what people read, not for a province's records. */
const xlsx = (out: Writable, columns: readonly string[], name: string): ExportFormat => {
  const cell = (value: string) => ({ value, type: String });
  const cut = (text: string): string =>
    text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - CUT.length)}${CUT}` : text;
  const sheet: { value: string; type: typeof String; fontWeight?: 'bold' }[][] = [
    columns.map((column) => ({ ...cell(column), fontWeight: 'bold' as const })),
  ];
  return {
    begin: async () => undefined,
    rows: async (page) => {
      if (sheet.length - 1 + page.length > MOST_SHEET_ROWS) throw new TooManyRows();
      for (const row of page.map(flat)) sheet.push(columns.map((column) => cell(cut(cellText(row[column])))));
    },
    end: async () => write(out, await writeExcelFile(sheet, { sheet: name, stickyRowsCount: 1 }).toBuffer()),
  };
};

/** Formats by the name that `--format` takes. */
export const exportFormats: Readonly<
  Record<string, (out: Writable, columns: readonly string[], name: string) => ExportFormat>
> = { jsonl, csv, xlsx };
