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
  let present = 0;
  values.forEach((text, row) => {
    if (text === null || text === undefined || text === '') return;
    let id = known.get(text);
    if (id === undefined) {
      id = texts.length;
      known.set(text, id);
      texts.push(text);
    }
    ids[row] = id;
    present += 1;
  });
  const counts = new Uint32Array(texts.length);
  for (const id of ids) if (id >= 0) counts[id] = (counts[id] as number) + 1;
  return { ids, texts, counts, present };
};

/** Another column made of a column's texts, each distinct text once (a year of a date, a sound of a name). */
export const deriveColumn = (from: Column, make: (text: string) => string | null): Column => {
  const made = from.texts.map(make);
  return internColumn(Array.from(from.ids, (id) => (id < 0 ? null : (made[id] as string | null))));
};
