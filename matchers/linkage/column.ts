/** A column of texts with every distinct text stored once: equality is one comparison of numbers, frequency one look-up. */
export interface Column {
  /** Number of the text of each row, -1 where it is missing. */
  readonly ids: Int32Array;
  readonly texts: readonly string[];
  /** In how many rows each text stands. */
  readonly counts: Uint32Array;
  /** Rows that have a text. */
  readonly present: number;
}

/** Missing is null, undefined or the empty text. */
export const internColumn = (values: readonly (string | null | undefined)[]): Column => {
  const known = new Map<string, number>();
  const texts: string[] = [];
  const ids = new Int32Array(values.length).fill(-1);
  values.forEach((text, row) => {
    if (text === null || text === undefined || text === '') return;
    let id = known.get(text);
    if (id === undefined) {
      id = texts.length;
      known.set(text, id);
      texts.push(text);
    }
    ids[row] = id;
  });
  return { ids, texts, ...countIds(ids, texts.length) };
};

/** Another column made of a column's texts, each distinct text once (a year of a date, a sound of a name). */
export const deriveColumn = (from: Column, make: (text: string) => string | null): Column => {
  const known = new Map<string, number>();
  const texts: string[] = [];
  const madeOf = Int32Array.from(from.texts, (text) => {
    const made = make(text);
    if (made === null || made === '') return -1;
    let id = known.get(made);
    if (id === undefined) {
      id = texts.push(made) - 1;
      known.set(made, id);
    }
    return id;
  });
  const ids = from.ids.map((id) => (id < 0 ? -1 : (madeOf[id] as number)));
  return { ids, texts, ...countIds(ids, texts.length) };
};

const countIds = (ids: Int32Array, size: number): Pick<Column, 'counts' | 'present'> => {
  const counts = new Uint32Array(size);
  let present = 0;
  for (const id of ids) {
    if (id < 0) continue;
    counts[id] = (counts[id] as number) + 1;
    present += 1;
  }
  return { counts, present };
};
