import { describe, expect, it } from 'vitest';
import { addMonths, isoDay, parseDay } from '../calendar.ts';
import { createHousehold } from '../household.ts';
import { createLedger, createRecordIds } from '../ledger.ts';
import type { Draft } from '../model.ts';
import { createNumbering } from '../numbering.ts';
import { createRandom } from '../random.ts';
import { createRegions } from '../regions.ts';
import { readSettings } from '../settings.ts';
import { createStandards } from '../standards.ts';
import { createCasting, STORIES } from './catalogue.ts';
import { handsOf, type Stage, type Story, yearBefore } from './story.ts';

type Told = { stage: Stage; facts: Draft[] };

/** Plants a story on the as-of day and folds what was sent into the records in force. */
const tell = (story: Story, asOf: string, seed: number): Told => {
  const settings = readSettings({ households: 500, seed, out: '/nowhere', asOf });
  const banners = createRegions(settings);
  const standards = createStandards(settings, banners);
  const numbering = createNumbering(settings.perBanner);
  const random = createRandom(seed, 1);
  const household = createHousehold(random, 7, story, { settings, banners, standards, numbering });
  const ledger = createLedger(createRecordIds(), true);
  const head = household.members[0]!;
  const second = household.members[1] ?? head;
  const hands = handsOf(ledger, random);
  const day = settings.asOf;
  const stage = { household, settings, standards, hands, head, second, asOf: day, yearAgo: yearBefore(day) };
  story.plant(stage);
  const rank = (d: Draft): number => (d.version || 1) * 2 + (d.op === 'delete' ? 1 : 0);
  const best = new Map<string, Draft>();
  for (const draft of ledger.drafts) {
    const other = best.get(draft.recordId);
    if (!other || rank(draft) > rank(other)) best.set(draft.recordId, draft);
  }
  return { stage, facts: [...best.values()].filter((d) => d.op !== 'delete') };
};

const of = (told: Told, feed: Draft['feed'], event?: string): Draft[] =>
  told.facts.filter((d) => d.feed === feed && (event === undefined || d.own[0] === event));
const latest = (drafts: Draft[]): Draft | undefined =>
  drafts.reduce<Draft | undefined>((a, b) => (a && Number(a.occurredOn) > Number(b.occurredOn) ? a : b), undefined);

// The rules once more, straight from rules.md, for what the story alone can decide
const LIMIT: Record<string, number> = {
  tekun: 1000,
  dibao: 5000,
  edge: 10000,
  rigid: 10000,
  relapse: 10000,
  other: 15000,
};
const RULES: Record<string, (told: Told) => boolean> = {
  'medical-burden': (told) => {
    const { asOf, yearAgo, household } = told.stage;
    const counted = of(told, 'medical-insurance').filter(
      (d) => Number(d.occurredOn) > yearAgo && !(d.person.memberTo !== null && d.person.memberTo <= asOf),
    );
    return counted.reduce((sum, d) => sum + Number(d.own[4]), 0) > LIMIT[household.category]! * 100;
  },
  'medical-admission': (told) =>
    of(told, 'medical-insurance', 'inpatient').some(
      (d) => Number(d.occurredOn) > told.stage.yearAgo && Number(d.own[4]) > 600_000,
    ),
  'major-illness': (told) =>
    of(told, 'health', 'major_illness').some((d) => Number(d.occurredOn) > told.stage.asOf - 30),
  'new-disability': (told) => {
    const last = latest(of(told, 'disability'));
    if (!last || last.own[0] === 'cancelled' || Number(last.occurredOn) <= told.stage.asOf - 90) return false;
    const [, category, grade] = last.own;
    return Number(grade) <= 2 || (grade === 3 && (category === 5 || category === 6));
  },
  'dangerous-house': (told) => {
    const last = latest(of(told, 'housing', 'dangerous_house'));
    const after = of(told, 'housing', 'renovated').some((d) => Number(d.occurredOn) > Number(last?.occurredOn));
    return ['C', 'D'].includes(String(last?.own[1])) && !after;
  },
  'relapse-risk': (told) => {
    const { category, flags } = told.stage.household;
    const listed = latest(of(told, 'rural-revitalization', 'listed'));
    const cleared = latest(of(told, 'rural-revitalization', 'risk_cleared'));
    const open = listed !== undefined && !(cleared && Number(cleared.occurredOn) > Number(listed.occurredOn));
    return open && category === 'other' && !flags.includes('relapse');
  },
  'water-unsafe': (told) => latest(of(told, 'rural-revitalization').filter((d) => d.own[6] !== ''))?.own[6] === 'false',
  'grace-ending': ({ stage: { household, asOf } }) =>
    household.graceUntil !== null && asOf > addMonths(household.graceUntil, -1),
  'verification-due': ({ stage: { household, asOf } }) =>
    ['dibao', 'tekun', 'edge', 'rigid'].includes(household.category) &&
    (household.verifiedOn === null || addMonths(household.verifiedOn, 3) <= asOf),
};

describe.each(['2026-09-30', '2026-08-15', '2024-02-29', '2025-03-31'])('stories as of %s', (asOf) => {
  it.each(STORIES.map((story) => [story.what, story] as const))('%s is what it claims', (_, story) => {
    for (const seed of [1, 2, 3]) {
      const told = tell(story, asOf, seed);
      expect(told.facts.every((d) => d.occurredOn === '' || d.occurredOn <= parseDay(asOf))).toBe(true);
      for (const claim of story.claims) {
        const holds = RULES[claim.rule]?.(told);
        if (holds !== undefined)
          expect([story.what, claim.rule, String(holds)]).toEqual([story.what, claim.rule, claim.expect]);
      }
    }
  });
});

describe('casting', () => {
  it('tells every story in a small run, and in one household of five in a large one', () => {
    const cast = (households: number): (Story | null)[] => {
      const of = createCasting(readSettings({ households, seed: 1, out: '/nowhere' }));
      return Array.from({ length: households }, (_, i) => of(i));
    };
    expect(new Set(cast(200).filter((s) => s !== null)).size).toBe(STORIES.length);
    expect(cast(10_000).filter((s) => s !== null)).toHaveLength(2000);
  });

  it('leaves out what needs more history than there is', () => {
    const cast = createCasting(readSettings({ households: 300, seed: 1, months: 3, out: '/nowhere' }));
    for (let i = 0; i < 300; i++) expect(cast(i)?.minMonths ?? 0).toBeLessThanOrEqual(3);
  });

  it('has unique names', () => {
    expect(new Set(STORIES.map((s) => s.what)).size).toBe(STORIES.length);
    expect(isoDay(yearBefore(parseDay('2024-02-29')))).toBe('2023-02-28');
  });
});
