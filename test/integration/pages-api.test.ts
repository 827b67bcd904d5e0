import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Actor, type Route, RouteProblem } from '../../access/index.ts';
import type { ReferralCommand } from '../../alerts/contract.ts';
import { commandRoutes } from '../../alerts/index.ts';
import { simulate } from '../../app/simulate/index.ts';
import type { System } from '../../app/system.ts';
import {
  type CaseDetail,
  type QueueItem,
  type QueuePage,
  queryRoutes,
  type ReferralDetail,
} from '../../dashboards/queries/index.ts';
import { publishedWorkingDays } from '../../platform/working-days.ts';
import { discloseHousehold } from '../../registry/index.ts';
import { openFolder, openHome } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

/** What the routes of the pages answer on a loaded store, called as the server calls them. */

const AS_OF = '2026-09-30';
const NOW = new Date('2026-09-30T10:00:00+08:00');

const actor = (role: Actor['role'], regions: string[], department: string | null = null): Actor => ({
  ...{ id: `u-${role}`, role, regions, department },
});
const league = actor('analyst', ['1599']);
const first = actor('analyst', ['159901']);
const second = actor('analyst', ['159902']);
/** Its other townships are none of its business. */
const township = actor('township', ['159901101']);
const leader = actor('leadership', ['1599']);
const housing = actor('department', ['1599'], 'housing');

interface Person {
  readonly personId: string;
  readonly householdId: string;
  readonly name: string;
  readonly idNumber: string;
  readonly phone: string;
}

/** Columns of a simulated registry file, which has no quoted cells in these columns. */
const readTable = (directory: string, name: string): Record<string, string>[] => {
  const [header = '', ...lines] = readFileSync(join(directory, 'registry', name), 'utf8')
    .trim()
    .split(/\r?\n/);
  const columns = header.replace(/^\uFEFF/, '').split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])));
};

describe('pages', () => {
  let system: System;
  let routes: Map<string, Route>;
  let persons: Person[];
  let phones: string[];
  const answers: string[] = [];
  let done: () => void = () => undefined;
  let closed: Promise<void>;

  /** Calls a route as the server does: parses what is asked, and checks what is answered against its schema. */
  const ask = async <T>(
    address: string,
    who: Actor,
    given: { params?: Record<string, string>; query?: object; body?: object } = {},
    now = NOW,
  ): Promise<T> => {
    const route = routes.get(address);
    if (route === undefined) throw new Error(`there is no route ${address}`);
    const { body } = await route.answer({
      actor: who,
      params: given.params ?? {},
      query: route.query?.parse(given.query ?? {}),
      body: route.body?.parse(given.body),
      now,
      cookies: {},
    });
    const schema = route.reply as z.ZodType;
    // Strict: an answer holds nothing that its schema does not tell of.
    expect(schema.parse(body)).toEqual(body);
    // Those two show what they show in full, to whom it is disclosed.
    if (!/reveal$|:referral_id$/.test(address)) answers.push(JSON.stringify(body));
    return body as T;
  };

  const status = (work: Promise<unknown>): Promise<number> =>
    work.then(
      () => 200,
      (error: unknown) => {
        if (error instanceof RouteProblem) return error.status;
        throw error;
      },
    );

  const allOf = async (who: Actor, query: object): Promise<{ items: QueueItem[]; total: number }> => {
    const items: QueueItem[] = [];
    let total = -1;
    for (let after: string | null = ''; after !== null; ) {
      const page: QueuePage = await ask<QueuePage>('GET /api/warnings', who, {
        query: { ...query, ...(after === '' ? {} : { after }) },
      });
      items.push(...page.warnings);
      total = page.total;
      after = page.next;
    }
    return { items, total };
  };

  beforeAll(async () => {
    const directory = await openFolder();
    await simulate({ households: 400, seed: 5, months: 14, out: directory, asOf: AS_OF });
    const home = await openHome();
    await home.load(directory, AS_OF);
    persons = readTable(directory, 'persons.csv').map((row) => ({
      personId: row['person_id'] ?? '',
      householdId: row['household_id'] ?? '',
      name: row['name'] ?? '',
      idNumber: row['id_number'] ?? '',
      phone: row['phone'] ?? '',
    }));
    phones = [
      ...persons.map((person) => person.phone),
      ...readTable(directory, 'households.csv').map((r) => r['phone'] ?? ''),
    ];
    const opened = new Promise<void>((resolve, reject) => {
      closed = withSystem(home.path, async (open) => {
        system = open;
        resolve();
        await new Promise<void>((stop) => {
          done = stop;
        });
      });
      closed.catch(reject);
    });
    await opened;
    // The first evaluation marks everything baseline, and nothing has a clock yet: half of them as if found later.
    await system.postgres.query(
      `update warnings set baseline = false, due_on = date '${AS_OF}' + (abs(hashtext(warning_id)) % 30) - 8
       where kind = 'warning' and abs(hashtext(warning_id)) % 2 = 0`,
      [],
      { scope: '*' },
    );
    const commands = commandRoutes({
      ...system,
      workingDays: publishedWorkingDays,
      disclose: discloseHousehold(system.cipher),
      ruleTitle: (id) => system.catalogue.rules.find((rule) => rule.id === id)?.title ?? id,
    });
    const queries = queryRoutes({ ...system, isSynthetic: () => true });
    routes = new Map([...queries, ...commands].map((route) => [`${route.method} ${route.url}`, route]));
  });

  afterAll(async () => {
    done();
    await closed;
  });

  it('page through the queue without a gap or a repeat, under each order and with filters', async () => {
    const whole = await allOf(league, { limit: 200 });
    expect(whole.total).toBe(whole.items.length);
    expect(whole.total).toBeGreaterThan(100);
    const ids = new Set(whole.items.map((item) => item.warning_id));
    expect(ids.size).toBe(whole.total);
    for (const sort of ['level', 'due', 'opened']) {
      const { items, total } = await allOf(league, { sort, limit: 37 });
      expect(new Set(items.map((item) => item.warning_id))).toEqual(ids);
      expect(items).toHaveLength(total);
    }
    for (const [query, holds] of [
      [{ level: 'orange,red' }, (item: QueueItem) => ['orange', 'red'].includes(item.level)],
      [{ clock: 'overdue' }, (item: QueueItem) => item.clock === 'overdue'],
      [{ clock: 'at_risk,none' }, (item: QueueItem) => ['at_risk', 'none'].includes(item.clock)],
      [{ baseline: 'true' }, (item: QueueItem) => item.baseline],
      [{ region: '159901102' }, (item: QueueItem) => item.region_code.startsWith('159901102')],
      [{ direction: 'gap' }, (item: QueueItem) => item.direction === 'gap'],
      [{ case_state: 'opened' }, (item: QueueItem) => item.case_state === 'opened'],
      [{ case_state: 'closed' }, () => false],
    ] as const) {
      const expected = whole.items.filter(holds).map((item) => item.warning_id);
      const { items, total } = await allOf(league, { ...query, limit: 50 });
      expect(items.map((item) => item.warning_id).sort(), JSON.stringify(query)).toEqual(expected.sort());
      expect(total).toBe(expected.length);
    }
    const places = ['red', 'orange', 'yellow', 'blue'];
    const keys = whole.items.map(
      (item) => `${places.indexOf(item.level)} ${item.clock === 'none' ? '~' : item.due_on} ${item.warning_id}`,
    );
    expect(keys).toEqual([...keys].sort());
  });

  it('count beside the filters what the queue holds', async () => {
    const { items } = await allOf(first, { limit: 200, clock: 'overdue' });
    type Facets = Record<string, { value: string; count: number }[]>;
    const facets = await ask<Facets>('GET /api/warnings/facets', first, { query: { clock: 'overdue' } });
    const sum = (name: string) => (facets[name] ?? []).reduce((all, { count }) => all + count, 0);
    expect(sum('level')).toBe(items.length);
    expect(sum('rule')).toBe(items.length);
    expect(sum('region')).toBe(items.length);
    // Whoever is screened has no household, and so no case.
    expect(sum('case_state')).toBe(items.filter(({ case_id }) => case_id !== null).length);
    expect(sum('clock')).toBe((await allOf(first, { limit: 200 })).items.length);
    for (const { value, count } of facets['level'] ?? []) {
      expect(items.filter((item) => item.level === value)).toHaveLength(count);
    }
  });

  it('list warnings of each status, each in every order, and open ones unless asked', async () => {
    const statuses = ['open', 'snoozed', 'cleared', 'closed'] as const;
    const whole = await allOf(league, { limit: 200 });
    // Of each level some, as sweeps and people would leave them
    await system.postgres.query(
      `update warnings set status = (array['open', 'snoozed', 'cleared', 'closed'])[1 + abs(hashtext(warning_id || 's')) % 4]
       where kind = 'warning'`,
      [],
      { scope: '*' },
    );
    try {
      const found = new Map<string, QueueItem[]>();
      for (const status of statuses) {
        for (const sort of ['level', 'due', 'opened']) {
          const { items, total } = await allOf(league, { status, sort, limit: 23 });
          expect(items.every((item) => item.status === status)).toBe(true);
          expect(items).toHaveLength(total);
          const before = found.get(status) ?? items;
          expect(items.map((item) => item.warning_id).sort()).toEqual(before.map((item) => item.warning_id).sort());
          found.set(status, items);
        }
        const facets = await ask<{ level: { count: number }[] }>('GET /api/warnings/facets', league, {
          query: { status },
        });
        expect(facets.level.reduce((all, { count }) => all + count, 0)).toBe(found.get(status)?.length);
      }
      expect(statuses.every((status) => (found.get(status)?.length ?? 0) > 10)).toBe(true);
      const ids = [...found.values()].flat().map((item) => item.warning_id);
      expect(ids.sort()).toEqual(whole.items.map((item) => item.warning_id).sort());
      expect((await allOf(league, { limit: 200 })).total).toBe(found.get('open')?.length);

      // What is cleared runs no clock and leads to the case where a person closes it
      const cleared = found.get('cleared') ?? [];
      expect(cleared.every((item) => item.clock === 'none' && item.why_here.includes('情形已消除'))).toBe(true);
      const one = cleared.find((item) => item.case_id !== null) as QueueItem;
      const household = { status: 'cleared', q: one.subject.household_id ?? one.subject.person_id };
      expect((await allOf(first, household)).items.map((item) => item.warning_id)).toContain(one.warning_id);
      expect((await allOf(second, household)).total).toBe(0);
      const detail = await ask<CaseDetail>('GET /api/cases/:case_id', league, {
        params: { case_id: one.case_id as string },
      });
      expect(detail.warnings.find(({ warning_id: id }) => id === one.warning_id)?.status).toBe('cleared');
    } finally {
      await system.postgres.query(`update warnings set status = 'open' where kind = 'warning'`, [], { scope: '*' });
    }
  });

  it('call every rule by its English name too', async () => {
    const english = (title: unknown): void => expect(title).toMatch(/^[A-Z][\x20-\x7e]+$/);
    const { items } = await allOf(league, { limit: 200 });
    for (const item of items) english(item.rule_title_en);
    const caseId = items.find(({ rule_id: rule }) => rule === 'medical-burden')?.case_id as string;
    const params = { case_id: caseId };
    type Titled = { title: string; title_en: string };
    const facets = await ask<{ rule: Titled[]; level: { title_en: null }[] }>('GET /api/warnings/facets', league);
    const { rules } = await ask<{ rules: Titled[] }>('GET /api/coverage', league);
    for (const rule of [...facets.rule, ...rules]) english(rule.title_en);
    expect(facets.level.every(({ title_en: none }) => none === null)).toBe(true);
    const detail = await ask<CaseDetail>('GET /api/cases/:case_id', league, { params });
    expect(detail.warnings.map((one) => one.rule_title_en)).toContain('Heavy medical burden');
    const { events } = await ask<{ events: (Titled & { kind: string })[] }>('GET /api/cases/:case_id/chart', league, {
      params,
    });
    const warned = events.filter(({ kind }) => kind === 'warning');
    expect(warned.length).toBeGreaterThan(0);
    for (const event of warned) english(event.title_en);
  });

  it('find by full name, id number, household and person, within the regions of the reader', async () => {
    const { items } = await allOf(first, { limit: 200 });
    const item = items.find(({ subject }) => subject.household_id !== null) as QueueItem;
    const householdId = item.subject.household_id as string;
    const member = persons.find(
      (person) => person.householdId === householdId && /^\d{17}[\dX]$/.test(person.idNumber),
    ) as Person;
    for (const q of [householdId, member.name, member.idNumber, member.idNumber.toLowerCase(), member.personId]) {
      const found = await allOf(first, { q, limit: 200 });
      expect(
        found.items.map((one) => one.warning_id),
        q,
      ).toContain(item.warning_id);
      expect((await allOf(second, { q: householdId, limit: 200 })).total).toBe(0);
    }
    const exact = await allOf(first, { q: member.idNumber, limit: 200 });
    expect(new Set(exact.items.map((one) => one.subject.household_id ?? householdId))).toEqual(new Set([householdId]));
    expect((await allOf(first, { q: '没有这个人', limit: 200 })).total).toBe(0);
  });

  it('explain a warning down to the records it rests on', async () => {
    const { items } = await allOf(league, { rule: 'medical-burden', limit: 200 });
    const item = items[0] as QueueItem;
    type Detail = {
      rule: { citations: unknown[]; services: string[]; title: string };
      indicators: { name: string; value: unknown; title: string }[];
      parameters: unknown[];
      records: {
        kind: string | null;
        amount: string | null;
        person: string | null;
        match: { outcome: string } | null;
      }[];
    };
    const detail = await ask<Detail>('GET /api/warnings/:warning_id', league, {
      params: { warning_id: item.warning_id },
    });
    expect(detail.rule.title).toBe('医疗费用负担过重');
    expect(detail.rule.services).toEqual(['medical']);
    expect(detail.rule.citations.length).toBeGreaterThan(0);
    expect(detail.parameters).toEqual([
      {
        ...{ name: 'limit', title: '本类别个人负担限额', title_en: "Limit of the household's category" },
        ...{ unit: 'yuan', of: null, value: expect.stringMatching(/^\d+\.00$/) },
      },
      {
        ...{ name: 'red_multiple', title: '红色预警的限额倍数', title_en: 'Multiple of the limit that is red' },
        ...{ unit: 'times', of: null, value: 2 },
      },
    ]);
    expect(detail.records.length).toBeGreaterThan(0);
    const spent = detail.records.reduce((all, record) => all + Math.round(Number(record.amount) * 100), 0);
    const indicator = detail.indicators.find(({ name }) => name === 'medical.self_paid_12m');
    expect((spent / 100).toFixed(2)).toBe(indicator?.value);
    for (const record of detail.records) {
      expect(record.kind).toMatch(/^medical\./);
      expect(record.match?.outcome).toMatch(/exact|certificate|repaired|probable/);
      expect(record.person).toMatch(/\*/);
    }
  });

  it('show a case with its chain, and 24 months that hold the same spending', async () => {
    const { items } = await allOf(league, { rule: 'medical-burden', limit: 200 });
    const item = items[0] as QueueItem;
    const caseId = item.case_id as string;
    const detail = await ask<CaseDetail>('GET /api/cases/:case_id', league, { params: { case_id: caseId } });
    expect(detail.chain_intact).toBe(true);
    expect(detail.chain).toHaveLength(detail.version);
    expect(detail.chain[0]?.says).toContain('预警');
    expect(detail.warnings.map((warning) => warning.warning_id)).toContain(item.warning_id);
    // Codes: pages have words for them in each language.
    expect(detail.household.members[0]?.relation).toBe('head');
    expect(detail.acts.find(({ type }) => type === 'receive')).toMatchObject({ allowed: true });
    expect(detail.acts.find(({ type }) => type === 'close')).toMatchObject({ allowed: false });
    expect(detail.acts.map(({ type }) => type)).not.toContain('record_visit');
    const local = await ask<CaseDetail>('GET /api/cases/:case_id', actor('township', [detail.region_code]), {
      params: { case_id: caseId },
    });
    expect(local.acts.map(({ type }) => type)).not.toContain('receive');
    type Chart = {
      as_of: string;
      months: Record<string, string | null>[];
      limits: { name: string }[];
      events: { kind: string }[];
    };
    const chart = await ask<Chart>('GET /api/cases/:case_id/chart', league, { params: { case_id: caseId } });
    expect(chart.as_of).toBe(AS_OF);
    expect(chart.months).toHaveLength(24);
    // On the last day of a month twelve calendar months are what the rule counts.
    expect(Number(chart.months.at(-1)?.['rigid_12m'])).toBeGreaterThanOrEqual(
      Number(await indicatorOf(item, 'medical.self_paid_12m')),
    );
    expect(chart.limits.map(({ name }) => name)).toContain('medical_burden');
    expect(new Set(chart.events.map(({ kind }) => kind))).toContain('warning');
  });

  const indicatorOf = async (item: QueueItem, name: string): Promise<unknown> => {
    const detail = await ask<{ indicators: { name: string; value: unknown }[] }>(
      'GET /api/warnings/:warning_id',
      league,
      {
        params: { warning_id: item.warning_id },
      },
    );
    return detail.indicators.find((one) => one.name === name)?.value;
  };

  it('know income where the rules know it', async () => {
    const { items } = await allOf(league, { rule: 'income-lost', limit: 200 });
    const caseId = items[0]?.case_id as string;
    const chart = await ask<{ months: { income: string | null }[] }>('GET /api/cases/:case_id/chart', league, {
      params: { case_id: caseId },
    });
    const known = chart.months.filter(({ income }) => income !== null);
    expect(known.length).toBeGreaterThanOrEqual(12);
    // Lost: nothing in the last three known months, something before.
    expect(known.slice(-3).map(({ income }) => income)).toEqual(['0.00', '0.00', '0.00']);
    expect(known.slice(0, -3).some(({ income }) => income !== '0.00')).toBe(true);
  });

  it('keep every reader to their regions', async () => {
    const { items } = await allOf(first, { limit: 200 });
    expect(items.every((item) => item.region_code.startsWith('159901'))).toBe(true);
    const local = await allOf(township, { limit: 200 });
    expect(local.items.map((one) => one.warning_id).sort()).toEqual(
      items
        .filter((one) => one.region_code.startsWith('159901101'))
        .map((one) => one.warning_id)
        .sort(),
    );
    expect(local.total).toBeGreaterThan(0);
    const item = items.find((one) => !one.region_code.startsWith('159901101')) as QueueItem;
    const warning = { params: { warning_id: item.warning_id } };
    const itsCase = { params: { case_id: item.case_id as string } };
    expect(await status(ask('GET /api/warnings/:warning_id', first, warning))).toBe(200);
    const body = { person_id: null, field: 'phone', reason: '核实住址' };
    for (const stranger of [second, housing, actor('analyst', []), township]) {
      expect(await status(ask('GET /api/warnings/:warning_id', stranger, warning))).toBe(404);
      expect(await status(ask('GET /api/cases/:case_id', stranger, itsCase))).toBe(404);
      expect(await status(ask('GET /api/cases/:case_id/chart', stranger, itsCase))).toBe(404);
      expect(await status(ask('POST /api/cases/:case_id/reveal', stranger, { ...itsCase, body }))).toBe(404);
    }
    expect((await allOf(housing, {})).total).toBe(0);
    const cases = await ask<{ total: number }>('GET /api/cases', housing);
    expect(cases.total).toBe(0);
    expect(await status(ask('GET /api/coverage', first, { query: { region: '159902' } }))).toBe(404);
  });

  it('page through cases', async () => {
    const seen: string[] = [];
    let total = 0;
    for (let after: string | null = ''; after !== null; ) {
      const page: { cases: { case_id: string }[]; total: number; next: string | null } = await ask(
        'GET /api/cases',
        first,
        {
          query: { limit: 20, ...(after === '' ? {} : { after }) },
        },
      );
      seen.push(...page.cases.map((one) => one.case_id));
      total = page.total;
      after = page.next;
    }
    expect(total).toBeGreaterThan(30);
    expect(seen).toHaveLength(total);
    expect(new Set(seen).size).toBe(total);
  });

  it('tell the state of feeds and what is covered', async () => {
    type Feeds = {
      as_of: string;
      feeds: { feed: string; files: number; records_last_month: number; rules_waiting: unknown[] }[];
    };
    const feeds = await ask<Feeds>('GET /api/feeds', league);
    expect(feeds.as_of).toBe(AS_OF);
    expect(feeds.feeds.find(({ feed }) => feed === 'medical-insurance')).toMatchObject({ rules_waiting: [] });
    expect(feeds.feeds.every(({ files }) => files > 0)).toBe(true);
    type Coverage = {
      funnel: { stage: string; count: number | null; denominator: number | null }[];
      regions: Record<string, string | number | null>[];
      levels: { level: string; count: number | null }[];
    };
    const coverage = await ask<Coverage>('GET /api/coverage', league);
    const stage = (name: string) => coverage.funnel.find((one) => one.stage === name);
    expect(stage('registered')?.count).toBeGreaterThan(300);
    expect(stage('data_received')?.count).toBeGreaterThan(100);
    expect(stage('data_received')?.denominator).toBe(stage('registered')?.count);
    expect(coverage.regions.map((region) => region['region_code'])).toEqual(['159901']);
    const whole = await allOf(league, { limit: 200 });
    expect(coverage.levels.reduce((all, { count }) => all + (count ?? 0), 0)).toBe(whole.total);
    const below = await ask<Coverage>('GET /api/coverage', league, { query: { region: '159901' } });
    expect(below.regions.length).toBeGreaterThan(3);
    // Its townships, and in a row of its own what is placed no nearer than the banner.
    const nearer = below.regions.filter((region) => region['region_code'] !== '159901');
    expect(nearer.every((region) => String(region['region_code']).length === 9)).toBe(true);
    for (const { region_code, name } of below.regions) {
      expect(String(name).endsWith('（未定位）')).toBe(region_code === '159901');
    }
    // Who sees counts only is shown none under 5.
    const townships = await ask<Coverage>('GET /api/coverage', leader, { query: { region: '159901' } });
    const shown = townships.regions
      .flatMap((region) => Object.values(region))
      .filter((value) => typeof value === 'number');
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every((count) => count >= 5)).toBe(true);
    expect(townships.funnel.find((one) => one.stage === 'inspected')?.count).toBeNull();
  });

  it('name the regions of a reader and what lies above them', async () => {
    const { regions } = await ask<{ regions: { region_code: string }[] }>('GET /api/regions', township);
    const codes = regions.map((region) => region.region_code);
    expect(codes).toContain('1599');
    expect(codes).toContain('159901101');
    expect(codes.some((code) => code.startsWith('159901102'))).toBe(false);
  });

  it('show one field in full for a reason, and log it', async () => {
    const { items } = await allOf(first, { limit: 200 });
    const caseId = items.find(({ case_id }) => case_id !== null)?.case_id as string;
    const detail = await ask<CaseDetail>('GET /api/cases/:case_id', first, { params: { case_id: caseId } });
    const member = persons.find((person) => person.personId === detail.household.members[0]?.person_id) as Person;
    const asked = (field: string, reason = '电话核实住院情况') => ({
      params: { case_id: caseId },
      body: { person_id: member.personId, field, reason },
    });
    expect(await ask('POST /api/cases/:case_id/reveal', first, asked('name'))).toEqual({ value: member.name });
    expect(await ask('POST /api/cases/:case_id/reveal', first, asked('id_number'))).toMatchObject({
      value: member.idNumber === '' ? null : expect.stringContaining(member.idNumber.slice(0, 10)),
    });
    await expect(ask('POST /api/cases/:case_id/reveal', first, asked('name', ''))).rejects.toThrow(z.ZodError);
    const stranger = persons.find((person) => person.householdId !== detail.household.household_id) as Person;
    const other = {
      params: { case_id: caseId },
      body: { person_id: stranger.personId, field: 'name', reason: '查看邻居' },
    };
    expect(await status(ask('POST /api/cases/:case_id/reveal', first, other))).toBe(404);
    const log = await system.postgres.query(
      `select actor, act, reason, detail from audit_log where subject = $1 order by audit_no`,
      [caseId],
    );
    expect(log).toEqual(
      ['name', 'id_number'].map((field) => ({
        actor: 'u-analyst',
        act: 'see_full_identity',
        reason: '电话核实住院情况',
        detail: { person_id: member.personId, field },
      })),
    );
  });

  it('follow a case to a referral, which its department is shown and no other', async () => {
    const { items } = await allOf(first, { rule: 'medical-burden', limit: 200 });
    const caseId = items.at(-1)?.case_id as string;
    const params = { case_id: caseId };
    const caseNow = (who: Actor) => ask<CaseDetail>('GET /api/cases/:case_id', who, { params });
    const local = actor('township', [(await caseNow(first)).region_code.slice(0, 9)]);
    const act = async (who: Actor, command: object): Promise<string | null> => {
      const body = { version: (await caseNow(who)).version, request_id: randomUUID(), command };
      const address = 'POST /api/cases/:case_id/commands';
      return (await ask<{ referral_id: string | null }>(address, who, { params, body })).referral_id;
    };
    await act(first, { type: 'receive' });
    await act(first, { type: 'assign', township: local.regions[0] });
    await act(local, {
      ...{ type: 'record_visit', visited_on: AS_OF, staff: ['工作员甲', '工作员乙'] },
      ...{ near_relative: false, note: '住院票据齐全' },
    });
    await act(first, { type: 'verify', outcome: 'confirmed', reason: '与结算单一致' });
    await act(first, { type: 'dispose', disposition: 'refer', reason: '医疗负担重' });
    const disclose = ['name', 'phone', 'warning'];
    const medical = { service: 'medical', department: 'medical-insurance' };
    expect((await caseNow(first)).proposals).toContainEqual(medical);
    const referralId = await act(first, { type: 'refer', service: 'medical', reason: '请核定二次报销', disclose });
    const detail = await caseNow(first);
    // What is asked for is not proposed again
    expect(detail.proposals).not.toContainEqual(medical);
    expect(detail).toMatchObject({ chain_intact: true, verification: 'confirmed', visit_owed: false });
    expect(detail.chain).toHaveLength(detail.version);
    expect(detail.chain.find(({ type }) => type === 'visited')?.personal).toMatchObject({ note: '住院票据齐全' });
    expect(detail.chain.every(({ what }) => what['commitments'] === undefined)).toBe(true);
    expect(detail.referrals.map((referral) => referral.referral_id)).toEqual([referralId]);
    expect(detail.referrals[0]?.clock).toMatchObject({ name: 'referral_accepted', unit: 'working_days' });

    const insurance = actor('department', ['1599'], 'medical-insurance');
    type Page = { referrals: { referral_id: string }[]; total: number; counts: Record<string, number> };
    const list = (who: Actor, query = {}) => ask<Page>('GET /api/referrals', who, { query });
    for (const who of [insurance, first, actor('inspector', ['1599'])]) {
      expect((await list(who)).referrals.map((one) => one.referral_id)).toEqual([referralId]);
    }
    const state = detail.referrals[0]?.status as string;
    expect((await list(insurance)).counts).toEqual({ [state]: 1 });
    expect((await list(insurance, { clock: 'on_track' })).total).toBe(1);
    expect((await list(insurance, { clock: 'overdue,at_risk,none' })).total).toBe(0);
    expect((await list(insurance, { status: 'fulfilled' })).total).toBe(0);
    for (const who of [housing, second, actor('department', ['159902'], 'medical-insurance')]) {
      expect((await list(who)).total).toBe(0);
      const asked = { params: { referral_id: referralId as string } };
      expect(await status(ask('GET /api/referrals/:referral_id', who, asked))).toBe(404);
    }
    const shown = (who: Actor) =>
      ask<ReferralDetail>('GET /api/referrals/:referral_id', who, { params: { referral_id: referralId as string } });
    const slip = await shown(insurance);
    const head = persons.find(({ personId }) => personId === detail.household.members[0]?.person_id) as Person;
    expect(Object.keys(slip.disclosed).sort()).toEqual([...disclose].sort());
    expect(slip.disclosed['name']).toContain(head.name);
    expect(slip.reason).toBe('请核定二次报销');
    expect(slip.trail.length).toBeGreaterThan(0);
    expect(slip.trail.every(({ type }) => type.startsWith('referral_'))).toBe(true);
    expect(slip.trail.map(({ actor: by }) => by)).toContain('民政部门');
    expect(slip.acts.find(({ type }) => type === 'accept')?.allowed).toBe(true);
    expect(slip.acts.map(({ type }) => type)).not.toContain('withdraw');

    const answer = async (command: ReferralCommand) => {
      const body = { version: (await shown(insurance)).version, request_id: randomUUID(), command };
      await ask('POST /api/referrals/:referral_id/commands', insurance, {
        ...{ params: { referral_id: referralId as string }, body },
      });
    };
    await answer({ type: 'accept' });
    await answer({ type: 'fulfil', aid: '大病保险二次报销', amount: '1200.50', given_on: AS_OF });
    // What the clocks of the referral measured is said in working days
    const units = (await caseNow(first)).chain.flatMap(({ type, clock }) =>
      clock === null ? [] : [[type, clock.unit]],
    );
    expect(Object.fromEntries(units)).toMatchObject({
      ...{
        referral_accepted: 'working_days',
        referral_fulfilled: 'working_days',
      },
    });
    expect((await shown(first)).answer).toEqual({
      ...{ aid: '大病保险二次报销', amount: '1200.50', given_on: AS_OF, code: null, note: null },
    });
    expect((await shown(first)).acts.filter(({ allowed }) => allowed).map(({ type }) => type)).toContain('confirm');

    type Funnel = { funnel: { stage: string; count: number }[] };
    const later = new Date(NOW.getTime() + 120_000);
    const { funnel } = await ask<Funnel>('GET /api/coverage', first, {}, later);
    const count = (stage: string) => funnel.find((one) => one.stage === stage)?.count;
    expect([count('verified'), count('referred'), count('helped'), count('inspected')]).toEqual([1, 1, 1, 0]);
  });

  it('say when a chain was altered', async () => {
    const { items } = await allOf(first, { limit: 200 });
    const params = { case_id: items[0]?.case_id as string };
    const altered = async (level: string) =>
      system.postgres.query(
        `update case_events set event = jsonb_set(event, '{what,level}', to_jsonb($2::text)) where case_id = $1 and sequence = 1`,
        [params.case_id, level],
        { scope: '*' },
      );
    const before = await ask<CaseDetail>('GET /api/cases/:case_id', first, { params });
    await altered('blue-green');
    expect((await ask<CaseDetail>('GET /api/cases/:case_id', first, { params })).chain_intact).toBe(false);
    await altered(String(before.chain[0]?.what['level']));
    expect((await ask<CaseDetail>('GET /api/cases/:case_id', first, { params })).chain_intact).toBe(true);
  });

  it('mask everybody: no name, id number or phone of the registry stands in any answer', () => {
    const text = answers.join('\n');
    expect(answers.length).toBeGreaterThan(70);
    expect(text.match(/(?<!\d)\d{17}[\dX](?!\d)/)).toBeNull();
    expect(persons.filter(({ idNumber }) => idNumber.length >= 15 && text.includes(idNumber))).toEqual([]);
    expect(phones.filter((phone) => phone.length >= 7 && text.includes(phone))).toEqual([]);
    // Names of two characters may be words of a sentence, and some are names of regions.
    const words = answers.find((answer) => answer.startsWith('{"regions"')) ?? '';
    const named = persons.filter(({ name }) => [...name].length > 2 && !words.includes(name) && text.includes(name));
    expect(named).toEqual([]);
  });
});
