import { formatDay } from '../../platform/calendar.ts';
import { RISK_DAYS_LEFT } from './clock-state.ts';
import { type Conditions, isBelow, isOneOf } from './conditions.ts';
import type { ClockState, QueueQuery } from './contract.ts';

/** Which warnings a queue query asks for. Pure. */

/** Binds only the days that the condition of this state needs: a value that no text names has no type. */
const clockCondition = (conditions: Conditions, today: number, state: ClockState): string => {
  const now = (): string => `${conditions.bind(formatDay(today))}::date`;
  const risk = (): string => `${conditions.bind(formatDay(today + RISK_DAYS_LEFT))}::date`;
  switch (state) {
    case 'overdue':
      return `w.clock_due < ${now()}`;
    case 'at_risk':
      return `w.clock_due between ${now()} and ${risk()}`;
    case 'on_track':
      return `w.clock_due > ${risk()}`;
    case 'none':
      return 'w.clock_due is null';
  }
};

/** State of the clock of `w`, as `clockStateOf` tells it. */
export const clockSql = (conditions: Conditions, today: number): string => {
  const when = (state: ClockState): string => `when ${clockCondition(conditions, today, state)} then '${state}'`;
  return `case ${(['none', 'overdue', 'at_risk'] as const).map(when).join(' ')} else 'on_track' end`;
};

/** What has no facet beside it: status, direction, and the households that the search found. */
export const addFixed = (conditions: Conditions, query: QueueQuery, found: readonly number[] | null): void => {
  isOneOf(conditions, 'w.status', query.status ?? ['open']);
  isOneOf(conditions, 'w.direction', query.direction);
  if (found !== null) conditions.add(`w.household_no = any(${conditions.bind(found)}::int[])`);
};

/** What has a facet. */
export const addFaceted = (conditions: Conditions, query: QueueQuery, today: number): void => {
  isOneOf(conditions, 'w.level', query.level);
  isOneOf(conditions, 'w.rule_id', query.rule);
  isBelow(conditions, 'w.region_code', query.region);
  if (query.baseline !== undefined) conditions.add(query.baseline === 'true' ? 'w.baseline' : 'not w.baseline');
  if (query.case_state !== undefined && query.case_state.length > 0) {
    const states = conditions.bind(query.case_state);
    conditions.add(`w.case_id in (select c.case_id from cases c where c.state = any(${states}::text[]))`);
  }
  if (query.clock !== undefined && query.clock.length > 0) {
    conditions.add(`(${query.clock.map((state) => clockCondition(conditions, today, state)).join(' or ')})`);
  }
};
