/**
 * One record's history (feeds.md section 2, "Same record, several times"). Versions are compared by rank: version * 2,
 * plus 1 for a withdrawal, so that a withdrawal stands just above the upsert of its own version.
 */
export interface RecordHistory {
  readonly ranks: number[];
  readonly contents: number[];
  /** Highest rank, 0 when nothing is known. */
  highest: number;
  /** Person whose fact the highest rank left standing, 0 when none. */
  owner: number;
}

export const rankOf = (record: { version: number; op: 'upsert' | 'delete' }): number =>
  record.version * 2 + (record.op === 'delete' ? 1 : 0);

export const emptyHistory = (): RecordHistory => ({ ranks: [], contents: [], highest: 0, owner: 0 });

export interface VersionVerdict {
  readonly status: 'accepted' | 'duplicate';
  /** A duplicate of a known version with other content. */
  readonly conflicting: boolean;
  /** Whether this version was not known yet (a lower one that comes late is kept as history). */
  readonly fresh: boolean;
}

/** Judges a version against what is known of its record. Pure. */
export const judgeVersion = (history: RecordHistory, rank: number, content: number): VersionVerdict => {
  const at = history.ranks.indexOf(rank);
  const withdrawal = rank % 2 === 1;
  const withdrawn = !withdrawal && history.ranks.includes(rank + 1);
  if (at >= 0) {
    return {
      status: 'duplicate',
      conflicting: !withdrawal && !withdrawn && history.contents[at] !== content,
      fresh: false,
    };
  }
  return { status: rank > history.highest ? 'accepted' : 'duplicate', conflicting: false, fresh: true };
};

/** Adds a version to a record's history. */
export const addVersion = (history: RecordHistory, rank: number, content: number): void => {
  history.ranks.push(rank);
  history.contents.push(content);
  if (rank > history.highest) history.highest = rank;
};
