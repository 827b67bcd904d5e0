/** A workbook that can't be read: what is wrong with it and what its sender can do, in a sentence each. */
export class XlsxProblem extends Error {
  /** Row that it shows in, where one is to blame. */
  readonly row: number | null;
  constructor(message: string, row: number | null = null) {
    super(message);
    this.name = 'XlsxProblem';
    this.row = row;
  }
}

const AGAIN = 'Send it again.';

export const damaged = (why: string): XlsxProblem =>
  new XlsxProblem(`the workbook is damaged or cut short here (${why}). ${AGAIN}`);

export const notReadable = (why: string): XlsxProblem =>
  new XlsxProblem(`${why}. Open it in a spreadsheet program, save it as .xlsx and send that.`);

/** What no honest workbook of a department reaches. */
export const tooMuch = (why: string): XlsxProblem =>
  new XlsxProblem(`${why}. Split the data into several files, or send it as CSV (UTF-8).`);
