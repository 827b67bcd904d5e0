import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Where memory is plentiful V8 lets garbage grow to many times of what lives before it looks for it. This process has a column store inside
 * and a database beside it that have better use for it: long work calls this between its pieces.
 */
const MOST_BYTES = 160_000_000;

let collect: (() => void) | null = null;
/** What lived after the last collection, in bytes. */
let living = 0;

/** Collects garbage where much has gathered since the last time; of a large heap, in which little is garbage, only when it has doubled. */
export const collectGarbage = (): void => {
  if (getHeapStatistics().used_heap_size < Math.max(MOST_BYTES, 2 * living)) return;
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  living = getHeapStatistics().used_heap_size;
};
