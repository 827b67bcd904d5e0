import type { Completeness } from './completeness.ts';
import { dispatch } from './dispatch.ts';
import { identify } from './identity.ts';
import type { RecordIds } from './ledger.ts';
import { type Cell, type Draft, FEEDS, type FeedName, type Person } from './model.ts';
import { plainDraft } from './plain-record.ts';
import type { Random } from './random.ts';
import { rejectsOf } from './rejects.ts';
import type { Settings } from './settings.ts';
import { AT } from './writing/feed-columns.ts';
import type { FeedFiles } from './writing/feed-files.ts';
import type { TruthFiles } from './writing/truth-files.ts';

/** The departments' side: sends drafts and, beside them, rows that nobody may accept. */
export type Sender = {
  send: (random: Random, drafts: readonly Draft[]) => void;
  /** Perhaps sends a row about this person that must be rejected; the first of a run make sure of every feed and reason. */
  sendSpoiled: (random: Random, person: Person) => void;
};

export type SenderDeps = {
  settings: Settings;
  files: FeedFiles;
  truth: TruthFiles;
  completeness: Completeness;
  ids: RecordIds;
};

/** Connects drafts to files, truth and completeness counts. */
export const createSender = ({ settings, files, truth, completeness, ids }: SenderDeps): Sender => {
  const ways = FEEDS.flatMap((feed) => rejectsOf(feed).map((reject) => ({ feed, reject })));
  const small = ways.filter(({ reject }) => reject.reason !== 'too_large');
  const first = Math.ceil(ways.length / settings.households);
  let turn = 0;

  const spoil = (random: Random, person: Person, way: { feed: FeedName; reject: (typeof ways)[number]['reject'] }) => {
    const draft = plainDraft(random, way.feed, person, settings, ids);
    const cells: Cell[] = [draft.recordId, '', '', draft.occurredOn];
    identify(random, cells, { ...draft, pinned: true });
    cells.push(...draft.own);
    way.reject.spoil(cells, random, settings.asOf);
    files.write(way.feed, files.fileOf(way.feed, draft.sentOn), cells, way.reject.damage);
    truth.reject(way.feed, String(cells[AT.recordId]), person.personId, way.reject.reason, way.reject.what);
  };

  return {
    send: (random, drafts) => {
      for (const draft of drafts) {
        const file = files.fileOf(draft.feed, draft.sentOn);
        for (const row of dispatch(random, draft, files.room(draft.feed, file))) {
          files.write(draft.feed, file + row.shift, row.cells, '');
          truth.link(row);
          completeness.count(row);
        }
      }
    },
    sendSpoiled: (random, person) => {
      for (let i = 0; i < first && turn < ways.length; i++) spoil(random, person, ways[turn++]!);
      if (turn >= ways.length && random.chance(0.15)) {
        // long lines are kept rare: they would outweigh everything else
        spoil(random, person, random.pick(random.chance(0.05) ? ways : small));
      }
    },
  };
};
