import { lastDayOf, monthOf } from './calendar.ts';
import type { Cell, Draft, FeedName, Person } from './model.ts';

const PREFIX: Record<FeedName, string> = {
  'medical-insurance': 'YB',
  health: 'WJ',
  housing: 'ZJ',
  tax: 'SW',
  disability: 'CL',
  'rural-revitalization': 'XZ',
  education: 'JY',
  'human-resources': 'RS',
  emergency: 'YJ',
  'public-security': 'GA',
  'natural-resources': 'ZR',
  'market-supervision': 'SJ',
  'civil-affairs': 'MZ',
  leads: 'XS',
};

/** Gives out record ids, unique within a feed, in the order of asking. */
export type RecordIds = (feed: FeedName) => string;

/** A counter per feed: `YB000000001`, ... */
export const createRecordIds = (): RecordIds => {
  const counts = new Map<FeedName, number>();
  return (feed) => {
    const count = (counts.get(feed) ?? 0) + 1;
    counts.set(feed, count);
    return `${PREFIX[feed]}${String(count).padStart(9, '0')}`;
  };
};

/** What may be said about a draft beyond who, when and what. */
export type Manner = Partial<Pick<Draft, 'recordId' | 'sentOn' | 'shift' | 'version' | 'op' | 'fate' | 'history'>>;

/** Collects what departments will send about one household. */
export type Ledger = {
  drafts: Draft[];
  /** A record about a person on a day (occurred_on); sent a few days later unless `manner` says when. */
  enter: (feed: FeedName, person: Person, day: number, own: Cell[], manner?: Manner) => Draft;
  /** A record about a month, with the day on which it was paid. */
  enterPeriod: (feed: FeedName, person: Person, month: number, day: number, own: Cell[], manner?: Manner) => Draft;
  /** A tax line of a month, sent at the month's end; occurred_on is left out. */
  enterMonth: (person: Person, month: number, own: Cell[], manner?: Manner) => Draft;
};

/** A ledger whose drafts are all pinned (they carry a story) or all open to the accidents of daily business. */
export const createLedger = (ids: RecordIds, pinned: boolean): Ledger => {
  const drafts: Draft[] = [];
  const add = (
    feed: FeedName,
    person: Person,
    occurredOn: number | '',
    period: number,
    sentOn: number,
    own: Cell[],
    m?: Manner,
  ) => {
    const draft: Draft = {
      feed,
      recordId: m?.recordId ?? ids(feed),
      person,
      occurredOn,
      period,
      sentOn: m?.sentOn ?? sentOn,
      shift: m?.shift ?? 0,
      own,
      version: m?.version ?? 0,
      op: m?.op ?? '',
      fate: m?.fate ?? 'accepted',
      history: m?.history ?? 'first',
      pinned,
    };
    drafts.push(draft);
    return draft;
  };
  return {
    drafts,
    enter: (feed, person, day, own, manner) => add(feed, person, day, monthOf(day), day + 3, own, manner),
    enterPeriod: (feed, person, month, day, own, manner) => add(feed, person, day, month, day + 3, own, manner),
    enterMonth: (person, month, own, manner) => add('tax', person, '', month, lastDayOf(month), own, manner),
  };
};
