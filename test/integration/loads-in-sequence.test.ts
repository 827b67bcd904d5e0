/**
 * What a bureau tells over months: values that hold from the day they were told, categories with a history, people who
 * move, die, are registered late, families that authorise later. Each story has households of its own; all are told to
 * one home, load by load, and after every step the whole is what the oracle and section 4 of rules.md say.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../app/sweep.ts';
import { parseIsoDay, startOfShanghaiDay } from '../../platform/calendar.ts';
import {
  type Cells,
  complete,
  type Exchange,
  household as householdRow,
  idNumber,
  months,
  writeExchange,
} from '../oracle/exchange-builder.ts';
import { evaluateOracle, type OracleLoad, type OracleResult, runOracle } from '../oracle/index.ts';
import { countsOf, givenBy, oracleMatches, productMatches } from '../support/agreement.ts';
import { createEpisodes, warningLines } from '../support/episodes.ts';
import { completeRegistry } from '../support/exchange-rows.ts';
import { type JudgedCounts, type MatchLine, openHome, openServedHome, type WarningLine } from '../support/program.ts';
import { withSystem } from '../support/system.ts';

/** In this order: loads and evaluations, the one of July an evaluation for a day long past. */
const STEPS = {
  'May 2025': { load: '2025-05-31' },
  June: { load: '2026-06-30' },
  July: { load: '2026-07-31' },
  August: { evaluate: '2026-08-31' },
  September: { load: '2026-09-30' },
  'back in July': { evaluate: '2026-07-15' },
  October: { evaluate: '2026-10-31' },
  'one rule in November': { evaluate: '2026-11-30', rule: 'verification-due' },
} as const satisfies Record<string, { load: string } | { evaluate: string; rule?: string }>;
type Step = keyof typeof STEPS;
const steps = Object.keys(STEPS) as Step[];

const BANNER = '159901101001';
const SECOND_BANNER = '159902101001';

interface After {
  readonly counts: JudgedCounts;
  readonly warnings: readonly WarningLine[];
  readonly matches: readonly MatchLine[];
}

/** What is known of a story after a step. */
interface View {
  /** Warnings and duties of a rule as `household level status`, oldest first. */
  (step: Step, rule: string): string[];
  of(step: Step, rule: string): WarningLine[];
  match(step: Step, recordId: string): MatchLine | undefined;
}

interface Story {
  readonly name: string;
  readonly tell: Partial<Record<Step, Exchange>>;
  readonly check: (view: View) => void;
}

const home = (id: string, cells: Cells = {}): Cells =>
  householdRow({ household_id: id, region_code: BANNER, ...cells });

let people = 0;
/** Somebody with an id number of their own: the registry's row, and records about them. */
const somebody = (id: string, householdId: string, cells: Cells = {}) => {
  people += 1;
  const known = { name: `某${id}`, id_number: idNumber('19800101', people) };
  const row: Cells = {
    person_id: id,
    household_id: householdId,
    ...known,
    relation: 'head',
    member_from: '2020-01-01',
    ...cells,
  };
  const says = (record_id: string, occurred_on: string, more: Cells): Cells => ({
    record_id: `${id}-${record_id}`,
    occurred_on,
    ...known,
    ...more,
  });
  const paid = (record_id: string, occurred_on: string, self_paid: number, more: Cells = {}): Cells =>
    says(record_id, occurred_on, { visit_type: 'outpatient', total_amount: 99_000, self_paid, ...more });
  return { row, says, paid };
};

const stories: Story[] = [];
const story = (name: string, tell: Story['tell'], check: Story['check']): void => {
  stories.push({ name, tell, check });
};

{
  const one = somebody('A1', 'A');
  const row = { category: 'dibao', labour: 'none' };
  story(
    'values of a household hold from the day of the load that brought them',
    {
      June: { households: [home('A', { ...row, last_verified_on: '2026-04-10' })], persons: [one.row] },
      July: { households: [home('A', { ...row, last_verified_on: '2026-07-20' })] },
    },
    (view) => {
      expect(view('September', 'verification-due')).toEqual([]);
      // On 15 July the bureau knew of the verification of April only.
      expect(view('back in July', 'verification-due')).toEqual(['A blue open']);
      expect(view.of('back in July', 'verification-due')[0]).toMatchObject({ as_of: '2026-07-15', baseline: false });
      expect(view('October', 'verification-due')).toEqual(['A blue open']);
    },
  );
}
{
  const one = somebody('B1', 'B');
  const row = (category: string, category_since: string) => ({
    households: [home('B', { category, category_since, last_verified_on: '' })],
  });
  story(
    'a category holds from its own day, and can be corrected for that day',
    {
      June: { ...row('dibao', '2024-01-01'), persons: [one.row] },
      July: row('other', '2026-07-15'),
      September: row('edge', '2026-07-15'),
    },
    (view) => {
      expect(view('June', 'verification-due')).toEqual(['B blue open']);
      expect(view('July', 'verification-due')).toEqual(['B blue closed']);
      expect(view('August', 'verification-due')).toEqual(['B blue closed']);
      // A duty that is owed again is another one.
      expect(view('September', 'verification-due').sort()).toEqual(['B blue closed', 'B blue open']);
      const ids = view.of('September', 'verification-due').map(({ warning_id }) => warning_id);
      expect(new Set(ids).size).toBe(2);
    },
  );
}
{
  const [one, two, three] = [somebody('C1', 'C'), somebody('C2', 'C'), somebody('C3', 'CC')];
  story(
    'somebody who moves takes their bills along, also back when the move was a mistake',
    {
      June: {
        households: [home('C'), home('CC')],
        persons: [one.row, two.row, three.row],
        feeds: { 'medical-insurance': [two.paid('1', '2026-06-15', 16_000)] },
      },
      July: { persons: [{ ...two.row, household_id: 'CC', member_from: '2026-07-10' }] },
      September: { persons: [two.row] },
    },
    (view) => {
      expect(view('June', 'medical-burden')).toEqual(['C orange open']);
      expect(view('July', 'medical-burden')).toEqual(['C orange cleared', 'CC orange open']);
      expect(view('September', 'medical-burden')).toEqual(['C orange open', 'CC orange cleared']);
      const [before] = view.of('June', 'medical-burden');
      expect(view.of('September', 'medical-burden')[0]?.warning_id).toBe(before?.warning_id);
    },
  );
}
{
  const one = somebody('D1', 'D');
  const rows = months('2025-07', '2026-06').flatMap((period) =>
    Array.from({ length: 5 }, (_, i) =>
      one.says(`${period}-${i}`, '', { period, income_type: 'wages', income_amount: 20, occurred_on: null }),
    ),
  );
  // No month counts before five rows of it were taken: those refused for want of an authorisation are none.
  const counted = complete('2025-07', '2026-06', '159909').map((row) => ({ ...row, records: 5 }));
  const tax = [...rows, ...counted].map((row) => `${JSON.stringify(row)}\n`).join('');
  story(
    'an authorisation that comes later lets the same file be used, and count towards completeness',
    {
      June: {
        households: [home('D', { region_code: '159909101001' })],
        persons: [one.row],
        files: { 'tax/d.jsonl': tax },
      },
      July: {
        authorisations: [{ household_id: 'D', scope: 'finance', granted_on: '2025-07-31' }],
        files: { 'tax/d.jsonl': tax },
      },
    },
    (view) => {
      expect(view('June', 'income-below-standard')).toEqual([]);
      expect(view.match('June', 'D1-2026-06-0')).toBeUndefined();
      expect(view('July', 'income-below-standard')).toEqual(['D orange open']);
      expect(view.match('July', 'D1-2026-06-0')?.outcome).toBe('exact');
    },
  );
}
{
  const one = somebody('E1', 'E');
  const wages = (version: number, income_amount: number) =>
    months('2025-07', '2026-06').map((period) =>
      one.says(period, '', { version, period, income_type: 'wages', income_amount, occurred_on: null }),
    );
  const granted = (granted_on: string, expires_on: string) => ({
    authorisations: [{ household_id: 'E', scope: 'finance', granted_on, expires_on }],
  });
  story(
    'what is not known neither clears nor raises',
    {
      June: {
        households: [home('E', { region_code: '159908101001' })],
        persons: [one.row],
        ...granted('2025-07-01', '2026-08-15'),
        feeds: { tax: [...wages(1, 100), ...complete('2025-07', '2026-06', '159908')] },
      },
      September: { ...granted('2026-09-10', ''), feeds: { tax: wages(2, 5_000) } },
    },
    (view) => {
      expect(view('June', 'income-below-standard')).toEqual(['E orange open']);
      // Nobody may look at the income of this family in August.
      expect(view('August', 'income-below-standard')).toEqual(['E orange open']);
      expect(view('September', 'income-below-standard')).toEqual(['E orange cleared']);
    },
  );
}
{
  const [old, late] = [somebody('F1', 'F'), somebody('F2', 'F')];
  story(
    'records of people who are registered later are linked for 13 months',
    {
      'May 2025': {
        feeds: { 'medical-insurance': [late.paid('old', '2025-05-20', 9_000), old.paid('1', '2025-05-20', 9_000)] },
      },
      June: {
        // Thirteen months to the day: the record of May 2025 waits no longer.
        households: [home('F')],
        persons: [old.row],
        feeds: { 'medical-insurance': [late.paid('new', '2026-06-20', 16_000)] },
      },
      July: { persons: [late.row] },
    },
    (view) => {
      expect(view.match('June', 'F2-new')).toMatchObject({ outcome: 'unregistered', person_id: null });
      expect(view('June', 'medical-burden')).toEqual([]);
      expect(view.match('July', 'F2-new')).toMatchObject({ outcome: 'exact', person_id: 'F2', household_id: 'F' });
      expect(view.match('July', 'F2-new')?.reasons).toContain('registered_later');
      expect(view('July', 'medical-burden')).toEqual(['F orange open']);
      expect(view.of('July', 'medical-burden')[0]?.records).toEqual(['medical-insurance/F2-new']);
      expect(view.match('October', 'F1-1')?.outcome).toBe('unregistered');
      expect(view.match('October', 'F2-old')?.outcome).toBe('unregistered');
    },
  );
}
{
  const one = somebody('G1', 'G');
  story(
    'a record of somebody who is registered later under another name waits for a reviewer',
    {
      June: { feeds: { 'medical-insurance': [one.paid('1', '2026-06-20', 16_000)] } },
      July: { households: [home('G')], persons: [{ ...one.row, name: '别人' }] },
      September: { persons: [one.row], feeds: { 'medical-insurance': [one.paid('2', '2026-09-20', 100)] } },
    },
    (view) => {
      expect(view.match('June', 'G1-1')?.outcome).toBe('unregistered');
      expect(view.match('July', 'G1-1')).toMatchObject({ outcome: 'review', person_id: null });
      expect(view.match('September', 'G1-1')?.outcome).toBe('review');
      expect(view.match('September', 'G1-2')).toMatchObject({ outcome: 'exact', person_id: 'G1' });
      expect(view('October', 'medical-burden')).toEqual([]);
    },
  );
}
{
  const one = somebody('I1', 'I');
  const house = (id: string, day: string, event: string, grade?: string) => ({
    feeds: { housing: [one.says(id, day, { event, ...(grade === undefined ? {} : { grade }) })] },
  });
  story(
    'what became false is cleared and, found again before a person closed it, open again on the same warning',
    {
      June: { households: [home('I')], persons: [one.row], ...house('1', '2026-06-01', 'dangerous_house', 'C') },
      July: house('2', '2026-07-10', 'renovated'),
      September: house('3', '2026-09-10', 'dangerous_house', 'D'),
    },
    (view) => {
      expect(view('June', 'dangerous-house')).toEqual(['I orange open']);
      expect(view('July', 'dangerous-house')).toEqual(['I orange cleared']);
      expect(view('September', 'dangerous-house')).toEqual(['I red open']);
      const [first] = view.of('June', 'dangerous-house');
      expect(view.of('September', 'dangerous-house')).toMatchObject([
        { warning_id: first?.warning_id, case_id: first?.case_id, as_of: '2026-09-30', records: ['housing/I1-3'] },
      ]);
    },
  );
}
{
  const one = somebody('J1', 'J');
  const house = (id: string, day: string, grade: string) => ({
    feeds: { housing: [one.says(id, day, { event: 'dangerous_house', grade })] },
  });
  story(
    'a level rises and never falls',
    {
      June: { households: [home('J')], persons: [one.row], ...house('1', '2026-06-01', 'C') },
      July: house('2', '2026-07-10', 'D'),
      September: house('3', '2026-09-10', 'C'),
    },
    (view) => {
      expect(view('June', 'dangerous-house')).toEqual(['J orange open']);
      expect(view('July', 'dangerous-house')).toEqual(['J red open']);
      expect(view('September', 'dangerous-house')).toEqual(['J red open']);
      expect(view.of('September', 'dangerous-house')[0]?.records).toEqual(['housing/J1-3']);
    },
  );
}
{
  const one = somebody('K1', 'K');
  const paid = (id: string, day: string, amount: number) => ({
    feeds: { 'medical-insurance': [one.paid(id, day, amount)] },
  });
  story(
    'found again with other values is an observation of the same warning, with the same values none',
    {
      June: { households: [home('K')], persons: [one.row], ...paid('1', '2026-06-15', 16_000) },
      July: paid('2', '2026-07-15', 1_000),
      September: paid('3', '2026-09-15', 15_000),
    },
    (view) => {
      const rule = 'medical-burden';
      const amounts = steps.slice(1, 5).map((step) => view.of(step, rule)[0]?.indicators['medical.self_paid_12m']);
      expect(amounts).toEqual(['16000.00', '17000.00', '17000.00', '32000.00']);
      const days = steps.slice(1, 5).map((step) => view.of(step, rule)[0]?.as_of);
      expect(days).toEqual(['2026-06-30', '2026-07-31', '2026-07-31', '2026-09-30']);
      const ids = steps.slice(1).flatMap((step) => view.of(step, rule).map(({ warning_id }) => warning_id));
      expect(new Set(ids).size).toBe(1);
      expect(view('September', rule)).toEqual(['K red open']);
    },
  );
}
{
  const [one, two, three] = [somebody('L1', 'L'), somebody('L2', 'LL'), somebody('L3', 'LLL')];
  const [bill, region_code] = [{ 'medical-insurance': [one.paid('1', '2026-06-15', 16_000)] }, SECOND_BANNER];
  story(
    'the first evaluation of a rule in a banner is its baseline, and only that',
    {
      June: { households: [home('L')], persons: [one.row], feeds: bill },
      July: {
        households: [home('LL', { region_code })],
        persons: [two.row],
        feeds: { 'medical-insurance': [two.paid('1', '2026-07-15', 16_000)] },
      },
      September: {
        households: [home('LLL', { region_code })],
        persons: [three.row],
        feeds: {
          'medical-insurance': [three.paid('1', '2026-09-15', 16_000)],
          health: [one.says('ill', '2026-09-20', { event: 'major_illness' })],
        },
      },
    },
    (view) => {
      const baseline = (rule: string) =>
        view.of('September', rule).map(({ subject, baseline }) => `${subject.household_id} ${baseline}`);
      expect(baseline('medical-burden').sort()).toEqual(['L true', 'LL true', 'LLL false']);
      expect(baseline('major-illness')).toEqual(['L false']);
    },
  );
}
{
  const row = { id_number: '', disability_cert: `${idNumber('19800101', 999)}11` };
  const [one, two] = [somebody('M1', 'M', { ...row, birth_date: '1980-01-01' }), somebody('M2', 'MM')];
  story(
    'a warning about somebody who moved stays open when nothing is known of them there',
    {
      June: { households: [home('M'), home('MM')], persons: [one.row, two.row] },
      July: { persons: [{ ...one.row, household_id: 'MM', member_from: '2026-07-10', birth_date: '' }] },
      September: { persons: [{ ...one.row, household_id: 'MM', member_from: '2026-07-10', disability_cert: '' }] },
    },
    (view) => {
      expect(view('June', 'single-household')).toEqual(['M yellow open']);
      expect(view('July', 'single-household')).toEqual(['M yellow open']);
      expect(view('September', 'single-household')).toEqual(['M yellow cleared']);
    },
  );
}
{
  const one = somebody('N1', 'N');
  story(
    'a household whose last member died has no findings but the duty to take the dead off, until that is done',
    {
      June: {
        households: [home('N')],
        persons: [one.row],
        feeds: { 'medical-insurance': [one.paid('1', '2026-06-15', 16_000)] },
      },
      July: { feeds: { health: [one.says('2', '2026-06-20', { event: 'death' })] } },
      September: { persons: [{ ...one.row, member_to: '2026-09-25' }] },
    },
    (view) => {
      expect(view('July', 'medical-burden')).toEqual(['N orange cleared']);
      expect(view('July', 'member-death')).toEqual(['N yellow open']);
      expect(view('September', 'member-death')).toEqual(['N yellow closed']);
    },
  );
}
{
  const one = somebody('O1', 'O');
  story(
    'a record that is withdrawn takes its finding along, and a higher version brings it back',
    {
      June: {
        households: [home('O')],
        persons: [one.row],
        feeds: { health: [one.says('1', '2026-06-20', { event: 'major_illness' })] },
      },
      July: { feeds: { health: [{ record_id: 'O1-1', version: 1, op: 'delete' }] } },
      September: { feeds: { health: [one.says('1', '2026-09-20', { version: 2, event: 'major_illness' })] } },
    },
    (view) => {
      expect(view('June', 'major-illness')).toEqual(['O yellow open']);
      expect(view('July', 'major-illness')).toEqual(['O yellow cleared']);
      expect(view.match('July', 'O1-1')).toBeUndefined();
      expect(view('September', 'major-illness')).toEqual(['O yellow open']);
    },
  );
}
{
  const one = somebody('P1', 'P');
  story(
    'an exited household is watched as other for 24 months',
    {
      June: {
        households: [home('P', { category: 'exited', category_since: '2024-09-15' })],
        persons: [one.row],
        feeds: { 'medical-insurance': [one.paid('1', '2026-06-15', 16_000)] },
      },
    },
    (view) => {
      expect(view('August', 'medical-burden')).toEqual(['P orange open']);
      expect(view('September', 'medical-burden')).toEqual(['P orange cleared']);
    },
  );
}
{
  const [one, two] = [somebody('Q1', 'Q'), somebody('Q2', 'QQ')];
  const bill = (who: typeof one, version: number) => ({
    ...who.paid('1', '2026-06-15', 16_000, { version }),
    record_id: 'Q',
  });
  story(
    'a higher version can be about somebody else, a lower one that comes late changes nothing',
    {
      June: {
        households: [home('Q'), home('QQ')],
        persons: [one.row, two.row],
        feeds: { 'medical-insurance': [bill(one, 2)] },
      },
      July: { feeds: { 'medical-insurance': [bill(two, 3)] } },
      September: { feeds: { 'medical-insurance': [bill(one, 1)] } },
    },
    (view) => {
      expect(view('June', 'medical-burden')).toEqual(['Q orange open']);
      expect(view('July', 'medical-burden')).toEqual(['Q orange cleared', 'QQ orange open']);
      expect(view('September', 'medical-burden')).toEqual(['Q orange cleared', 'QQ orange open']);
    },
  );
}

{
  const [one, two, three] = [somebody('R1', 'R'), somebody('R2', 'R'), somebody('R3', 'RR')];
  story(
    'whoever had died before they were moved on paper died as a member of the old household only',
    {
      June: {
        households: [home('R'), home('RR')],
        persons: [one.row, two.row, three.row],
        feeds: { 'medical-insurance': [two.paid('1', '2026-06-15', 16_000)] },
      },
      July: { persons: [{ ...two.row, household_id: 'RR', member_from: '2026-07-10' }] },
      September: { feeds: { health: [two.says('2', '2026-06-25', { event: 'death' })] } },
    },
    (view) => {
      expect(view('July', 'medical-burden')).toEqual(['R orange cleared', 'RR orange open']);
      expect(view('September', 'medical-burden')).toEqual(['R orange open', 'RR orange cleared']);
      expect(view('September', 'member-death')).toEqual(['RR red open']);
    },
  );
}

/** Everything that is told at a step, as one directory; null when nobody says anything. */
const directoryOf = (step: Step): string => {
  const told = stories.flatMap(({ tell }) => tell[step] ?? []);
  const rows = (table: 'households' | 'persons' | 'authorisations'): Cells[] =>
    told.flatMap((part) => part[table] ?? []);
  const feeds: Record<string, Cells[]> = {};
  for (const part of told) {
    for (const [feed, records] of Object.entries(part.feeds ?? {})) feeds[feed] = [...(feeds[feed] ?? []), ...records];
  }
  const standards = [{ region_code: '1599', kind: 'dibao', area: 'any', effective_from: '2024-01-01', amount: 500 }];
  const files = Object.assign({}, ...told.map((part) => part.files ?? {}));
  const tables = Object.fromEntries(
    (['households', 'persons', 'authorisations'] as const).flatMap((table) =>
      rows(table).length === 0 ? [] : [[table, rows(table)]],
    ),
  );
  return completeRegistry(writeExchange({ standards, ...tables, feeds, files }));
};

describe('told in several loads', () => {
  const after = new Map<Step, After>();

  beforeAll(async () => {
    const bureau = await openServedHome();
    const episodes = createEpisodes();
    const loads: OracleLoad[] = [];
    let oracle: OracleResult | undefined;
    for (const step of steps) {
      const { load, evaluate, rule } = STEPS[step] as { load?: string; evaluate?: string; rule?: string };
      let counts: JudgedCounts;
      if (load !== undefined) {
        const dir = directoryOf(step);
        const loaded = await bureau.load(dir, load);
        loads.push({ dir, asOf: load, given: givenBy(await bureau.matches(), loads.at(-1)?.given) });
        oracle = runOracle(loads);
        expect(countsOf(loaded), step).toEqual(countsOf(oracle));
        counts = loaded;
      } else counts = await bureau.evaluate(evaluate as string, rule);
      if (oracle === undefined) throw new Error('the first step must be a load');
      const day = load ?? (evaluate as string);
      const judged = episodes.take(evaluateOracle(oracle.state, day), oracle.state, day, rule);
      const [warnings, matches] = [await bureau.warnings(), await bureau.matches()];
      expect(warningLines(warnings), step).toEqual(episodes.lines());
      expect(productMatches(matches), step).toEqual(oracleMatches(oracle.state));
      expect(counts, step).toMatchObject({
        findings: judged.findings,
        warnings: { opened: judged.opened, cleared: judged.cleared },
        duties: { opened: judged.dutiesOpened, cleared: judged.dutiesCleared },
      });
      after.set(step, { counts, warnings, matches });
    }
  });

  const known = (step: Step): After => {
    const told = after.get(step);
    if (told === undefined) throw new Error(`${step} was not reached`);
    return told;
  };

  it.each(stories.map((told) => [told.name, told] as const))('%s', (_, { tell, check }) => {
    const own = new Set(
      Object.values(tell).flatMap((part) => (part.households ?? []).map((row) => String(row['household_id']))),
    );
    const of = (step: Step, rule: string): WarningLine[] =>
      known(step)
        .warnings.filter((w) => w.rule_id === rule && own.has(w.subject.household_id ?? ''))
        .sort((a, b) => (String(a.subject.household_id) < String(b.subject.household_id) ? -1 : 1));
    const view = (step: Step, rule: string): string[] =>
      of(step, rule).map((w) => `${w.subject.household_id} ${w.level} ${w.status}`);
    const match = (step: Step, recordId: string): MatchLine | undefined =>
      known(step).matches.find(({ record_id }) => record_id === recordId);
    check(Object.assign(view, { of, match }));
  });

  it('an evaluation for an earlier day changes nothing on what was evaluated later', () => {
    const before = known('September').warnings;
    const now = new Map(known('back in July').warnings.map((warning) => [warning.warning_id, warning]));
    expect(before.length).toBeGreaterThan(10);
    for (const warning of before) expect(now.get(warning.warning_id)).toEqual(warning);
  });

  it('an evaluation of one rule leaves the others alone', () => {
    const others = (step: Step) => known(step).warnings.filter(({ rule_id }) => rule_id !== 'verification-due');
    expect(others('one rule in November')).toEqual(others('October'));
  });

  it('an evaluation that finds the same observes nothing', () => {
    expect(known('August').counts.warnings.observed).toBe(0);
  });
});

describe('a sweep of some households', () => {
  it('knows the warnings of people who moved in, and says nothing of those who moved away', async () => {
    const bureau = await openHome();
    const one = somebody('X1', 'X', { disability_cert: `${idNumber('19700101', 998)}11` });
    const two = somebody('X2', 'XX');
    const households = [home('X'), home('XX')];
    const moved = { ...one.row, household_id: 'XX', member_from: '2026-07-10' };
    await bureau.load(completeRegistry(writeExchange({ households, persons: [one.row, two.row] })), '2026-06-30');
    await bureau.load(completeRegistry(writeExchange({ persons: [moved] })), '2026-07-31');
    const day = parseIsoDay('2026-07-31') as number;
    const sweeps = await withSystem(bureau.path, async (system) => {
      const counts: JudgedCounts['warnings'][] = [];
      for (const id of ['XX', 'X']) {
        await system.postgres.query(
          `insert into dirty_households (household_no, sequence)
           select household_no, nextval('dirty_sequence') from households where household_id = $1`,
          [id],
        );
        counts.push((await sweep(system, { asOf: day, at: startOfShanghaiDay(day), scope: 'dirty' })).warnings);
      }
      return counts;
    });
    const nothing = { opened: 0, observed: 0, cleared: 0 };
    expect(sweeps).toEqual([nothing, nothing]);
    const known = (await bureau.warnings()).map((w) => [w.rule_id, w.subject.person_id, w.status]);
    expect(known).toEqual([['single-household', 'X1', 'open']]);
  });
});
