/** Touches the world: chains of cases and how the sweep writes them (PostgreSQL). */
import { formatDay, parseIsoDay } from '../platform/calendar.ts';
import type { Cipher } from '../platform/crypto.ts';
import type { Postgres, Tx } from '../platform/postgres.ts';
import type { Level } from '../rules/index.ts';
import type { AppendedEvent } from './append.ts';
import type { CaseEvent } from './case-events.ts';
import { type CaseRow, readCase, storeCase } from './case-state.ts';
import type { StoredEvent } from './chain.ts';
import type { CaseStateName, CommandDone, Track } from './contract.ts';
import type { CaseWrite, ClosedCase, HouseholdChain, StandingCase } from './decide-cases.ts';
import { outboxRow } from './outbox-rows.ts';
import { insertOutbox } from './outbox-store.ts';
import { openPersonal, type SealedPersonal, sealPersonal } from './sealed-personal.ts';

interface ChainRow extends Record<string, unknown> {
  case_id: string;
  household_no: number;
  track: Track;
  level: Level;
  state: CaseStateName;
  version: number;
  progress: CaseRow['progress'];
  head: Buffer;
  region_code: string;
  handling_region: string | null;
  closed_on: string | null;
}

/**
 * Chains of households, with outer id and region. Their cases are locked until the transaction ends: a command of a person
 * waits for the sweep or the sweep for it, and none of both writes over the other.
 */
export const readChains = async (tx: Tx, households: readonly number[]): Promise<Map<number, HouseholdChain>> => {
  const regions = await tx.query<{ household_no: number; household_id: string; region_code: string | null }>(
    `select h.household_no, h.household_id, coalesce(
       (select region_code from household_states s where s.household_no = h.household_no and s.replaced is null
        order by held_from desc limit 1),
       (select region_code from provisional_households p where p.household_no = h.household_no)) as region_code
     from households h where h.household_no = any($1::int[])`,
    [households],
  );
  // In order of their ids, so that nobody who locks several waits in a circle. What they hold is read by the next
  // statement: this one may have waited, and would show them as they were when it began.
  await tx.query('select from cases where household_no = any($1::int[]) order by case_id for update', [households]);
  const rows = await tx.query<ChainRow>(
    `select case_id, household_no, track, level, state, version, progress, head, region_code, handling_region,
       (closed_at at time zone 'Asia/Shanghai')::date as closed_on
     from cases where household_no = any($1::int[]) order by household_no, ordinal`,
    [households],
  );
  const chains = new Map<number, Omit<Growing, 'householdId' | 'regionCode'>>();
  for (const row of rows) {
    const chain = chains.get(row.household_no) ?? { open: new Map(), closed: new Map(), cases: 0, newest: null };
    chains.set(row.household_no, chain);
    chain.cases += 1;
    chain.newest = { caseId: row.case_id, head: row.head };
    const standing: StandingCase = {
      caseId: row.case_id,
      householdNo: row.household_no,
      current: readCase(row),
      head: row.head,
      regionCode: row.region_code,
      handlingRegion: row.handling_region,
    };
    if (row.state !== 'closed') chain.open.set(row.track, standing);
    else if (row.closed_on !== null)
      chain.closed.set(row.track, { ...standing, closedOn: parseIsoDay(row.closed_on) as number });
  }
  const none = { open: new Map(), closed: new Map(), cases: 0, newest: null };
  return new Map(
    regions.map((row) => [
      row.household_no,
      { householdId: row.household_id, regionCode: row.region_code ?? '', ...(chains.get(row.household_no) ?? none) },
    ]),
  );
};

interface Growing {
  householdId: string;
  regionCode: string;
  open: Map<Track, StandingCase>;
  closed: Map<Track, ClosedCase>;
  cases: number;
  newest: HouseholdChain['newest'];
}

/**
 * Writes cases with their new events and what leaves of them, all or none. A case that changed meanwhile is a broken
 * invariant: `readChains` holds its lock.
 */
export const writeCases = async (tx: Tx, writes: readonly CaseWrite[], at: Date, asOf: number): Promise<void> => {
  const rows = writes.flatMap((write) => (write.current === null ? [] : [{ write, row: storeCase(write.current) }]));
  const fresh = rows.filter(({ write }) => write.isNew);
  await tx.query(
    `insert into cases (case_id, household_no, household_id, track, region_code, level, state, version, progress, opened_at, opened_as_of, previous_case_id, head, ordinal)
     select c.case_id, c.household_no, c.household_id, c.track, c.region_code, c.level, c.state, c.version, c.progress, $11, $12, c.previous_case_id, c.head,
       coalesce((select max(ordinal) from cases o where o.household_no = c.household_no), 0) + row_number() over (partition by c.household_no order by c.place)
     from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::jsonb[], $10::bytea[], $13::text[])
       with ordinality as c (case_id, household_no, household_id, track, region_code, level, state, version, progress, head, previous_case_id, place)
     order by c.place`,
    [
      fresh.map(({ write }) => write.caseId),
      fresh.map(({ write }) => write.householdNo),
      fresh.map(({ write }) => write.householdId),
      fresh.map(({ row }) => row.track),
      fresh.map(({ write }) => write.regionCode),
      fresh.map(({ row }) => row.level),
      fresh.map(({ row }) => row.state),
      fresh.map(({ row }) => row.version),
      fresh.map(({ row }) => JSON.stringify(row.progress)),
      fresh.map(({ write }) => write.head),
      at,
      formatDay(asOf),
      fresh.map(({ write }) => write.previousCaseId),
    ],
  );
  const old = rows.filter(({ write }) => !write.isNew);
  const updated = await tx.query(
    `update cases set level = w.level, version = w.version, head = w.head, state = w.state, progress = w.progress,
       closed_at = case when w.state = 'reopened' then null else closed_at end,
       reported_at = case when w.state = 'reopened' then null else reported_at end,
       township = case when w.state = 'reopened' then null else township end
     from unnest($1::text[], $2::text[], $3::int[], $4::bytea[], $5::text[], $6::jsonb[], $7::int[])
       as w (case_id, level, version, head, state, progress, before)
     where cases.case_id = w.case_id and cases.version = w.before returning 1`,
    [
      old.map(({ write }) => write.caseId),
      old.map(({ row }) => row.level),
      old.map(({ row }) => row.version),
      old.map(({ write }) => write.head),
      old.map(({ row }) => row.state),
      old.map(({ row }) => JSON.stringify(row.progress)),
      old.map(({ write }) => write.version - write.events.length),
    ],
  );
  if (updated.length !== old.length) throw new Error('a case changed while its warnings were joined');
  await insertEvents(
    tx,
    writes.flatMap((write) => write.events),
    null,
  );
  const outbox = writes.flatMap((write) =>
    write.events.map((appended) => {
      // The sweep's events are of the program's own making.
      const what = appended.event.what as unknown as CaseEvent;
      return outboxRow(appended, what, write, write.current as NonNullable<typeof write.current>, null);
    }),
  );
  await insertOutbox(tx, outbox, at);
};

/** Inserts events; of a person's command the first one holds its request and the answer that it got. */
export const insertEvents = async (
  tx: Tx,
  events: readonly AppendedEvent[],
  command: { requestId: string; answer: CommandDone; cipher: Cipher } | null,
): Promise<void> => {
  const first = <T>(value: T): (T | null)[] => events.map((_, at) => (at === 0 ? value : null));
  await tx.query(
    `insert into case_events (case_id, sequence, event, previous_hash, hash, personal, request_id, answer)
     select * from unnest($1::text[], $2::int[], $3::jsonb[], $4::bytea[], $5::bytea[], $6::jsonb[], $7::uuid[], $8::jsonb[])`,
    [
      events.map((e) => e.event.case_id),
      events.map((e) => e.event.sequence),
      events.map((e) => JSON.stringify(e.event)),
      events.map((e) => e.previousHash),
      events.map((e) => e.hash),
      events.map((e) => {
        const sealed = command === null ? null : sealPersonal(e.personal, command.cipher);
        return sealed === null ? null : JSON.stringify(sealed);
      }),
      first(command?.requestId ?? null),
      first(command === null ? null : JSON.stringify(command.answer)),
    ],
  );
};

/** Cases in order with their events, a page at a time, or one. */
export const readCasePage = async (
  postgres: Postgres,
  cipher: Pick<Cipher, 'open'>,
  page: { after: string; limit: number } | { caseId: string },
): Promise<{ caseId: string; head: Buffer; previousCaseId: string | null; events: StoredEvent[] }[]> => {
  const cases = await postgres.query<{ case_id: string; head: Buffer; previous_case_id: string | null }>(
    'caseId' in page
      ? 'select case_id, head, previous_case_id from cases where case_id = $1'
      : 'select case_id, head, previous_case_id from cases where case_id > $1 order by case_id limit $2',
    'caseId' in page ? [page.caseId] : [page.after, page.limit],
    { scope: '*' },
  );
  const events = await readEvents(
    postgres,
    cipher,
    cases.map((c) => c.case_id),
  );
  return cases.map((c) => ({
    caseId: c.case_id,
    head: c.head,
    previousCaseId: c.previous_case_id,
    events: events.get(c.case_id) ?? [],
  }));
};

/** Events of cases in sequence. */
export const readEvents = async (
  postgres: Postgres,
  cipher: Pick<Cipher, 'open'>,
  caseIds: readonly string[],
): Promise<Map<string, StoredEvent[]>> => {
  const rows = await postgres.query<{
    case_id: string;
    event: StoredEvent['event'];
    previous_hash: Buffer;
    hash: Buffer;
    personal: SealedPersonal | null;
  }>(
    `select case_id, event, previous_hash, hash, personal from case_events where case_id = any($1)
     order by case_id, sequence`,
    [caseIds],
    { scope: '*' },
  );
  const events = new Map<string, StoredEvent[]>();
  for (const row of rows) {
    const list = events.get(row.case_id) ?? [];
    const personal = openPersonal(row.personal, cipher);
    list.push({ event: row.event, previousHash: row.previous_hash, hash: row.hash, personal });
    events.set(row.case_id, list);
  }
  return events;
};
