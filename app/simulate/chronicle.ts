import { inForce } from './authorisations.ts';
import { createHousehold, type HouseholdDeps } from './household.ts';
import { createLedger, type RecordIds } from './ledger.ts';
import { liveOrdinarily, liveWithLaterFeeds, TELLING } from './life/ordinary-life.ts';
import { arrive, enrolAlone, letSomebodyMove, letSomeDie, type Mover } from './misfortunes.ts';
import type { Household } from './model.ts';
import { createRandom } from './random.ts';
import type { Sender } from './sender.ts';
import { createCasting } from './stories/catalogue.ts';
import { createScreeningCast } from './stories/screening.ts';
import { handsOf, type Story, yearBefore } from './stories/story.ts';
import { createStranger } from './strangers.ts';
import type { RegistryFiles } from './writing/registry-files.ts';
import type { TruthFiles } from './writing/truth-files.ts';

export type ChronicleDeps = HouseholdDeps & {
  registry: RegistryFiles;
  truth: TruthFiles;
  sender: Sender;
  ids: RecordIds;
};

/** Tells the years of one household after another: index 0 first, each once. */
export type Chronicle = {
  live: (index: number) => void;
  /** registered persons so far; a person of two households counts once */
  persons: () => number;
};

// first steps of the paths of random numbers (random.ts): one purpose, one number
const PATH = { household: 4, story: 5, strangers: 6, later: 9, laterStrangers: 10 } as const;

/** What happens to a household: its story, if it has one, ordinary life around it, and the unregistered people near by. */
export const createChronicle = (deps: ChronicleDeps): Chronicle => {
  const { settings, standards, numbering, registry, truth, sender, ids } = deps;
  const { asOf } = settings;
  const cast = createCasting(settings);
  const screen = createScreeningCast(settings);
  let persons = 0;
  let strangers = 0;
  let mover: Mover | null = null;

  const tell = (household: Household, story: Story): void => {
    const random = createRandom(settings.seed, PATH.story, household.index);
    const ledger = createLedger(ids, true);
    const head = household.members[0]!;
    const second = household.members[1] ?? head;
    const hands = handsOf(ledger, random);
    story.plant({ household, settings, standards, hands, head, second, asOf, yearAgo: yearBefore(asOf) });
    household.home.authorised = inForce(household.authorisations, asOf);
    sender.send(random, ledger.drafts);
    const records = [...new Set(ledger.drafts.map((d) => `${d.feed}/${d.recordId}`))];
    for (const claim of story.claims) {
      const person_id = story.ofHead ? head.personId : null;
      truth.plant({ household_id: household.householdId, person_id, what: story.what, ...claim, records });
    }
  };

  const hearLater = (path: number, household: Household, place: number, story: boolean): void => {
    const random = createRandom(settings.seed, path, household.index, place);
    const ledger = createLedger(ids, false);
    liveWithLaterFeeds({ household, ledger, random, settings }, story ? TELLING : []);
    sender.send(random, ledger.drafts);
  };

  const meetStrangers = (household: Household): void => {
    const random = createRandom(settings.seed, PATH.strangers, household.index);
    for (let place = 0; place < 2 && random.chance(0.32); place++) {
      const home = createStranger(random, household, place, numbering, settings);
      const person = home.members[0]!;
      const story = screen(strangers++);
      const pinned = createLedger(ids, true);
      const ordinary = createLedger(ids, false);
      story?.plant(person, handsOf(pinned, random), asOf);
      liveOrdinarily({ household: home, ledger: ordinary, random, settings }, story ? ['medical'] : []);
      sender.send(random, pinned.drafts);
      sender.send(random, ordinary.drafts);
      hearLater(PATH.laterStrangers, home, place, story !== null);
      if (!story) continue;
      const records = [...new Set(pinned.drafts.map((d) => `${d.feed}/${d.recordId}`))];
      const who = { household_id: null, person_id: null, id_number: person.idNumber };
      truth.plant({ ...who, what: story.what, ...story.claim, records });
    }
  };

  const live = (index: number): void => {
    const random = createRandom(settings.seed, PATH.household, index);
    const story = cast(index);
    const household = createHousehold(random, index, story, deps);
    for (const person of household.members) person.personId = `P${String(++persons).padStart(8, '0')}`;
    // told first: a story decides who dies or leaves, and ordinary life goes on around it
    if (story) tell(household, story);
    else {
      letSomeDie(random, household, settings);
      enrolAlone(random, household, settings);
    }
    const leaving = story ? null : letSomebodyMove(random, household, settings);
    const ledger = createLedger(ids, false);
    liveOrdinarily({ household, ledger, random, settings }, story?.quiet ?? []);
    sender.send(random, ledger.drafts);
    hearLater(PATH.later, household, 0, story !== null);
    sender.sendSpoiled(random, household.members[0]!);
    meetStrangers(household);
    // a story family takes nobody in: one more member would change what is claimed of it
    if (mover && !story) household.members.push(arrive(mover, household));
    mover = leaving;
    registry.add(household);
    truth.tally('households_by_category', household.category);
    truth.tally('households_by_authorisation', story ? 'of_a_story' : household.authorisationKind);
  };
  return { live, persons: () => persons };
};
