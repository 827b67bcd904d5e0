import { type NameForm, NO_NAME } from '../names/name-form.ts';
import { isShortHan, nameLevel } from '../names/name-level.ts';
import type { NamePool } from './name-pool.ts';

/** Levels of one record's name and the names of candidates, each compared once: those of a county who are called alike share a name. */
export interface NameLevels {
  /** Takes up the name of the next record. */
  begin(claimed: NameForm): void;
  /** Whether a name of the pool may be the same one written otherwise; false only for what surely is another. */
  mayAgree(id: number): boolean;
  /** Level of a name of the pool. */
  of(id: number): number;
}

const KEPT = 64;

export const createNameLevels = (names: NamePool): NameLevels => {
  let name = NO_NAME;
  let isShort = false;
  const ids = new Uint32Array(KEPT);
  const levels = new Int8Array(KEPT);
  return {
    begin(claimed) {
      name = claimed;
      isShort = isShortHan(claimed);
      ids.fill(0);
    },
    mayAgree: (id) => !isShort || !names.isShortHan(id) || names.sound(id) === name.sound,
    of(id) {
      const at = id & (KEPT - 1);
      if (id !== 0 && ids[at] === id) return levels[at] as number;
      const level = nameLevel(name, names.form(id));
      ids[at] = id;
      levels[at] = level;
      return level;
    },
  };
};
