/** Touches the world: the steps of `yilian selfcheck`, from a department's record to a closed case. */
import { verifyChains } from '../alerts/index.ts';
import { caseDetail, queuePage, referralPage } from '../dashboards/queries/contract.ts';
import { formatDay } from '../platform/calendar.ts';
import { until } from '../platform/until.ts';
import { loadDirectory } from './load.ts';
import type { Progress } from './progress.ts';
import { HOUSEHOLD, RECORD, TOWNSHIP, writeRecord, writeRegistry } from './selfcheck-exchange.ts';
import { type Person, StepFailed, signIn, type ToldEvent } from './selfcheck-person.ts';
import type { System } from './system.ts';

export interface Step {
  readonly name: string;
  /** What is worth a word beside "pass". Throws what is wrong. */
  readonly run: () => Promise<string>;
}

const WAIT_MS = 20_000;

/** Waits for what happens by itself. */
const awaited = async <T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> => {
  const answer = await until(WAIT_MS, ask, { every: 20 });
  if (answer === null) throw new StepFailed(`${what} did not happen within ${WAIT_MS / 1000} s`);
  return answer;
};

const expectEqual = (what: string, found: unknown, wanted: unknown): void => {
  if (found !== wanted) throw new StepFailed(`${what} is ${String(found)} and not ${String(wanted)}`);
};

/** Each step stands on those before it. `directory` is an empty folder for the exchange. */
export const selfcheckSteps = (given: {
  readonly system: System;
  readonly address: string;
  readonly directory: string;
  readonly today: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Step[] => {
  const { system, address, directory, today, progress, signal } = given;
  let analyst!: Person;
  let township!: Person;
  let housing!: Person;
  let told!: readonly ToldEvent[];
  let toldHousing!: readonly ToldEvent[];
  let caseId = '';
  let version = 0;
  let referralId = '';
  let referralVersion = 0;

  const load = () => loadDirectory(system, directory, { asOf: null, progress, signal });
  const act = async (person: Person, command: Parameters<Person['onCase']>[2], state: string): Promise<string> => {
    const done = await person.onCase(caseId, version, command);
    expectEqual('the state', done.state, state);
    version = done.case_version;
    return `event ${version}`;
  };
  const answer = async (
    person: Person,
    command: Parameters<Person['onReferral']>[2],
    state: string,
  ): Promise<string> => {
    const done = await person.onReferral(referralId, referralVersion, command);
    expectEqual('the state', done.state, state);
    referralVersion = done.referral_version ?? 0;
    version = done.case_version;
    return `event ${version}`;
  };

  return [
    {
      name: 'the registry knows a family',
      run: async () => {
        await writeRegistry(directory, today);
        const { warnings } = await load();
        expectEqual('the number of warnings', warnings.opened, 0);
        return HOUSEHOLD;
      },
    },
    {
      name: "a department's record is taken from the inbox and matched",
      run: async () => {
        await writeRecord(directory, today);
        const { records, matches, warnings } = await load();
        expectEqual('the number of accepted records', records.accepted, 1);
        expectEqual('the number of exact matches', matches['exact'], 1);
        expectEqual('the number of warnings', warnings.opened, 1);
        return `${RECORD.feed}/${RECORD.id}`;
      },
    },
    {
      name: 'analyst, township and department sign in',
      run: async () => {
        analyst = await signIn(address, 'analyst', signal);
        township = await signIn(address, 'township', signal);
        housing = await signIn(address, 'dept-housing', signal);
        told = await analyst.follow();
        toldHousing = await housing.follow();
        return 'their pages follow events';
      },
    },
    {
      name: 'the warning stands in the queue, with its clock',
      run: async () => {
        const { warnings } = await analyst.get(`/api/warnings?rule=${RECORD.rule}`, queuePage);
        const [warning] = warnings;
        if (warning === undefined || warning.case_id === null) throw new StepFailed('there is no warning with a case');
        expectEqual('its household', warning.subject.household_id, HOUSEHOLD);
        expectEqual('whether it is of the first evaluation', warning.baseline, false);
        caseId = warning.case_id;
        const found = await analyst.get(`/api/cases/${caseId}`, caseDetail);
        version = found.version;
        return `${warning.level}, due ${warning.due_on}`;
      },
    },
    { name: 'the analyst receives the case', run: () => act(analyst, { type: 'receive' }, 'received') },
    {
      name: 'and assigns it to the township',
      run: () => act(analyst, { type: 'assign', township: TOWNSHIP }, 'assigned'),
    },
    {
      name: 'the township visits the family',
      run: () =>
        act(
          township,
          {
            ...{ type: 'record_visit', visited_on: formatDay(today), staff: ['模拟甲', '模拟乙'] },
            ...{ near_relative: false, note: '自检：房屋墙体开裂', evidence: [] },
          },
          'visited',
        ),
    },
    {
      name: 'the analyst verifies',
      run: () => act(analyst, { type: 'verify', outcome: 'confirmed', reason: '自检：属实', evidence: [] }, 'verified'),
    },
    {
      name: 'disposes: to be referred',
      run: () => act(analyst, { type: 'dispose', disposition: 'refer', reason: '自检：转住建部门' }, 'disposed'),
    },
    {
      name: 'and refers to the housing department',
      run: () =>
        act(
          analyst,
          {
            ...{ type: 'refer', service: 'housing', channel: 'portal', reason: '自检：危房改造' },
            disclose: ['name', 'address', 'warning'],
          },
          'disposed',
        ),
    },
    {
      name: 'the referral reaches the department, whose page is told of it',
      run: async () => {
        const event = await awaited(
          'the event of its delivery',
          () => toldHousing.find(({ type }) => type === 'referral_delivered') ?? null,
        );
        const { referrals } = await housing.get('/api/referrals', referralPage);
        const referral = referrals.find(({ referral_id }) => referral_id === event.referral_id);
        if (referral === undefined) throw new StepFailed('the department does not see it');
        expectEqual('its status', referral.status, 'delivered');
        referralId = referral.referral_id;
        referralVersion = referral.version;
        return referralId;
      },
    },
    { name: 'the case is reported', run: () => act(analyst, { type: 'report' }, 'following') },
    { name: 'the department accepts', run: () => answer(housing, { type: 'accept' }, 'accepted') },
    {
      name: 'and says what it has given',
      run: () =>
        answer(
          housing,
          { type: 'fulfil', aid: '自检：危房改造补助', amount: '20000.00', given_on: formatDay(today) },
          'fulfilled',
        ),
    },
    { name: 'the bureau confirms the answer', run: () => answer(analyst, { type: 'confirm' }, 'confirmed') },
    { name: 'and closes the case', run: () => act(analyst, { type: 'close' }, 'closed') },
    {
      name: 'the chain of the case is whole',
      run: async () => {
        const { cases, events, broken } = await verifyChains(system, caseId);
        expectEqual('the number of chains', cases, 1);
        expectEqual('the number of broken links', broken.length, 0);
        expectEqual('the number of events', events, version);
        return `${events} events`;
      },
    },
    {
      name: 'open pages were told of every step, once and in order',
      run: async () => {
        await awaited('the event of the closing', () => told.find(({ type }) => type === 'closed') ?? null);
        const ids = told.map(({ id }) => id);
        if (ids.some((id, i) => i > 0 && id <= (ids[i - 1] ?? 0)))
          throw new StepFailed(`their order is ${ids.join(', ')}`);
        // The case was opened before anybody looked.
        const steps = told.filter(({ case_id }) => case_id === caseId).length;
        expectEqual('the number of steps told', steps, version - 1);
        if (toldHousing.some(({ referral_id }) => referral_id === null))
          throw new StepFailed('the department was told of more than its referral');
        return `${steps} events, ${toldHousing.length} to the department`;
      },
    },
    {
      name: 'ClickHouse has every event once',
      run: async () => {
        const [row] = await system.clickhouse.query<{ events: string; steps: string }>(
          'pages',
          'SELECT count() AS events, uniqExact(sequence) AS steps FROM case_events_mirror FINAL WHERE case_id = {case:String}',
          { case: caseId },
        );
        expectEqual('the number of events', Number(row?.events), version);
        expectEqual('the number of steps', Number(row?.steps), version);
        return `${row?.events} events`;
      },
    },
  ];
};
