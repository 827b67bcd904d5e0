import { lastDayOf, monthOf } from './calendar.ts';
import { certificate, dangerousHouse, illness, income, monitoring, settlement } from './forms.ts';
import type { RecordIds } from './ledger.ts';
import type { Cell, Draft, FeedName, Person } from './model.ts';
import { application, business, employment, land, lead, mishap, police, schooling } from './notices.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';

const own = (random: Random, feed: FeedName, day: number): Cell[] => {
  switch (feed) {
    case 'medical-insurance':
      return settlement(random, 'outpatient', random.between(1000, 9000), day);
    case 'health':
      return illness(random, 'chronic_illness');
    case 'housing':
      return dangerousHouse(random, 'A');
    case 'tax':
      return income(random, monthOf(day), 'other', random.between(1000, 90_000));
    case 'disability':
      return certificate('certified', 4, 4);
    case 'rural-revitalization':
      return monitoring(random, 'risk_cleared');
    case 'education':
      return schooling('enrolled', 'compulsory');
    case 'human-resources':
      return employment('employed', 'other');
    case 'emergency':
      return mishap('accident', random.between(1000, 90_000));
    case 'public-security':
      return police('vehicle_registered', 'farm');
    case 'natural-resources':
      return land(random, 'land_compensation', random.between(100_000, 900_000));
    case 'market-supervision':
      return business(random, 'cancelled', 'cooperative');
    case 'civil-affairs':
      return application(random, 'accepted', 'temporary');
    case 'leads':
      return lead(random, 'visit', '', 0);
  }
};

/** A valid record of a feed about somebody, on any day of the run; with occurred_on given, also for tax. */
export const plainDraft = (
  random: Random,
  feed: FeedName,
  person: Person,
  settings: Settings,
  ids: RecordIds,
): Draft => {
  const some = settings.firstDay + random.below(settings.asOf - settings.firstDay + 1);
  const day = feed === 'tax' ? Math.min(settings.asOf, lastDayOf(monthOf(some))) : some;
  return {
    feed,
    recordId: ids(feed),
    person,
    occurredOn: day,
    period: monthOf(day),
    sentOn: day,
    shift: 0,
    own: own(random, feed, day),
    version: 0,
    op: '',
    fate: 'accepted',
    history: 'first',
    pinned: false,
  };
};
