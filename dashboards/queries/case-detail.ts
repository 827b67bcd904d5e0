/** Touches the world: a case with its household, warnings, referrals, chain and acts (PostgreSQL). */
import { type Actor, may } from '../../access/index.ts';
import { type CaseStateName, departmentOf, type Service, type Track } from '../../alerts/contract.ts';
import { actOfCase, type CaseState, offeredActs, progressOf, readCase, verifyChains } from '../../alerts/index.ts';
import { formatDay, formatShanghai, shanghaiDay } from '../../platform/calendar.ts';
import type { Tx } from '../../platform/postgres.ts';
import type { Level } from '../../rules/contract.ts';
import type { Catalogue, ShownValue } from '../../rules/index.ts';
import { readCaseEvents, readStepNames } from './case-events.ts';
import { readHousehold } from './case-household.ts';
import { readCaseLineage } from './case-lineage.ts';
import { type CaseRow, caseScope, findCase } from './case-row.ts';
import { warningClock } from './clock-state.ts';
import type { CaseDetail, QueueItem } from './contract.ts';
import type { QueryDeps } from './deps.ts';
import { readPersonNames, readRegionNames } from './names.ts';
import { type ReferralRow, referralColumns, toReferralItem } from './referral-row.ts';
import { ruleNames, servicesOf } from './rule-text.ts';
import { stepsOf } from './steps.ts';

interface WarningRow extends Record<string, unknown> {
  warning_id: string;
  rule_id: string;
  person_no: number | null;
  level: Level;
  status: QueueItem['status'];
  baseline: boolean;
  opened_at: Date;
  clock_due: string | null;
  /** Of the household on the day of the warning: what its rule proposes may go by it. */
  category: string | null;
  /** Values that the rule read: they may name what it proposes. */
  indicators: Record<string, ShownValue>;
}

const readWarnings = (tx: Tx, caseId: string): Promise<WarningRow[]> =>
  tx.query<WarningRow>(
    `select w.warning_id, w.rule_id, w.person_no, w.level, w.status, w.baseline, w.opened_at, w.clock_due, w.indicators,
       (select h.category from household_categories h
        where h.household_no = w.household_no and h.replaced is null and h.category_since <= w.as_of
        order by h.category_since desc limit 1) as category
     from warnings w where w.case_id = $1 order by w.level_place, coalesce(w.clock_due, 'infinity'), w.warning_id`,
    [caseId],
  );

const readCaseReferrals = (tx: Tx, caseId: string): Promise<ReferralRow[]> =>
  tx.query<ReferralRow>(`select ${referralColumns} from referrals r where r.case_id = $1 order by r.ordinal`, [caseId]);

/** Services of the household that are being asked for, by any of its cases: a second referral for one is refused. */
const readOpenReferrals = (tx: Tx, householdNo: number): Promise<{ service: Service; referral_id: string }[]> =>
  tx.query(
    `select service, referral_id from referrals where household_no = $1 and status not in ('confirmed', 'withdrawn')`,
    [householdNo],
  );

const readOthers = (tx: Tx, row: CaseRow) =>
  tx.query<{ case_id: string; track: Track; state: string; opened_at: Date; ordinal: number }>(
    `select case_id, track, state, opened_at, ordinal from cases where household_no = $1 and case_id <> $2
     order by ordinal desc`,
    [row.household_no, row.case_id],
  );

const readTownships = (tx: Tx, regionCode: string): Promise<{ region_code: string; name: string | null }[]> =>
  tx.query(
    `select region_code, name from regions where replaced is null and level = 'township' and starts_with(region_code, $1)
     order by region_code`,
    [regionCode.slice(0, 6)],
  );

const actsFor = (
  actor: Actor,
  row: CaseRow,
  given: { today: number; openReferrals: ReadonlyMap<Service, string>; otherCaseOpen: boolean },
): CaseDetail['acts'] => {
  const regions = [row.region_code, ...(row.handling_region === null ? [] : [row.handling_region])];
  const state = readCase({ ...row, state: row.state as CaseStateName });
  return offeredActs(state, given).filter(({ type }) => may(actor, actOfCase[type], { regions }).allowed);
};

/** Services that the standing warnings' rules propose, without those that are asked for or were given in this round. */
const proposalsOf = (
  { rules }: Catalogue,
  warnings: readonly WarningRow[],
  state: CaseState,
  open: readonly { readonly service: Service }[],
): CaseDetail['proposals'] => {
  const asked = [...state.referrals.filter(({ status }) => status !== 'withdrawn'), ...open].map((one) => one.service);
  const proposed = warnings
    .filter(({ status }) => status === 'open' || status === 'snoozed')
    .flatMap(({ rule_id, category, indicators }) => {
      const rule = rules.find(({ id }) => id === rule_id);
      return rule === undefined ? [] : servicesOf(rule, category, indicators);
    });
  return [...new Set(proposed)]
    .filter((service) => !asked.includes(service))
    .map((service) => ({ service, department: departmentOf[service] }));
};

const earliest = (days: readonly (string | null)[]): string | null =>
  days.reduce((first, day) => (first === null || (day !== null && day < first) ? day : first), null);

export const readCaseDetail = async (deps: QueryDeps, actor: Actor, caseId: string, now: Date): Promise<CaseDetail> => {
  const row = await findCase(deps.postgres, actor, 'see_case', caseId);
  const today = shanghaiDay(now);
  const { broken } = await verifyChains(deps, caseId);
  return deps.postgres.transaction(
    async (tx) => {
      const warnings = await readWarnings(tx, caseId);
      const referrals = await readCaseReferrals(tx, caseId);
      const open = await readOpenReferrals(tx, row.household_no);
      const others = await readOthers(tx, row);
      const events = await readCaseEvents(tx, caseId);
      const persons = await readPersonNames(
        tx,
        warnings.map((warning) => warning.person_no),
      );
      const regions = await readRegionNames(tx, [
        ...[row.region_code, row.township],
        ...referrals.map((referral) => referral.region_code),
      ]);
      const state = readCase({ ...row, state: row.state as CaseStateName });
      const progress = progressOf(state);
      const rules = new Map(deps.catalogue.rules.map((rule) => [rule.id, rule]));
      const ruleOf = ruleNames(deps.catalogue);
      return {
        case_id: row.case_id,
        version: row.version,
        state: row.state,
        track: row.track,
        level: row.level,
        opened_at: formatShanghai(row.opened_at),
        opened_as_of: row.opened_as_of,
        region_code: row.region_code,
        region_name: regions.get(row.region_code) ?? null,
        township: row.township === null ? null : { region_code: row.township, name: regions.get(row.township) ?? null },
        townships: await readTownships(tx, row.region_code),
        clock: warningClock(earliest(warnings.map((warning) => warning.clock_due)), today),
        verification: progress.verification,
        dispositions: [...progress.dispositions],
        visit_owed: progress.visit_owed,
        notice_given: progress.notice_given,
        household: await readHousehold(tx, deps.cipher, row, formatDay(today)),
        lineage: await readCaseLineage(tx, actor, row, today),
        warnings: warnings.map(
          ({ person_no, clock_due: due_on, category: _, indicators: __, opened_at, ...warning }) => ({
            ...warning,
            due_on,
            rule_title: ruleOf(warning.rule_id).title,
            rule_title_en: ruleOf(warning.rule_id).title_en,
            meaning: rules.get(warning.rule_id)?.meaning ?? '',
            opened_at: formatShanghai(opened_at),
            person: person_no === null ? null : (persons.get(person_no) ?? null),
          }),
        ),
        referrals: referrals.map((referral) => toReferralItem(referral, today, regions)),
        proposals: proposalsOf(deps.catalogue, warnings, state, open),
        chain: stepsOf(events, { names: await readStepNames(tx, events, deps.catalogue), cipher: deps.cipher }),
        chain_intact: broken.length === 0,
        earlier: others
          .filter((other) => other.ordinal < row.ordinal)
          .map(({ ordinal: _, opened_at, ...other }) => ({ ...other, opened_at: formatShanghai(opened_at) })),
        acts: actsFor(actor, row, {
          today,
          openReferrals: new Map(open.map((referral) => [referral.service, referral.referral_id])),
          otherCaseOpen: others.some((other) => other.track === row.track && other.state !== 'closed'),
        }),
        synthetic: deps.isSynthetic(),
      };
    },
    { scope: caseScope(actor, row) },
  );
};
