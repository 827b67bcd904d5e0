/** Touches the world: one referral with what it discloses, its answer and its steps (PostgreSQL). */
import { type Actor, may, RouteProblem, scopeOf } from '../../access/index.ts';
import { actsOfReferral, offeredReferralActs, readReferral } from '../../alerts/index.ts';
import { shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import { readCaseEvents, readStepNames } from './case-events.ts';
import type { ReferralDetail } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { readRegionNames } from './names.ts';
import { type ReferralRow, referralColumns, toReferralItem } from './referral-row.ts';
import { type EventRow, eventOf, stepsOf } from './steps.ts';

const noSuchReferral = (): RouteProblem =>
  new RouteProblem(404, 'not_found', '没有找到这张转办单，或不属于您的部门或辖区。请核对编号后重试。');

type Row = ReferralRow & { readonly disclosed_sealed: Buffer };

const findReferral = async (tx: Tx, actor: Actor, referralId: string): Promise<Row> => {
  const [row] = await tx.query<Row>(
    `select ${referralColumns}, r.disclosed_sealed from referrals r where r.referral_id = $1`,
    [referralId],
  );
  if (row === undefined) throw noSuchReferral();
  const regions = [row.region_code, ...(row.handling_region === null ? [] : [row.handling_region])];
  if (!may(actor, 'see_referrals', { regions, department: row.department }).allowed) throw noSuchReferral();
  if (actor.role === 'department' && row.status === 'created') throw noSuchReferral();
  return row;
};

/** Events of the referral as far as its present department may read them: what another one wrote before is not for it. */
const ownTexts = (rows: readonly EventRow[], referralId: string): ((row: EventRow) => boolean) => {
  const since = rows.findLast((row) => {
    const event = eventOf(row);
    return event.type === 'referral_rerouted' && event.referral_id === referralId;
  });
  return (row) => row.sequence >= (since?.sequence ?? 0);
};

const answerOf = (row: ReferralRow, trail: ReferralDetail['trail']): ReferralDetail['answer'] => {
  const { answer } = readReferral(row);
  if (answer === null) return null;
  const step = trail.findLast((one) => one.type === 'referral_fulfilled' || one.type === 'referral_refused');
  const words = { aid: step?.personal['aid'] ?? null, note: step?.personal['note'] ?? null };
  return answer.kind === 'fulfilled'
    ? { ...words, amount: answer.amount, given_on: answer.given_on, code: null }
    : { ...words, amount: null, given_on: null, code: answer.code };
};

const actsFor = (actor: Actor, row: ReferralRow, today: number): ReferralDetail['acts'] => {
  const regions = [row.region_code, ...(row.handling_region === null ? [] : [row.handling_region])];
  const subject = { regions, department: row.department };
  return offeredReferralActs(readReferral(row), { today, isReported: false }).filter(({ type }) =>
    actsOfReferral(type, row.channel).some((act) => may(actor, act, subject).allowed),
  );
};

export const readReferralDetail = async (
  deps: QueryDeps,
  actor: Actor,
  referralId: string,
  now: Date,
): Promise<ReferralDetail> => {
  const row = await deps.postgres.transaction((tx) => findReferral(tx, actor, referralId), { scope: scopeOf(actor) });
  const today = shanghaiDay(now);
  const forDepartment = actor.role === 'department';
  // Of the case's chain a department is shown this referral's steps: they are picked out below, of a case it can't see.
  const { events, names, regions } = await deps.postgres.transaction(
    async (tx) => {
      const events = await readCaseEvents(tx, row.case_id);
      const regions = await readRegionNames(tx, [row.region_code]);
      return { events, names: await readStepNames(tx, events, deps.catalogue), regions };
    },
    { scope: row.region_code },
  );
  const all = stepsOf(events, { names, cipher: deps.cipher, referralId });
  const trail = forDepartment
    ? stepsOf(events, {
        ...{ names, cipher: deps.cipher, referralId },
        texts: ownTexts(events, referralId),
        // A department is told its own people's names; of the others the office is enough.
        actorOf: ({ event }, name) => {
          if (event.actor === actor.id || event.role === 'system') return name;
          return event.role === 'department' ? '承办部门' : '民政部门';
        },
      })
    : all;
  const disclosed = JSON.parse(deps.cipher.open(row.disclosed_sealed).toString('utf8')) as Record<
    string,
    string | null
  >;
  return {
    ...toReferralItem(row, today, regions),
    disclosed,
    reason: all.find((step) => step.type === 'referral_created')?.personal['reason'] ?? null,
    answer: answerOf(row, all),
    trail,
    acts: actsFor(actor, row, today),
    synthetic: deps.isSynthetic(),
  };
};
