import { groupBy } from '../platform/group-by.ts';

/**
 * Where a household came from and where it went: nothing in the registry's files names a split (分户) or a merge (并户); both
 * are read off its members' stays. Days are numbers (calendar.ts); a stay is open where they are infinite.
 */
export interface Stay {
  readonly personNo: number;
  readonly householdNo: number;
  /** First day as a member. */
  readonly from: number;
  /** First day no longer one. */
  readonly until: number;
}

/** `split`: `into` was founded by members of `from`, who left others behind. `merge`: all who remained in `from` went to `into`. */
export interface HouseholdMove {
  readonly kind: 'split' | 'merge';
  readonly from: number;
  readonly into: number;
  readonly day: number;
  /** How many went. */
  readonly members: number;
}

export type LineageRelation = 'split_from' | 'split_into' | 'merged_from' | 'merged_into';

/** A split or a merge as one of the two households sees it: this one was split off the other, or the other was merged into it. */
export interface LineageStep {
  readonly relation: LineageRelation;
  readonly otherNo: number;
  readonly day: number;
  readonly members: number;
}

const isMember = (stay: Stay, day: number): boolean => stay.from <= day && stay.until > day;
/** Days are whole: whoever was there until this day was there the day before, if they had come by then. */
const wasMember = (stay: Stay, day: number): boolean => stay.from < day && stay.until >= day;

const personsOf = (stays: readonly Stay[]): Set<number> => new Set(stays.map((stay) => stay.personNo));

/**
 * Splits and merges between households, the oldest first. A move is a stay that ends on the day on which another begins: who
 * was nobody's member in between came from nowhere. One person who joins a household that has members is neither, as long as
 * others stay behind. Pure.
 *
 * @param stays every stay of everybody who ever belonged to one of the households that are asked about, or to one that they
 * exchanged members with
 */
export const householdMoves = (stays: readonly Stay[]): HouseholdMove[] => {
  // A stay that ends before it began was taken back by a later file.
  const real = stays.filter((stay) => stay.from < stay.until);
  const ofHousehold = groupBy(real, (stay) => stay.householdNo);
  const ofPerson = groupBy(real, (stay) => stay.personNo);
  const movers = new Map<string, { from: number; into: number; day: number; persons: Set<number> }>();
  for (const left of real) {
    for (const joined of ofPerson.get(left.personNo) ?? []) {
      if (joined.from !== left.until || joined.householdNo === left.householdNo) continue;
      const move = { from: left.householdNo, into: joined.householdNo, day: joined.from };
      const key = `${move.from}|${move.into}|${move.day}`;
      const known = movers.get(key) ?? { ...move, persons: new Set<number>() };
      known.persons.add(left.personNo);
      movers.set(key, known);
    }
  }
  const moves: HouseholdMove[] = [];
  for (const { from, into, day, persons } of movers.values()) {
    const homeStays = ofHousehold.get(from) ?? [];
    const staying = personsOf(homeStays.filter((stay) => isMember(stay, day)));
    const elsewhere = [...personsOf(homeStays.filter((stay) => wasMember(stay, day)))].filter((personNo) =>
      (ofPerson.get(personNo) ?? []).some(
        (stay) => isMember(stay, day) && stay.householdNo !== from && stay.householdNo !== into,
      ),
    );
    const members = persons.size;
    if (staying.size + elsewhere.length === 0) moves.push({ kind: 'merge', from, into, day, members });
    else if (!(ofHousehold.get(into) ?? []).some((stay) => wasMember(stay, day)))
      moves.push({ kind: 'split', from, into, day, members });
  }
  return moves.sort((a, b) => a.day - b.day || a.from - b.from || a.into - b.into);
};

/** What a household's splits and merges up to a day are to it, the oldest first. Pure. */
export const lineageOf = (moves: readonly HouseholdMove[], householdNo: number, day: number): LineageStep[] =>
  moves.flatMap((move): LineageStep[] => {
    if (move.day > day) return [];
    const { kind, members } = move;
    const told = { day: move.day, members };
    if (move.into === householdNo)
      return [{ relation: kind === 'split' ? 'split_from' : 'merged_from', otherNo: move.from, ...told }];
    if (move.from === householdNo)
      return [{ relation: kind === 'split' ? 'split_into' : 'merged_into', otherNo: move.into, ...told }];
    return [];
  });
