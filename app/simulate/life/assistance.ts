import { isoDay, lastDayOf } from '../calendar.ts';
import type { Person } from '../model.ts';
import { type Aid, application, lead, payment } from '../notices.ts';
import type { LifeScene } from './scene.ts';

const CHANNELS = ['visit', 'visit', 'hotline', 'self_application', 'petition', 'upper_level', 'upper_level'];
/** Months of payments that are sent: enough for every rule, without drowning the rest. */
const PAID_MONTHS = 4;

const pay = ({ ledger, random, settings }: LifeScene, person: Person, kind: Aid, fen: number): void => {
  for (let month = settings.lastFullMonth - PAID_MONTHS + 1; month <= settings.lastFullMonth; month++) {
    const day = lastDayOf(month) - random.between(19, 25);
    if (day < settings.firstDay || random.chance(0.04)) continue;
    const failed = random.chance(0.03);
    if (failed) ledger.enterPeriod('civil-affairs', person, month, day, payment('pay_failed', kind, month, ''));
    const again = day + random.between(3, 40);
    if (failed && (random.chance(0.4) || again > settings.asOf)) continue;
    ledger.enterPeriod('civil-affairs', person, month, failed ? again : day, payment('paid', kind, month, fen));
  }
};

const apply = ({ ledger, random, settings }: LifeScene, person: Person, kind: Aid): void => {
  const accepted = settings.firstDay + random.below(settings.asOf - settings.firstDay + 1);
  const decided = accepted + random.between(10, 60);
  ledger.enter('civil-affairs', person, accepted, application(random, 'accepted', kind));
  if (decided > settings.asOf) return;
  const event = random.pick(['confirmed', 'confirmed', 'refused', 'adjusted', 'stopped'] as const);
  ledger.enter('civil-affairs', person, decided, application(random, event, kind));
};

/** What the case-handling system paid and decided, and what visits, callers and higher levels point out. */
export const assistanceLife = (scene: LifeScene): void => {
  const { household, ledger, random, settings } = scene;
  const head = household.members[0]!;
  const { category } = household;
  if (head.diedOn === null && (category === 'dibao' || category === 'tekun')) {
    pay(scene, head, category, household.benefit ?? 50_000);
    for (const person of household.members) {
      if (person.certificate === '' || person.diedOn !== null || !random.chance(0.8)) continue;
      pay(scene, person, random.chance(0.7) ? 'disabled_living' : 'disabled_care', 10_000);
    }
  }
  if (random.chance(0.06)) {
    apply(scene, random.pick(household.members), random.pick(['dibao', 'edge', 'rigid', 'temporary'] as const));
  }
  if (!random.chance(0.08)) return;
  const day = settings.asOf - random.below(Math.min(200, settings.asOf - settings.firstDay + 1));
  const hour = String(random.between(8, 17)).padStart(2, '0');
  const issued = `${isoDay(day)}T${hour}:${random.between(10, 59)}:00${random.pick(['+08:00', 'Z', ''])}`;
  ledger.enter('leads', random.pick(household.members), day, lead(random, random.pick(CHANNELS), issued, day + 20));
};
