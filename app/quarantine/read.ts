/** Touches the world: refused rows as pages show them, masked, and one in full with its reason in the audit log. */
import { type Actor, noteAudit, RouteProblem } from '../../access/index.ts';
import { feeds, readColumns, rejectReasons, rejectWords } from '../../ingest/index.ts';
import { formatShanghai } from '../../platform/calendar.ts';
import type { System } from '../system.ts';
import { createEntryReader, type ReadEntry } from './cells.ts';
import type {
  QuarantineCounts,
  QuarantineDetail,
  QuarantineFilters,
  QuarantineItem,
  QuarantinePage,
  QuarantineQuery,
  quarantineRevealed,
} from './contract.ts';
import { hindranceOf } from './hindrance.ts';
import { maskedCell, maskedRaw, personal, textOf } from './rows.ts';
import {
  countEntries,
  countFacet,
  type EntryRow,
  givenOf,
  listEntries,
  readCameOf,
  readEntries,
  readFate,
} from './store.ts';

const notFound = () =>
  new RouteProblem(404, 'not_found', '没有找到这条隔离数据，或不在您的辖区内。请刷新列表后重新选择。');
const staleCursor = () => new RouteProblem(404, 'not_found', '翻页位置已失效，请回到第一页重新查看。');

const REGISTRY = '登记数据';
const feedTitle = (feed: string): string => feeds.get(feed)?.zh ?? (feed === 'registry' ? REGISTRY : feed);

const itemOf = ({ entry, columns, cells }: ReadEntry): QuarantineItem => {
  const place = columns.findIndex(({ name }) => name === entry.field);
  const column = columns[place];
  return {
    ...{ quarantine_no: entry.quarantine_no, feed: entry.feed, feed_title: feedTitle(entry.feed) },
    ...{ source: entry.file, line: entry.position, reason: entry.reason, field: entry.field },
    field_title: column?.zh ?? null,
    value: column === undefined ? null : maskedCell(column, cells?.[place]),
    ...{ region_code: entry.region_code, received_at: formatShanghai(entry.received_at), state: entry.state },
  };
};

export interface ReadDeps {
  readonly system: System;
  readonly isSynthetic: () => boolean;
}

export const createQuarantineReader = ({ system, isSynthetic }: ReadDeps) => {
  const { postgres } = system;

  const find = async (actor: Actor, no: number): Promise<EntryRow> => {
    const [entry] = await readEntries(postgres, givenOf(actor), [no]);
    if (entry === undefined) throw notFound();
    return entry;
  };

  return {
    async list(actor: Actor, { limit, after, ...filters }: QuarantineQuery): Promise<QuarantinePage> {
      if (after !== undefined && !/^\d{1,18}$/.test(after)) throw staleCursor();
      const given = givenOf(actor);
      const entries = await listEntries(postgres, given, filters, {
        ...{ after: after === undefined ? null : Number(after), limit },
      });
      const reader = createEntryReader(system);
      const rows: QuarantineItem[] = [];
      for (const entry of entries) rows.push(itemOf(await reader(entry)));
      return {
        entries: rows,
        total: await countEntries(postgres, given, filters),
        next: entries.length < limit ? null : `${entries.at(-1)?.quarantine_no}`,
        synthetic: isSynthetic(),
      };
    },

    async counts(actor: Actor, filters: QuarantineFilters): Promise<QuarantineCounts> {
      const given = givenOf(actor);
      const facet = async (name: keyof QuarantineCounts, title: (value: string) => string) =>
        (await countFacet(postgres, given, filters, name)).map((one) => ({ ...one, title: title(one.value) }));
      const columns = [...feeds.values()]
        .filter(({ name }) => filters.feed === undefined || name === filters.feed)
        .flatMap((feed) => readColumns({ feed, declarations: false }));
      const fieldTitle = (name: string): string => columns.find((column) => column.name === name)?.zh ?? name;
      const order = (reason: string): number => rejectReasons.indexOf(reason as (typeof rejectReasons)[number]);
      const reasons = await facet('reason', (value) => rejectWords[value as keyof typeof rejectWords]?.what ?? value);
      return {
        feed: await facet('feed', feedTitle),
        reason: reasons.sort((a, b) => order(a.value) - order(b.value)),
        field: await facet('field', fieldTitle),
        day: await facet('day', (value) => value),
        state: await facet('state', (value) => value),
      };
    },

    async detail(actor: Actor, no: number): Promise<QuarantineDetail> {
      const entry = await find(actor, no);
      const read = await createEntryReader(system)(entry);
      const made = await readFate(postgres, no);
      const { what, cure } = rejectWords[entry.reason];
      return {
        ...itemOf(read),
        ...{ says: what, cure },
        cells:
          read.feed === null
            ? null
            : read.columns.map((column, i) => ({
                ...{ column: column.name, title: column.zh, value: maskedCell(column, read.cells?.[i]) },
                ...{ personal: personal.has(column.name), required: column.required === true },
                values:
                  column.values === undefined
                    ? null
                    : Object.entries(column.values).map(([value, title]) => ({ value, title: title || value })),
              })),
        raw: maskedRaw(read.raw, entry.encoding),
        raw_length: entry.raw_length,
        fate:
          made === null
            ? null
            : {
                ...{ correction_id: made.correction_id, kind: made.kind, reason: made.reason, role: made.role },
                ...{ by: made.name ?? made.actor, at: formatShanghai(made.made_at), outcome: made.outcome },
                ...{ record_id: made.record_id, next_no: made.next_no },
              },
        came_of: await readCameOf(postgres, no),
        hindrance: hindranceOf(read, 'edit'),
        synthetic: isSynthetic(),
      };
    },

    /** The line of the log and the row are one transaction: what could not be logged is not shown. */
    async reveal(actor: Actor, no: number, reason: string, now: Date): Promise<(typeof quarantineRevealed)['_output']> {
      const entry = await find(actor, no);
      const { columns, cells, raw } = await createEntryReader(system)(entry);
      await postgres.transaction((tx) =>
        noteAudit(tx, {
          ...{
            at: now,
            actor: actor.id,
            role: actor.role,
            act: 'correct_quarantine',
            subject: `quarantine/${no}`,
            reason,
          },
          detail: { shown: 'row' },
        }),
      );
      return {
        cells: cells === null ? null : columns.map(({ name }, i) => ({ column: name, value: textOf(cells[i]) })),
        raw: raw.subarray(0, 65_536).toString(entry.encoding === 'utf-8' ? 'utf8' : 'latin1'),
      };
    },
  };
};
