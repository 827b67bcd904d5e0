import { amended } from './amend.ts';
import { monthOf } from './calendar.ts';
import { identify } from './identity.ts';
import type { Cell, Draft, Fate, FeedName } from './model.ts';
import type { Random } from './random.ts';
import { AT, position } from './writing/feed-columns.ts';

/** One row on its way into a file, with the truth about it. */
export type Dispatch = {
  draft: Draft;
  cells: Cell[];
  version: number;
  op: '' | 'delete';
  /** the month that the completeness count of its feed puts it in; null for deletes */
  period: number | null;
  shift: number;
  fate: Fate;
  defect: string;
  history: string;
};

/** Where the period stands that a row counts in, whatever its day. */
const PERIODS: Partial<Record<FeedName, number>> = {
  tax: position('tax', 'period'),
  'human-resources': position('human-resources', 'period'),
  'civil-affairs': position('civil-affairs', 'period'),
};

/** An authorised-only feed keeps nothing of families without an authorisation in force (feeds.md, section 6). */
const authorisedFate = (draft: Draft, defect: string, fate: Fate): Fate => {
  const { person } = draft;
  const needed = draft.feed === 'tax' || (draft.feed === 'natural-resources' && draft.own[0] !== 'land_compensation');
  if (!needed) return fate;
  if (person.personId === null || !person.home.authorised) return 'not_authorised';
  // whether a damaged identity is matched, and so authorised, is the matcher's to say
  return defect === 'none' || defect.startsWith('form:') ? fate : 'matched_only';
};

const deletion = (cells: readonly Cell[], version: number): Cell[] => {
  const row: Cell[] = new Array(cells.length).fill('');
  row[AT.recordId] = cells[AT.recordId]!;
  row[AT.version] = version;
  row[AT.op] = 'delete';
  return row;
};

/**
 * Turns a draft into the rows that a department sends about it: the record itself and, now and then, copies, corrections and
 * withdrawals. Whatever must come in a certain order gets another `shift`, which is another file: rows of one file are shuffled.
 * `room` is how many files come after the draft's own (at least 1).
 */
export const dispatch = (random: Random, draft: Draft, room: number): Dispatch[] => {
  const cells: Cell[] = [draft.recordId, draft.version === 0 ? '' : draft.version, draft.op, draft.occurredOn];
  const defect = identify(random, cells, draft);
  cells.push(...draft.own);
  const row = (over: Partial<Dispatch>): Dispatch => {
    const full: Dispatch = {
      draft,
      cells,
      version: draft.version === 0 ? 1 : draft.version,
      op: '',
      period: draft.period,
      shift: draft.shift,
      fate: draft.fate,
      defect,
      history: draft.history,
      ...over,
    };
    if (full.op === '') full.fate = authorisedFate(draft, defect, full.fate);
    return full;
  };
  if (draft.op === 'delete') {
    return [row({ cells: deletion(cells, draft.version), op: 'delete', period: null, defect: 'none' })];
  }
  const first = row({});
  const p = random.unit();
  if (p < 0.008)
    return [first, row({ fate: 'duplicate', history: 'exact_copy', shift: draft.shift + random.below(2) })];
  if (draft.pinned || p > (room > 1 ? 0.03 : 0.029)) return [first];

  const later = draft.shift + 1;
  const changed = amended(draft.feed, cells);
  const periodAt = PERIODS[draft.feed];
  const saysPeriod = periodAt !== undefined && cells[periodAt] !== '';
  const changedPeriod = !saysPeriod && changed[AT.occurredOn] !== cells[AT.occurredOn];
  const period = changedPeriod ? monthOf(Number(changed[AT.occurredOn])) : draft.period;
  if (p < 0.01) {
    return [first, row({ cells: changed, period, fate: 'conflicting', history: 'conflicting_copy', shift: later })];
  }
  const second = [...changed];
  second[AT.version] = 2;
  const correction = { cells: second, version: 2, period };
  if (p < 0.02) return [first, row({ ...correction, history: 'correction', shift: later })];
  if (p < 0.0235) {
    // the correction overtakes what it corrects
    const overtaken = row({ shift: later, fate: 'duplicate', history: 'overtaken' });
    return [row({ ...correction, history: 'correction_first' }), overtaken];
  }
  const withdrawal = row({ cells: deletion(cells, 1), op: 'delete', period: null, defect: 'none', fate: 'accepted' });
  if (p < 0.0265) return [first, { ...withdrawal, history: 'withdrawal', shift: later }];
  if (p < 0.029) {
    const tooLate = row({ shift: later, fate: 'duplicate', history: 'withdrawn_before' });
    return [{ ...withdrawal, history: 'withdrawal_first' }, tooLate];
  }
  const revived = row({ ...correction, history: 'revival', shift: later + 1 });
  return [first, { ...withdrawal, history: 'withdrawal', shift: later }, revived];
};
