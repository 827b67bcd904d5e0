/** Unregistered people with heavy medical costs: judged by their id number, exported without it. */
import { type Day, inTrailingMonths } from './calendar.ts';
import { type Fact, type FactBook, fenOf } from './facts.ts';
import { above, sum, whole, yuan } from './rational.ts';

/** Id numbers of the unregistered people whom screening-medical finds, with their records. */
export function screenMedical(book: FactBook, day: Day): Map<string, readonly Fact[]> {
  const found = new Map<string, readonly Fact[]>();
  for (const [idNumber, facts] of book.ofUnregistered) {
    const settlements = facts.filter(
      (fact) => fact.feed === 'medical-insurance' && inTrailingMonths(fact.occurredOn, day, 12),
    );
    const inpatient = settlements.filter((fact) => fact.fields.get('visit_type') === 'inpatient');
    const paid = sum(settlements.map((fact) => yuan(fenOf(fact, 'self_paid'))));
    const isLargeStay = inpatient.some((fact) => above(yuan(fenOf(fact, 'self_paid')), whole(10_000)));
    if (above(paid, whole(15_000)) || isLargeStay) found.set(idNumber, settlements);
  }
  return found;
}
