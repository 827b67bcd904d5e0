/** Rows, each once, in the order in which they came. Small enough to stay in a processor's cache, and cleared at no cost. */
export interface RowSet {
  add(row: number): void;
  at(index: number): number;
  clear(): void;
  readonly size: number;
}

export const createRowSet = (): RowSet => {
  let rows = new Uint32Array(512);
  /** Places of rows by hash, plus one; 0 where none is. */
  let places = new Uint32Array(2048);
  /** The place of each row: to clear it, no chain has to be followed. */
  let taken = new Uint32Array(512);
  let size = 0;
  const placeOf = (row: number): number => {
    const mask = places.length - 1;
    let place = (Math.imul(row, 0x9e3779b1) >>> 16) & mask;
    while (places[place] !== 0 && rows[(places[place] as number) - 1] !== row) place = (place + 1) & mask;
    return place;
  };
  const grow = (): void => {
    const wider = new Uint32Array(rows.length * 2);
    wider.set(rows);
    rows = wider;
    places = new Uint32Array(places.length * 2);
    taken = new Uint32Array(rows.length);
    for (let i = 0; i < size; i += 1) {
      const place = placeOf(rows[i] as number);
      places[place] = i + 1;
      taken[i] = place;
    }
  };
  return {
    add(row) {
      let place = placeOf(row);
      if (places[place] !== 0) return;
      if (size === rows.length) {
        grow();
        place = placeOf(row);
      }
      rows[size] = row;
      taken[size] = place;
      size += 1;
      places[place] = size;
    },
    at: (index) => rows[index] as number,
    clear() {
      for (let i = 0; i < size; i += 1) places[taken[i] as number] = 0;
      size = 0;
    },
    get size() {
      return size;
    },
  };
};
