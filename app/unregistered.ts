/** Touches the world: people in no registry whom rules found something about. */
import { dropWaiting } from '../matchers/index.ts';
import { addMonths, startOfShanghaiDay } from '../platform/calendar.ts';
import { keepProvisionalHouseholds } from '../registry/index.ts';
import type { Evaluation } from '../rules/index.ts';
import type { System } from './system.ts';

/** How long records of people whom nobody has registered wait (feeds.md section 6). */
export const WAITING_MONTHS = 13;

/**
 * Adds to the findings of registered households what was found about others: whoever a lead names is given a provisional
 * household; who was screened stays a hash. Deterministic, so that a sweep that is repeated finds the same households.
 */
export const withUnregistered = async (system: System, evaluation: Evaluation, at: Date): Promise<Evaluation> => {
  const found = evaluation.unregistered ?? [];
  const people = new Map(found.flatMap(({ person }) => (person === null ? [] : [[person.subject, person] as const])));
  const numbers = await keepProvisionalHouseholds(system.postgres, system.cipher, [...people.values()], at);
  const findings = found.map(({ finding, person }) =>
    person === null ? finding : { ...finding, householdNo: numbers.get(person.subject) as number },
  );
  return { ...evaluation, findings: [...evaluation.findings, ...findings] };
};

/** Takes away what waited its months on a day: nobody was registered for it. */
export const dropOldWaiting = ({ clickhouse }: System, asOf: number): Promise<number> => {
  // The last day of receipt whose months are over; months are of different length, so it is looked for.
  let day = addMonths(asOf, -WAITING_MONTHS) + 3;
  while (addMonths(day, WAITING_MONTHS) > asOf) day -= 1;
  return dropWaiting(clickhouse, startOfShanghaiDay(day + 1));
};
