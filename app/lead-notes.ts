/** Touches the world: what a lead says in words, read where it lies - in the archive, as no store of ours holds it. */
import { z } from 'zod';
import { type Actor, may, type Route, RouteProblem, scopeOf } from '../access/index.ts';
import { maskName } from '../dashboards/queries/index.ts';
import {
  type FeedMapping,
  feeds,
  hash52,
  normaliseText,
  openCells,
  openReceived,
  readColumns,
  readRecords,
  recordForms,
  type TextEncodingName,
  unframeMessages,
} from '../ingest/index.ts';
import { formOf } from './exchange-directory.ts';
import { maskCell } from './mask.ts';
import type { System } from './system.ts';

const LEADS = 'leads';
/** Of a finding that rests on very many leads the first are shown. */
const MOST_NOTES = 20;
const LONGEST = 2_000;

export const leadNotes = z.object({
  notes: z.array(
    z.object({
      record_id: z.string(),
      occurred_on: z.string().nullable(),
      channel: z.string().nullable(),
      need: z.string().nullable(),
      /** Numbers and the names of the family are masked. */
      note: z.string(),
    }),
  ),
});
type LeadNote = z.infer<typeof leadNotes>['notes'][number];

interface Place {
  readonly record_id: string;
  readonly file_no: number;
  readonly position: string;
}

interface File extends Record<string, unknown> {
  readonly file_no: number;
  readonly name: string;
  readonly sha256: Buffer;
  readonly encoding: TextEncodingName;
  readonly regions: string[] | null;
  readonly origin: string;
  readonly mapping: FeedMapping | null;
}

/** Where the version of each lead lies that is in force. */
const readPlaces = (system: System, records: readonly string[]): Promise<Place[]> =>
  system.clickhouse.query<Place>(
    'pages',
    `SELECT record_id, file_no, position FROM record_versions FINAL
     WHERE feed = {feed:String} AND key IN {keys:Array(UInt64)} AND record_id IN {records:Array(String)}
     ORDER BY record_id, rank DESC LIMIT 1 BY record_id`,
    { feed: LEADS, keys: records.map((id) => hash52(id, hash52(LEADS) >>> 0)), records },
  );

const readFiles = (system: System, numbers: readonly number[]): Promise<File[]> =>
  system.postgres.query<File>(
    `select distinct on (f.file_no) f.file_no, f.name, f.sha256, f.encoding, f.regions, l.origin, lf.mapping
     from received_files f join load_files lf using (file_no) join loads l using (load_no)
     where f.file_no = any($1::int[]) order by f.file_no, lf.load_no`,
    [numbers],
  );

/** Cells of one row, in the order of the feed's columns; null where it can't be found any more. */
const readCells = async (system: System, file: File, position: number): Promise<readonly unknown[] | null> => {
  const feed = feeds.get(LEADS);
  if (feed === undefined) return null;
  const { sha256, encoding, regions, mapping } = file;
  if (file.origin === 'topic') {
    const read = await openCells({
      ...{ feed, form: 'jsonl', declarations: false, encoding, open: async function* nothing() {} },
    });
    for await (const piece of system.archive.readStream(sha256)) {
      const message = unframeMessages(piece).find(({ offset }) => offset === position);
      if (message !== undefined) return read(message.value);
    }
    return null;
  }
  const known = formOf(file.name);
  if (known === null) return null;
  const source = { feed, ...known, sha256, encoding, regions, mapping };
  const received = await openReceived(system.archive, source, () => undefined);
  try {
    const read = await openCells({ ...source, open: received.open });
    for await (const records of readRecords(recordForms[known.form], received.open, { line: 1, offset: position })) {
      const [first] = records;
      if (first !== undefined) return read(first.bytes);
    }
    return null;
  } finally {
    await received.close();
  }
};

/** A note with the names of the family and every long number masked. */
const maskNote = (note: string, names: readonly string[]): string => {
  let text = note;
  for (const name of [...new Set(names)].filter((one) => [...one].length > 1).sort((a, b) => b.length - a.length))
    text = text.replaceAll(name, maskName(name));
  return text.replace(/\d{5,}[\dXx]?/g, (digits) => maskCell({ name: 'phone', type: 'text' }, digits));
};

const noWarning = () => new RouteProblem(404, 'not_found', '没有找到这条预警，或不在您的辖区内。请核对编号后重试。');

const readNotes = async (system: System, actor: Actor, warningId: string): Promise<LeadNote[]> => {
  const { leads, names } = await system.postgres.transaction(
    async (tx) => {
      const [row] = await tx.query<{ region_code: string; household_no: number | null; records: string[] }>(
        `select region_code, household_no, records from warnings where warning_id = $1 and kind = 'warning'`,
        [warningId],
      );
      if (row === undefined || !may(actor, 'see_warnings', { regions: [row.region_code] }).allowed) throw noWarning();
      const members = await tx.query<{ name: string }>(
        `select s.name from memberships m join person_states s on s.person_no = m.person_no and s.replaced is null
         where m.household_no = $1 and m.replaced is null
         union select name from provisional_households where household_no = $1`,
        [row.household_no],
      );
      const leads = row.records.filter((record) => record.startsWith(`${LEADS}/`)).slice(0, MOST_NOTES);
      return { leads: leads.map((record) => record.slice(LEADS.length + 1)), names: members.map(({ name }) => name) };
    },
    { scope: scopeOf(actor) },
  );
  if (leads.length === 0) return [];
  const places = await readPlaces(system, leads);
  const files = new Map(
    (await readFiles(system, [...new Set(places.map((one) => one.file_no))])).map((f) => [f.file_no, f]),
  );
  const columns = readColumns({
    feed: feeds.get(LEADS) as NonNullable<ReturnType<typeof feeds.get>>,
    declarations: false,
  });
  const notes: LeadNote[] = [];
  for (const { record_id, file_no, position } of places) {
    const file = files.get(file_no);
    const cells = file === undefined ? null : await readCells(system, file, Number(position));
    const of = (name: string): string | null => {
      const cell = cells?.[columns.findIndex((column) => column.name === name)];
      return cell === null || cell === undefined || String(cell).trim() === '' ? null : String(cell).trim();
    };
    const note = of('note');
    if (note === null || normaliseText(of('record_id') ?? '') !== record_id) continue;
    const own = of('name');
    notes.push({
      ...{ record_id, occurred_on: of('occurred_on'), channel: of('channel'), need: of('need') },
      note: maskNote(note.slice(0, LONGEST), own === null ? names : [...names, own]),
    });
  }
  return notes;
};

export const leadNotesRoute = (system: System): Route => ({
  ...{ method: 'GET', url: '/api/warnings/:warning_id/notes', act: 'see_warnings', reply: leadNotes },
  summary: 'What the leads say that a warning rests on',
  params: z.object({ warning_id: z.string().min(1).max(80) }),
  answer: async ({ actor, params }) => ({
    body: { notes: await readNotes(system, actor, params['warning_id'] ?? '') },
  }),
});
