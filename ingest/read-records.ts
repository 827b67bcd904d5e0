import type { RowPosition } from './contract.ts';
import { createSplitter, type RawRecord, type RecordForm } from './split.ts';

/** After this many lost quotes the rest of a file is read line by line, so that a hostile file costs linear time. */
const MOST_RESTARTS = 100;

/**
 * Records of a file from a position on, as they come. A quote that was lost costs its own line: reading begins again
 * behind it. Memory holds one chunk. Throws only what `open` throws.
 */
export async function* readRecords(
  form: RecordForm,
  open: (offset: number) => AsyncIterable<Buffer>,
  from: RowPosition,
): AsyncGenerator<RawRecord[]> {
  let at = from;
  for (let restarts = 0; ; restarts += 1) {
    const splitter = createSplitter(restarts < MOST_RESTARTS ? form : 'lines', at);
    let last: RawRecord | undefined;
    for await (const chunk of open(at.offset)) {
      const records = splitter.push(chunk);
      last = records.at(-1);
      yield records;
      if (last?.fault === 'lost_quote') break;
    }
    if (last?.fault !== 'lost_quote') {
      const records = splitter.finish();
      last = records.at(-1);
      yield records;
    }
    if (last?.fault !== 'lost_quote') return;
    at = { offset: last.end, line: last.nextLine };
  }
}
