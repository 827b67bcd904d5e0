/**
 * People in no registry (feeds.md, leads and section 6): a lead about them is never dropped, their other records wait under
 * a hash, are screened, are linked when somebody registers them, and are gone after 13 months.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../access/index.ts';
import type { System } from '../../app/system.ts';
import { type CaseDetail, queryRoutes } from '../../dashboards/queries/index.ts';
import { parseIsoDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import { evaluateRules } from '../../rules/index.ts';
import {
  type Cells,
  type Exchange,
  household,
  idNumber,
  person,
  record,
  writeExchange,
} from '../oracle/exchange-builder.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { type Home, type LoadedCounts, type MatchLine, openHome, type WarningLine } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

const FIRST = '2026-03-01';
const SECOND = '2026-04-10';
const [BEFORE, LAST] = ['2027-03-31', '2027-04-01'] as const;
const VILLAGE = '159901102001';
const [member, heavy, even, stay] = [1, 2, 3, 4].map((i) => idNumber('19800101', i)) as [
  string,
  string,
  string,
  string,
];
const [withdrawn, found, twice] = [5, 6, 7].map((i) => idNumber('19800101', i)) as [string, string, string];
const at = { occurred_on: '2026-02-20', region_code: VILLAGE };

const paid = (record_id: string, id_number: string, self_paid: string, more: Cells = {}): Cells =>
  record({
    record_id,
    id_number,
    name: '外人',
    visit_type: 'outpatient',
    total_amount: 99_000,
    self_paid,
    ...at,
    ...more,
  });
const lead = (record_id: string, more: Cells): Cells =>
  record({ record_id, channel: 'visit', need: 'medical', name: '寻某', ...at, ...more });

const first: Exchange = {
  households: [household({ region_code: '159901101001' })],
  persons: [person({ name: '甲', id_number: member })],
  feeds: {
    'medical-insurance': [
      paid('m-heavy-1', heavy, '9000'),
      paid('m-heavy-2', heavy, '6000.01'),
      paid('m-even', even, '15000'),
      paid('m-stay', stay, '10000.01', { visit_type: 'inpatient' }),
      paid('m-withdrawn', withdrawn, '30000'),
      { record_id: 'm-withdrawn', op: 'delete' },
      paid('m-masked', `${heavy.slice(0, 10)}****${heavy.slice(14)}`, '50000'),
      paid('m-nobody', '', '50000', { birth_date: '1980-01-01', phone: '139' }),
    ],
    // Of a feed that is not set up for screening nothing but the link is kept ready.
    health: [record({ record_id: 'h-found', id_number: found, name: '寻某', event: 'major_illness', ...at })],
    leads: [
      lead('l-found', {
        ...{ id_number: found, channel: 'upper_level', upstream_id: 'S1', upstream_level: 'red', phone: '13800001234' },
        address: '二道沟3号',
      }),
      lead('l-nobody', { id_number: '', birth_date: '1950-05-05', phone: '13900005678', region_code: null }),
      lead('l-twice-1', { id_number: twice, channel: 'hotline', need: 'housing', occurred_on: '2026-02-10' }),
      lead('l-twice-2', { id_number: twice, channel: 'petition', need: 'care' }),
      lead('l-member', { id_number: member, name: '甲', need: 'employment', region_code: null }),
      lead('l-doubt', { id_number: member, name: '乙' }),
    ],
  },
};
const second: Exchange = {
  persons: [
    person({ person_id: 'P2', name: '寻某', id_number: found, relation: 'spouse' }),
    person({ person_id: 'P3', name: '外人', id_number: heavy, relation: 'child' }),
  ],
  feeds: { leads: [{ record_id: 'l-nobody', op: 'delete' }] },
};
const last: Exchange = { persons: [person({ person_id: 'P4', name: '外人', id_number: stay, relation: 'child' })] };

const analyst = (...regions: string[]): Actor => ({ id: 'u-1', role: 'analyst', regions, department: null });
const ask = async <T>(system: System, address: string, actor: Actor, params: Record<string, string>, body?: object) => {
  const route = queryRoutes({ ...system, isSynthetic: () => false }).find(
    (one) => `${one.method} ${one.url}` === address,
  );
  if (route === undefined) throw new Error(`there is no route ${address}`);
  const given = {
    actor,
    params,
    query: {},
    body: route.body?.parse(body),
    now: startOfShanghaiDay(20_600),
    cookies: {},
  };
  return (await route.answer(given)).body as T;
};
const waiting = (system: System) =>
  system.clickhouse.query<{ record_id: string }>(
    'pages',
    'SELECT record_id FROM waiting_records FINAL WHERE is_deleted = 0 ORDER BY record_id',
  );

describe('people in no registry', () => {
  let home: Home;
  let counts: LoadedCounts;
  let warnings: WarningLine[];
  const of = (all: readonly WarningLine[], rule: string): WarningLine[] => all.filter((w) => w.rule_id === rule);
  const about = (all: readonly WarningLine[], recordId: string): WarningLine[] =>
    all.filter((w) => w.records.includes(`leads/${recordId}`));

  beforeAll(async () => {
    home = await openHome();
    counts = await home.load(completeRegistry(writeExchange(first)), FIRST);
    warnings = await home.warnings();
  });

  it('are screened by a right id number, and exported without household and person', () => {
    const found = of(warnings, 'screening-medical');
    expect(found.map(({ records }) => records).sort()).toEqual([
      ['medical-insurance/m-heavy-1', 'medical-insurance/m-heavy-2'],
      ['medical-insurance/m-stay'],
    ]);
    for (const warning of found) {
      expect(warning).toMatchObject({ level: 'orange', direction: 'need', status: 'open', case_id: null });
      expect(warning.subject).toEqual({ household_id: null, person_id: null });
    }
    expect(found.map(({ indicators }) => indicators['unregistered.self_paid_12m']).sort()).toEqual([
      '10000.01',
      '15000.01',
    ]);
  });

  it('have a case on a provisional household when a lead names them, one for all leads about one person', () => {
    const stray = of(warnings, 'lead').filter(({ subject }) => subject.household_id !== 'H1');
    expect(stray.map(({ records, level }) => `${level} ${records.join(' ')}`).sort()).toEqual([
      'orange leads/l-nobody',
      'orange leads/l-twice-1 leads/l-twice-2',
      'red leads/l-found',
    ]);
    for (const { subject, case_id } of stray) {
      expect(subject).toEqual({ household_id: expect.stringMatching(/^provisional-[0-9a-f]{20}$/), person_id: null });
      expect(case_id).toMatch(/^c-/);
    }
    expect(new Set(stray.map(({ subject }) => subject.household_id)).size).toBe(3);
    // The registered family's lead is a case of its own; screening opens none.
    expect(about(warnings, 'l-member')[0]).toMatchObject({
      level: 'orange',
      subject: { household_id: 'H1', person_id: null },
    });
    expect(counts.cases).toEqual({ opened: 4, joined: 0 });
    expect(counts).toMatchObject({ findings: 6, warnings: { opened: 6 } });
  });

  it('stay unregistered in the matches, and who is in doubt waits in review', async () => {
    const outcomes = Object.fromEntries((await home.matches()).map((m: MatchLine) => [m.record_id, m.outcome]));
    expect(outcomes).toMatchObject({
      ...{ 'l-found': 'unregistered', 'l-nobody': 'unregistered', 'l-twice-1': 'unregistered', 'l-member': 'exact' },
      ...{ 'l-doubt': 'review', 'm-heavy-1': 'unregistered', 'h-found': 'unregistered' },
    });
    expect(about(warnings, 'l-doubt')).toEqual([]);
  });

  it('wait encrypted; of other feeds nothing is kept of whom nobody can tell', async () => {
    await withSystem(home.path, async (system) => {
      const kept = (await waiting(system)).map((row) => row.record_id);
      expect(kept).toEqual(expect.arrayContaining(['h-found', 'l-doubt', 'l-found', 'l-nobody', 'm-even', 'm-stay']));
      expect(kept).not.toContain('m-masked');
      expect(kept).not.toContain('m-nobody');
      const rows = await system.clickhouse.query<object>('pages', 'SELECT * FROM waiting_records');
      for (const secret of ['寻某', '外人', found, heavy, '13800001234'])
        expect(JSON.stringify(rows)).not.toContain(secret);
      expect(
        await system.clickhouse.query('pages', `SELECT kind FROM facts FINAL WHERE feed = 'medical-insurance'`),
      ).toEqual([]);
    });
  });

  it('are in sight of their region, masked, and in full with a reason', async () => {
    const [warning] = about(warnings, 'l-found');
    const [nobody] = about(warnings, 'l-nobody');
    await withSystem(home.path, async (system) => {
      const params = { case_id: warning?.case_id as string };
      const page = await ask<CaseDetail>(system, 'GET /api/cases/:case_id', analyst('159901'), params);
      expect(page.household).toMatchObject({ head: '寻*', address: '二道沟3号', phone: '138****1234' });
      const [who] = page.household.members;
      expect(who).toMatchObject({
        name: '寻*',
        person_id: warning?.subject.household_id,
        id_number: expect.stringContaining('****'),
      });
      const reveal = { person_id: who?.person_id as string, field: 'id_number', reason: '入户核实' };
      const told = await ask(system, 'POST /api/cases/:case_id/reveal', analyst('159901'), params, reveal);
      expect(told).toEqual({ value: found });
      await ask(system, 'GET /api/cases/:case_id/chart', analyst('159901'), params);
      await expect(ask(system, 'GET /api/cases/:case_id', analyst('159902'), params)).rejects.toThrow();
      // Whom no record places belongs where everybody is registered.
      const elsewhere = { case_id: nobody?.case_id as string };
      await ask(system, 'GET /api/cases/:case_id', analyst('159901101001'), elsewhere);
    });
  });

  it('are screened from the feeds that are set up for it, as far as was known', async () => {
    const screened = (system: System, feeds: string[], knownAt: Date | null) => {
      const parameter = { ...system.catalogue.indicators.parameters['screening_feeds'], list: feeds };
      const parameters = { ...system.catalogue.indicators.parameters, screening_feeds: parameter };
      const catalogue = { ...system.catalogue, indicators: { ...system.catalogue.indicators, parameters } };
      const asOf = parseIsoDay(FIRST) as number;
      const options = {
        catalogue: catalogue as System['catalogue'],
        asOf,
        scope: 'all',
        watched: [],
        knownAt,
      } as const;
      return evaluateRules(system, { ...options, sweep: 1_000_001 }).then(
        ({ unregistered = [] }) => unregistered.filter(({ finding }) => finding.ruleId === 'screening-medical').length,
      );
    };
    await withSystem(home.path, async (system) => {
      const received = startOfShanghaiDay(parseIsoDay(FIRST) as number);
      expect(await screened(system, ['medical-insurance'], null)).toBe(2);
      expect(await screened(system, ['medical-insurance'], received)).toBe(2);
      expect(await screened(system, ['medical-insurance'], new Date(received.getTime() - 1))).toBe(0);
      expect(await screened(system, ['disability', 'emergency'], null)).toBe(0);
      expect(await screened(system, [], null)).toBe(0);
    });
  });

  it('are found again after a rebuild, under the same names', async () => {
    await home.start(['rebuild', 'facts']).ended;
    expect(await home.warnings()).toEqual(warnings);
  });

  describe('registered later', () => {
    let later: WarningLine[];
    beforeAll(async () => {
      await home.load(completeRegistry(writeExchange(second)), SECOND);
      later = await home.warnings();
    });

    it('have their records linked, and what was found of them without a household is clear', async () => {
      const matches = (await home.matches()).filter(({ record_id }) =>
        ['l-found', 'h-found', 'm-heavy-1'].includes(record_id),
      );
      expect(matches.map((m) => `${m.record_id} ${m.outcome} ${m.person_id}`).sort()).toEqual([
        ...['h-found exact P2', 'l-found exact P2', 'm-heavy-1 exact P3'],
      ]);
      expect(
        about(later, 'l-found')
          .map(({ subject, status }) => `${subject.household_id?.slice(0, 11)} ${status}`)
          .sort(),
      ).toEqual([...['H1 open', 'provisional cleared']]);
      expect(of(later, 'medical-burden')).toMatchObject([{ subject: { household_id: 'H1' }, status: 'open' }]);
      expect(
        of(later, 'screening-medical')
          .map(({ status }) => status)
          .sort(),
      ).toEqual(['cleared', 'open']);
    });

    it('or withdrawn, a lead is clear', () => {
      expect(about(later, 'l-nobody').map(({ status }) => status)).toEqual(['cleared']);
      expect(about(later, 'l-twice-2').map(({ status }) => status)).toEqual(['open']);
    });
  });

  describe('after 13 months', () => {
    it('are gone, not a day earlier, and are linked no more', async () => {
      const nothing = completeRegistry(writeExchange({}));
      await home.load(nothing, BEFORE);
      await withSystem(home.path, async (system) => {
        expect((await waiting(system)).map((row) => row.record_id)).toContain('m-stay');
      });
      await home.load(nothing, LAST);
      await withSystem(home.path, async (system) => {
        // In review a person decides, however long that takes.
        expect(await waiting(system)).toEqual([{ record_id: 'l-doubt' }]);
        expect(
          await system.clickhouse.query('pages', `SELECT 1 FROM waiting_records WHERE outcome = 'unregistered'`),
        ).toEqual([]);
      });
      await home.load(completeRegistry(writeExchange(last)), LAST);
      expect((await home.matches()).find(({ record_id }) => record_id === 'm-stay')?.outcome).toBe('unregistered');
    });
  });
});
