import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import type { CaseEvent } from '../../alerts/case-events.ts';
import { type CaseRow, storeCase } from '../../alerts/case-state.ts';
import { readChains, writeCases } from '../../alerts/chain-store.ts';
import {
  type CaseCommand,
  type CaseStateName,
  type CommandDone,
  type ReferralCommand,
  type ReferralStatus,
  services,
} from '../../alerts/contract.ts';
import { decideCases } from '../../alerts/decide-cases.ts';
import type { OpenedWarning } from '../../alerts/decide-warnings.ts';
import { replayCase } from '../../alerts/evolve-case.ts';
import {
  actsOfReferral,
  type CommandDeps,
  commandCase,
  commandReferral,
  commandRoutes,
  readPersonal,
  verifyChains,
} from '../../alerts/index.ts';
import { commands, referralCommands } from '../../alerts/machine-for-tests.ts';
import { caseTransitions, isStep, referralTransitions } from '../../alerts/transitions.ts';
import { simulate } from '../../app/simulate/index.ts';
import type { System } from '../../app/system.ts';
import { formatShanghai, parseIsoDay } from '../../platform/calendar.ts';
import { publishedWorkingDays } from '../../platform/working-days.ts';
import { discloseHousehold } from '../../registry/index.ts';
import { createDice } from '../support/dice.ts';
import { type Home, openFolder, openHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

const BANNER = '159901';
const DAY = '2026-10-12';
const NOW = new Date(`${DAY}T09:00:00+08:00`);
const EVERYTHING = { scope: '*' };

const person = (id: string, role: Actor['role'], regions: string[], department: string | null = null): Actor => ({
  ...{ id, role, regions, department },
});
const analyst = person('u-analyst', 'analyst', [BANNER]);
const inspector = person('u-inspector', 'inspector', [BANNER]);
const insurance = person('u-insurance', 'department', ['1599'], 'medical-insurance');
const health = person('u-health', 'department', ['1599'], 'health');
const water = person('u-water', 'department', [BANNER], 'water');
const neighbour = person('u-neighbour', 'analyst', ['159902']);

// `npm run bench:crowd` has people work on 500 cases for a minute.
const crowdCases = Number(process.env['YILIAN_CROWD_CASES'] ?? 40);
const crowdSeconds = Number(process.env['YILIAN_CROWD_SECONDS'] ?? 0);

const visit = { ...commands.record_visit, staff: ['张一', '李二'], evidence: [], visited_on: DAY } as CaseCommand;
const refer = {
  ...commands.refer,
  disclose: ['name', 'id_number', 'phone', 'address', 'members', 'warning'],
} as CaseCommand;
const fulfil = { ...referralCommands.fulfil, given_on: DAY } as ReferralCommand;

/** People at work in an opened system. */
const atWork = (system: System) => {
  const { postgres, cipher, catalogue } = system;
  const deps: CommandDeps = {
    ...{ postgres, cipher, workingDays: publishedWorkingDays },
    disclose: discloseHousehold(cipher),
    ruleTitle: (id) => catalogue.rules.find((rule) => rule.id === id)?.title ?? id,
  };
  const all = <R extends Record<string, unknown>>(sql: string, values: unknown[] = [], scope = '*') =>
    postgres.query<R>(sql, values, { scope });
  const one = async <R extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<R> => {
    const [row] = await all<R>(sql, values);
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  };
  const caseRow = (id: string) =>
    one<{ version: number; state: CaseStateName; region_code: string; household_no: number; closed_at: Date | null }>(
      'select * from cases where case_id = $1',
      [id],
    );
  const referralRow = (id: string) =>
    one<{ version: number; status: string; department: string; due_on: string | null; disclosed_sealed: Buffer }>(
      'select * from referrals where referral_id = $1',
      [id],
    );
  const act = async (actor: Actor, caseId: string, command: CaseCommand, version?: number, request_id = randomUUID()) =>
    commandCase(deps, actor, caseId, { version: version ?? (await caseRow(caseId)).version, request_id, command }, NOW);
  const answer = async (
    actor: Actor,
    id: string,
    command: ReferralCommand,
    version?: number,
    request_id = randomUUID(),
  ) =>
    commandReferral(deps, actor, id, { version: version ?? (await referralRow(id)).version, request_id, command }, NOW);
  const done = async (result: ReturnType<typeof act>): Promise<CommandDone> => {
    const found = await result;
    if (found.kind !== 'done') throw new Error(`not done: ${JSON.stringify(found)}`);
    return found.answer;
  };
  const newCases = async (count: number): Promise<{ case_id: string; township: Actor; household_no: number }[]> => {
    const rows = await all<{ case_id: string; region_code: string; household_no: number }>(
      // A head without an id number has none to disclose: the chain told here is of one who has.
      `select case_id, region_code, household_no from cases c where state = 'opened' and track = 'need'
         and exists (select from memberships m join person_states p on p.person_no = m.person_no and p.replaced is null
           where m.household_no = c.household_no and m.replaced is null and p.relation = 'head' and p.id_sealed is not null)
       order by household_no, case_id limit $1`,
      [count],
    );
    expect(rows).toHaveLength(count);
    return rows.map(({ case_id, region_code, household_no }) => ({
      ...{ case_id, household_no, township: person(`u-${region_code}`, 'township', [region_code.slice(0, 9)]) },
    }));
  };
  const newCase = async () => (await newCases(1))[0] as Awaited<ReturnType<typeof newCases>>[number];
  const toVerified = async (id: string, township: Actor): Promise<void> => {
    await done(act(analyst, id, { type: 'receive' }));
    await done(act(analyst, id, { type: 'assign', township: township.regions[0] as string }));
    await done(act(township, id, visit));
    await done(act(analyst, id, { ...commands.verify, evidence: ['病历'] }));
  };
  return { deps, all, one, caseRow, referralRow, act, answer, done, newCase, newCases, toVerified };
};
type AtWork = ReturnType<typeof atWork>;

describe('a case on the real engines', () => {
  let home: Home;
  const working = <T>(work: (at: AtWork, system: System) => Promise<T>): Promise<T> =>
    withSystem(home.path, (system) => work(atWork(system), system));

  beforeAll(async () => {
    const directory = await openFolder();
    await simulate({
      households: Math.max(400, crowdCases * 6),
      seed: 5,
      months: 6,
      out: directory,
      asOf: '2026-09-30',
    });
    home = await openHome();
    // A bureau that has worked with the rules before: what they find is no baseline.
    await withSystem(home.path, ({ postgres, catalogue }) =>
      postgres.query(
        `insert into rule_baselines (rule_id, banner, as_of) select rule_id, $2, '2026-08-31' from unnest($1::text[]) as rule_id`,
        [catalogue.rules.map((rule) => rule.id), BANNER],
      ),
    );
    await home.load(directory, '2026-09-30');
  });

  it('comes from the sweep with a clock on each warning and a row of the outbox for each event', async () => {
    await working(async ({ one, all }) => {
      const warnings = await one<{ n: number; wrong: number }>(
        `select count(*)::int as n, (count(*) filter (where due_on is distinct from case when kind = 'warning' then date '2026-10-20' end))::int as wrong
         from warnings`,
      );
      expect(warnings.n).toBeGreaterThan(100);
      expect(warnings.wrong).toBe(0);
      const unsent = await one<{ events: number; rows: number }>(
        `select count(*)::int as events, count(o.message_id)::int as rows from case_events e
         left join outbox o on o.message_id = e.case_id || '/' || e.sequence and o.topic = 'case.events'
           and o.payload ->> 'type' = e.event -> 'what' ->> 'type'`,
      );
      expect(unsent.events).toBeGreaterThan(80);
      expect(unsent.rows).toBe(unsent.events);
      const [payload] = await all<{ payload: Record<string, unknown> }>(
        'select payload from outbox order by outbox_no limit 1',
      );
      expect(payload?.payload).toMatchObject({
        type: 'opened',
        sequence: 1,
        version: 1,
        role: 'system',
        referral_id: null,
      });
    });
  });

  it('goes to its end with a referral that is accepted, fulfilled and confirmed', async () => {
    await working(async ({ act, answer, done, newCase, toVerified, caseRow, referralRow, one, all, deps }) => {
      const { case_id: id, township } = await newCase();
      await toVerified(id, township);
      await done(act(analyst, id, { type: 'dispose', disposition: 'refer', reason: '住院自付过高' }));
      const { referral_id, referral_version, state } = await done(act(analyst, id, refer));
      expect([referral_version, state]).toEqual([3, 'disposed']);
      const referral = referral_id as string;
      expect(await referralRow(referral)).toMatchObject({ status: 'delivered', due_on: '2026-10-19' });

      const opened = JSON.parse(deps.cipher.open((await referralRow(referral)).disclosed_sealed).toString('utf8'));
      expect(Object.keys(opened).toSorted()).toEqual(['address', 'id_number', 'members', 'name', 'phone', 'warning']);
      expect(opened.id_number).toMatch(/^1599\d{13}[\dX]$/);
      expect(opened.members).toContain(opened.name);
      expect(opened.warning).toMatch(/\p{Script=Han}/u);

      expect((await done(act(analyst, id, { type: 'report' }))).state).toBe('following');
      const reported = await one<{ n: number }>(
        `select count(*)::int as n from warnings where case_id = $1 and reported_on is distinct from '${DAY}'`,
        [id],
      );
      expect(reported.n).toBe(0);
      expect(await act(analyst, id, { type: 'close' })).toMatchObject({
        kind: 'refused',
        refused: { refusal: 'referral_open' },
      });

      await done(answer(insurance, referral, { type: 'accept' }));
      expect(await referralRow(referral)).toMatchObject({ status: 'accepted', due_on: '2026-11-09' });
      await done(answer(insurance, referral, { type: 'report_progress', note: '正在核算' }));
      await done(answer(insurance, referral, fulfil));
      expect(await referralRow(referral)).toMatchObject({ status: 'fulfilled', due_on: null });
      await done(answer(analyst, referral, { type: 'confirm' }));
      expect((await done(act(analyst, id, { type: 'close', note: '已落实' }))).state).toBe('closed');
      expect((await caseRow(id)).closed_at).toEqual(NOW);
      const warnings = await all<Record<string, unknown>>('select * from warnings where case_id = $1', [id]);
      for (const warning of warnings)
        expect(warning).toMatchObject({
          status: 'closed',
          closed_on: DAY,
          closed_level: warning['level'],
          closed_at: NOW,
        });

      const events = await all<{ event: { what: CaseEvent; clock: unknown; actor: string } }>(
        'select event from case_events where case_id = $1 order by sequence',
        [id],
      );
      expect(events.map(({ event }) => event.what.type).filter((type) => type !== 'warning_joined')).toEqual([
        ...['opened', 'received', 'assigned', 'visited', 'verified', 'disposed'],
        ...['referral_created', 'referral_sent', 'referral_delivered', 'reported', 'referral_accepted'],
        ...['referral_progressed', 'referral_fulfilled', 'report_supplemented', 'referral_confirmed', 'closed'],
      ]);
      const clockOf = (type: string) => events.find(({ event }) => event.what.type === type)?.event.clock;
      expect(clockOf('reported')).toEqual({ used_days: 12, allowed_days: 20 });
      expect(clockOf('referral_accepted')).toEqual({ used_days: 0, allowed_days: 5 });
      expect(clockOf('referral_confirmed')).toBeNull();
      const sent = await one<{ topic: string; payload: unknown }>(
        `select topic, payload from outbox where key = $1 and payload ->> 'type' = 'referral_sent'`,
        [id],
      );
      expect(sent).toMatchObject({
        topic: 'referral.medical-insurance',
        payload: { referral_id: referral, version: 2 },
      });
      expect((await verifyChains(deps, id)).broken).toEqual([]);
    });
  });

  it('a referral that was returned goes to another department; a second one for the service is refused', async () => {
    await working(async ({ act, answer, done, newCase, toVerified, referralRow, all }) => {
      const { case_id: id, township } = await newCase();
      await toVerified(id, township);
      const first = await done(act(analyst, id, refer));
      const referral = first.referral_id as string;
      expect(await act(analyst, id, refer)).toMatchObject({
        kind: 'refused',
        refused: { error: 'illegal_step', refusal: 'service_already_referred', referral_id: referral },
      });
      await done(answer(insurance, referral, referralCommands.return));
      expect(await referralRow(referral)).toMatchObject({ status: 'returned', due_on: null });
      expect(
        await answer(analyst, referral, { ...referralCommands.reroute, department: 'medical-insurance' }),
      ).toMatchObject({
        refused: { refusal: 'same_department' },
      });
      await done(answer(analyst, referral, referralCommands.reroute));
      // From now on it is the other department's, and the first one's no more.
      expect(await answer(insurance, referral, { type: 'accept' })).toEqual({ kind: 'not_found' });
      await done(answer(analyst, referral, { type: 'send' }));
      await done(answer(health, referral, { type: 'accept' }));
      expect(await referralRow(referral)).toMatchObject({ status: 'accepted', department: 'health' });
      const topics = await all<{ topic: string }>(
        `select topic from outbox where key = $1 and payload ->> 'type' = 'referral_sent' order by outbox_no`,
        [id],
      );
      expect(topics.map(({ topic }) => topic)).toEqual(['referral.medical-insurance', 'referral.health']);
    });
  });

  it('two cases of one household referring the same service at once make one referral', async () => {
    await working(async ({ act, newCase, toVerified, deps, all }) => {
      const { case_id: need, township, household_no } = await newCase();
      const exit = await joinWarning(deps, household_no, 'exit');
      for (const id of [need, exit]) await toVerified(id, township);
      for (const service of ['education', 'housing', 'legal'] as const) {
        const command = { ...commands.refer, service, disclose: [] } as CaseCommand;
        const results = await Promise.all([need, exit].map((id) => act(analyst, id, command)));
        expect(results.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused']);
        const made = results.flatMap((result) => (result.kind === 'done' ? [result.answer.referral_id] : []));
        expect(results.find(({ kind }) => kind === 'refused')).toMatchObject({
          refused: { refusal: 'service_already_referred', referral_id: made[0] },
        });
      }
      const open = await all('select 1 from referrals where household_no = $1', [household_no]);
      expect(open).toHaveLength(3);
    });
  });

  it('an older version is refused and changes nothing; the same request is answered as the first time', async () => {
    await working(async ({ act, answer, done, newCase, caseRow, one }) => {
      const { case_id: id, township } = await newCase();
      const request = randomUUID();
      const { version } = await caseRow(id);
      const first = await done(act(analyst, id, { type: 'receive' }, version, request));
      expect(await done(act(analyst, id, { type: 'receive' }, version, request))).toEqual(first);
      expect(await act(analyst, id, { type: 'note', text: '旧页' }, version)).toEqual({
        kind: 'refused',
        refused: {
          ...{ error: 'stale_version', refusal: null, version: first.case_version, referral_id: null },
          message: expect.stringContaining('请查看最新进展'),
        },
      });
      // Many at once, as by a page that lost its connection and tried again.
      const note = randomUUID();
      const now = first.case_version;
      const many = await Promise.all(
        Array.from({ length: 8 }, () => act(analyst, id, { type: 'note', text: '一次' }, now, note)),
      );
      for (const result of many) expect(result).toMatchObject({ kind: 'done', answer: { case_version: now + 1 } });
      const { n } = await one<{ n: number }>(
        `select count(*)::int as n from case_events where case_id = $1 and event -> 'what' ->> 'type' = 'noted'`,
        [id],
      );
      expect(n).toBe(1);
      // A number that somebody else used is a conflict, not their answer.
      expect(await act(inspector, id, { type: 'note', text: '别人' }, now + 1, note)).toMatchObject({
        kind: 'refused',
        refused: { error: 'stale_version' },
      });
      await done(act(analyst, id, { type: 'assign', township: township.regions[0] as string }));
      await done(act(township, id, visit));
      await done(act(analyst, id, commands.verify as unknown as CaseCommand));
      const { referral_id } = await done(act(analyst, id, refer));
      const accepted = randomUUID();
      const again = await done(answer(insurance, referral_id as string, { type: 'accept' }, 3, accepted));
      expect(await done(answer(insurance, referral_id as string, { type: 'accept' }, 3, accepted))).toEqual(again);
      expect(await answer(insurance, referral_id as string, fulfil, 3)).toMatchObject({
        refused: { error: 'stale_version', version: 4 },
      });
    });
  });

  it('is nobody’s who may not: by role, by region, by department', async () => {
    await working(async ({ act, answer, done, newCase, toVerified, all, referralRow }) => {
      const { case_id: id, township } = await newCase();
      expect(await act(neighbour, id, { type: 'receive' })).toEqual({ kind: 'not_found' });
      expect(await act(insurance, id, { type: 'receive' })).toEqual({ kind: 'not_found' });
      expect(await act(analyst, 'c-none', { type: 'receive' }, 1)).toEqual({ kind: 'not_found' });
      expect(await act(township, id, { type: 'receive' })).toEqual({ kind: 'forbidden' });
      expect(await act(inspector, id, { type: 'receive' })).toEqual({ kind: 'forbidden' });
      await toVerified(id, township);
      const portal = (await done(act(analyst, id, refer))).referral_id as string;
      const offline = (await done(act(analyst, id, commands.refer_offline as unknown as CaseCommand)))
        .referral_id as string;
      expect(await answer(health, portal, { type: 'accept' })).toEqual({ kind: 'not_found' });
      expect(await answer(analyst, portal, { type: 'accept' })).toEqual({ kind: 'forbidden' });
      expect(await answer(insurance, portal, { type: 'withdraw', reason: '-' })).toEqual({ kind: 'forbidden' });
      expect(await answer(neighbour, portal, { type: 'confirm' })).toEqual({ kind: 'not_found' });
      // An offline one is answered on paper, and typed in.
      await done(answer(analyst, offline, { type: 'deliver' }));
      await done(answer(analyst, offline, { type: 'accept' }));
      await done(answer(water, offline, fulfil));
      expect(await referralRow(offline)).toMatchObject({ status: 'fulfilled' });

      const count = async (table: string, scope: string): Promise<number> =>
        (await all<{ n: number }>(`select count(*)::int as n from ${table}`, [], scope))[0]?.n ?? -1;
      for (const table of ['cases', 'case_events', 'warnings', 'household_states', 'person_states'])
        expect(await count(table, 'medical-insurance@1599'), table).toBe(0);
      const seen = await all<{ department: string }>('select distinct department from referrals', [], 'water@159901');
      expect(seen).toEqual([{ department: 'water' }]);
      expect(await count('referrals', 'water@159902')).toBe(0);
      expect(await count('referrals', 'water@')).toBe(0);
      expect(await count('referrals', '')).toBe(0);
      expect(await count('referrals', BANNER)).toBe(await count('referrals', '*'));
    });
  });

  it('is answered over its address: done, refused with the words for the page, not there', async () => {
    await working(async ({ newCase, caseRow, deps }) => {
      const { case_id: id } = await newCase();
      const [route] = commandRoutes(deps);
      const post = async (case_id: string, body: unknown, actor = analyst) => {
        const parsed = route?.body?.parse(body);
        return route?.answer({ actor, params: { case_id }, query: undefined, body: parsed, now: NOW, cookies: {} });
      };
      const { version } = await caseRow(id);
      const body = (command: unknown) => ({ version, request_id: randomUUID(), command });
      const refusal = await post(id, body({ type: 'close' }));
      expect(refusal).toMatchObject({ status: 409, body: { error: 'illegal_step', version } });
      expect(() => route?.replies?.[409]?.parse(refusal?.body)).not.toThrow();
      const answered = await post(id, body({ type: 'receive' }));
      expect(answered).toEqual({ body: expect.objectContaining({ case_id: id, state: 'received' }) });
      expect(() => route?.reply?.parse(answered?.body)).not.toThrow();
      expect(await post(id, body({ type: 'receive' }))).toMatchObject({
        status: 409,
        body: { error: 'stale_version' },
      });
      await expect(post('c-none', body({ type: 'receive' }))).rejects.toMatchObject({ status: 404 });
      await expect(post(id, body({ type: 'receive' }), neighbour)).rejects.toMatchObject({ status: 404 });
      await expect(post(id, body({ type: 'receive' }), inspector)).rejects.toMatchObject({ status: 403 });
      await expect(post(id, { ...body({ type: 'dance' }) })).rejects.toThrow();
    });
  });

  it('that is assigned to another township of the banner is seen there', async () => {
    await working(async ({ act, done, newCase, one }) => {
      const { case_id: id, township } = await newCase();
      const home = township.regions[0] as string;
      const { region_code: other } = await one<{ region_code: string }>(
        `select region_code from regions where length(region_code) = 9 and region_code <> $1 and replaced is null limit 1`,
        [home],
      );
      const there = person('u-there', 'township', [other]);
      await done(act(analyst, id, { type: 'receive' }));
      expect(await act(analyst, id, { type: 'assign', township: '159901999' })).toMatchObject({
        refused: { refusal: 'wrong_region' },
      });
      expect(await act(there, id, visit)).toEqual({ kind: 'not_found' });
      await done(act(analyst, id, { type: 'assign', township: other }));
      await done(act(there, id, { type: 'note', text: '已收到' }));
      await done(act(analyst, id, { type: 'assign', township: home }));
      expect(await act(there, id, visit)).toEqual({ kind: 'not_found' });
      await done(act(township, id, visit));
    });
  });

  it('what was written is found when altered, and may be erased', async () => {
    await working(async ({ newCase, toVerified, one, all, deps }) => {
      const { case_id: id, township } = await newCase();
      await toVerified(id, township);
      type Personal = Parameters<typeof readPersonal>[0];
      const read = async (type: string) =>
        one<{ sequence: number; personal: Personal; event: { what: Record<string, unknown> } }>(
          `select sequence, personal, event from case_events where case_id = $1 and event -> 'what' ->> 'type' = $2`,
          [id, type],
        );
      const visited = await read('visited');
      expect(readPersonal(visited.personal, deps.cipher)).toEqual({ staff: '张一、李二', note: '住院' });
      expect(JSON.stringify([visited.event, visited.personal])).not.toMatch(/张一|李二|住院/);
      expect(Object.keys(visited.event.what['commitments'] as object).toSorted()).toEqual(['note', 'staff']);
      const set = (personal: unknown) =>
        all('update case_events set personal = $3 where case_id = $1 and sequence = $2', [
          ...[id, visited.sequence, personal === null ? null : JSON.stringify(personal)],
        ]);
      const broken = async () => (await verifyChains(deps, id)).broken;
      const { staff, note } = visited.personal as NonNullable<Personal>;
      const other = { value: deps.cipher.seal('王五').toString('base64'), salt: staff?.salt };
      const found = [{ caseId: id, sequence: visited.sequence, problem: 'personal' }];
      await set({ staff: other, note });
      expect(await broken()).toEqual(found);
      await set({ staff: { ...staff, value: Buffer.from('nonsense').toString('base64') }, note });
      expect(await broken()).toEqual(found);
      await set({ note });
      expect(await broken()).toEqual([]);
      await set(null);
      expect(await broken()).toEqual([]);
      await set(visited.personal);
      const verified = await read('verified');
      const rewrite = (event: unknown) =>
        all('update case_events set event = $3 where case_id = $1 and sequence = $2', [
          ...[id, verified.sequence, JSON.stringify(event)],
        ]);
      await rewrite({ ...verified.event, what: { ...verified.event.what, outcome: 'not_confirmed' } });
      expect(await broken()).toEqual([{ caseId: id, sequence: verified.sequence, problem: 'hash' }]);
      await rewrite(verified.event);
      expect(await broken()).toEqual([]);
    });
  });

  it('that was closed is opened again by a failed inspection, or by a new warning within 30 days', async () => {
    await working(async ({ act, done, newCase, toVerified, caseRow, deps, one }) => {
      const { case_id: id, township, household_no } = await newCase();
      const toClosed = async () => {
        await done(act(analyst, id, { type: 'dispose', disposition: 'nothing', reason: '已有保障' }));
        await done(act(analyst, id, { type: 'report' }));
        await done(act(analyst, id, { type: 'close' }));
      };
      const statuses = async () =>
        (await deps.postgres.query('select status from warnings where case_id = $1', [id], { scope: '*' })).map(
          (w) => w['status'],
        );
      await toVerified(id, township);
      const before = await statuses();
      await toClosed();
      expect(new Set(await statuses())).toEqual(new Set(['closed']));
      expect((await done(act(inspector, id, { type: 'inspect', result: 'failed', finding: '未入户' }))).state).toBe(
        'reopened',
      );
      expect(await caseRow(id)).toMatchObject({ state: 'reopened', closed_at: null });
      // What they were closed with was wrong: they stand again.
      expect(await statuses()).toEqual(before);
      await done(act(analyst, id, { type: 'assign', township: township.regions[0] as string }));
      await done(act(township, id, visit));
      await done(act(analyst, id, commands.verify as unknown as CaseCommand));
      await toClosed();
      expect(await joinWarning(deps, household_no, 'need')).toBe(id);
      expect(await caseRow(id)).toMatchObject({ state: 'reopened', closed_at: null });
      expect(await one('select reported_at, township from cases where case_id = $1', [id])).toEqual({
        ...{ reported_at: null, township: null },
      });
      await done(act(analyst, id, { type: 'assign', township: township.regions[0] as string }));
      expect((await verifyChains(deps, id)).broken).toEqual([]);
    });
  });

  it(`50 people at random on ${crowdCases} cases, and the sweep among them, lose nothing`, async () => {
    await working(async ({ newCases, caseRow, deps, all, act, answer }) => {
      const cases = await newCases(crowdCases);
      const ids = cases.map(({ case_id }) => case_id);
      const [first] = cases;
      if (first === undefined) throw new Error('no cases');
      const dice = createDice(11);
      const { pick } = dice;
      const done: { request: string; answer: CommandDone }[] = [];
      const kinds = new Map<string, number>();
      const note = (request: string, result: Awaited<ReturnType<typeof act>>): void => {
        const kind = result.kind === 'refused' ? result.refused.error : result.kind;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (result.kind === 'done') done.push({ request, answer: result.answer });
      };
      // Mostly what the page would offer to the one whose act it is, and now and then anything by anybody.
      const onCase = async (): Promise<void> => {
        const { case_id, township } = pick(cases);
        const { version, state } = await caseRow(case_id);
        const own = { type: 'assign', township: township.regions[0] as string } as const;
        const some = { ...commands.refer, service: pick(services), disclose: [] };
        const all = [...Object.values(commands), visit, own, some] as CaseCommand[];
        const isWise = dice.chance(0.8);
        const command = pick(isWise ? all.filter(({ type }) => isStep(caseTransitions, state, type)) : all);
        const fit = command.type === 'record_visit' ? township : command.type === 'inspect' ? inspector : analyst;
        const actor = isWise ? fit : pick([analyst, township, inspector, insurance]);
        const request = randomUUID();
        note(request, await act(actor, case_id, command, version, request));
      };
      const onReferral = async (): Promise<void> => {
        const open = await all<{ referral_id: string; department: string; status: ReferralStatus; version: number }>(
          'select referral_id, department, status, version from referrals where case_id = any($1)',
          [ids],
        );
        if (open.length === 0) return;
        const { referral_id, department, status, version } = pick(open);
        const told = [...Object.values(referralCommands), fulfil] as ReferralCommand[];
        const isWise = dice.chance(0.8);
        const legal = told.filter(({ type }) => isStep(referralTransitions, status, type));
        const command = pick(isWise && legal.length > 0 ? legal : told);
        const theirs = person(`u-${department}`, 'department', ['1599'], department);
        const isTheirs = actsOfReferral(command.type, 'portal').includes('answer_referral');
        const actor = isWise ? (isTheirs ? theirs : analyst) : pick([analyst, theirs, health]);
        const request = randomUUID();
        note(request, await answer(actor, referral_id, command, version, request));
      };
      const sweeping = async (): Promise<void> => {
        for (let i = 0; i < 6; i += 1)
          await joinWarning(
            deps,
            cases.map(({ household_no }) => household_no),
            'need',
          );
      };
      const people = Array.from({ length: 50 }, async () => {
        const until = performance.now() + crowdSeconds * 1000;
        for (let step = 0; step < 40 || performance.now() < until; step += 1)
          await (dice.chance(0.33) ? onReferral() : onCase());
      });
      await Promise.all([...people, sweeping()]);

      if (crowdSeconds > 0) console.info(`${crowdSeconds} s: ${JSON.stringify(Object.fromEntries(kinds))}`);
      // Enough happened, and people met each other.
      expect(done.length).toBeGreaterThan(300);
      expect(kinds.get('stale_version')).toBeGreaterThan(0);
      // Whoever was told that it was done finds it there, once.
      const kept = await all<{ request_id: string }>(
        'select request_id from case_events where request_id = any($1::uuid[])',
        [done.map(({ request }) => request)],
      );
      expect(kept).toHaveLength(done.length);
      const versions = done.map(({ answer: a }) => `${a.case_id}/${a.case_version}`);
      expect(new Set(versions).size).toBe(done.length);

      const events = await all<{ case_id: string; sequence: number; event: { what: CaseEvent } }>(
        'select case_id, sequence, event from case_events where case_id = any($1) order by case_id, sequence',
        [ids],
      );
      const rows = await all<{ case_id: string } & CaseRow & Record<string, unknown>>(
        'select * from cases where case_id = any($1)',
        [ids],
      );
      for (const row of rows) {
        const own = events.filter(({ case_id }) => case_id === row.case_id);
        expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, at) => at + 1));
        expect(readRow(row)).toEqual(storeCase(replayCase(own.map(({ event }) => event.what))));
      }
      expect(
        events.filter(({ event }) => event.what.type === 'warning_joined' || event.what.type === 'reopened').length,
      ).toBeGreaterThan(200);
      const { broken, cases: checked } = await verifyChains(deps, null);
      expect(broken).toEqual([]);
      expect(checked).toBeGreaterThan(70);
      const unsent = await all(
        `select 1 from case_events e where not exists (select from outbox o where o.message_id = e.case_id || '/' || e.sequence)`,
      );
      expect(unsent).toEqual([]);
    });
  });
});

const readRow = ({ state, version, track, level, progress }: CaseRow) => ({
  ...{ state, version, track, level, progress },
});

let joinedWarnings = 0;

/** A new warning joins the case of its households and track, as the sweep does it. Returns the first one's case. */
const joinWarning = async (
  { postgres }: Pick<CommandDeps, 'postgres'>,
  households: number | readonly number[],
  direction: 'need' | 'exit',
): Promise<string> =>
  postgres.transaction(async (tx) => {
    const all = [households].flat();
    const opened = all.map((householdNo): OpenedWarning => {
      joinedWarnings += 1;
      return {
        ...{ warningId: `w-test-${joinedWarnings}`, kind: 'warning', subject: `h:${householdNo}`, episode: 1 },
        ...{ baseline: false, findingHash: '' },
        finding: {
          ...{
            ruleId: 'medical-burden',
            ruleVersion: 1,
            householdNo,
            personNo: null,
            regionCode: BANNER,
            level: 'yellow',
          },
          ...{
            direction,
            service: [],
            parameters: {},
            indicators: {},
            records: [],
            newestRecordAt: null,
            signature: '',
          },
        },
      };
    });
    const chains = await readChains(tx, all);
    const asOf = parseIsoDay(DAY) as number;
    const { writes, caseOf } = decideCases(opened, [], chains, formatShanghai(NOW), asOf);
    await writeCases(tx, writes, NOW, asOf);
    return caseOf.get(opened[0]?.warningId ?? '') ?? '';
  }, EVERYTHING);
