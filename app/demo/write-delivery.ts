/** Touches the world: a day's deliveries about the stories as an exchange directory (feeds.md). */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addMonths,
  formatDay,
  formatMonth,
  lastDayOfMonth,
  lastEndedMonth,
  parseIsoDay,
} from '../../platform/calendar.ts';
import { idNumber } from '../simulate/index.ts';
import { STORY_VILLAGE } from './stories-of-need.ts';
import type { Member, Story, StoryRecord } from './story.ts';

const BANNER = '159901';

/** Months of wages that a story tells of. */
const MONTHS = 14;

const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

const csv = (columns: readonly string[], rows: readonly Readonly<Record<string, string>>[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => cell(row[column] ?? '')))]
    .map((row) => `${row.join(',')}\n`)
    .join('');

export const idNumberOf = (member: Member): string =>
  idNumber(BANNER, parseIsoDay(member.birth) as number, member.sequence);

const personIdOf = (story: Story, place: number): string => `${story.householdId}-${place}`;

/** The registry of the stories' households, as of `day`; the village of their own included. */
const registryOf = (stories: readonly Story[], day: number): Record<string, string> => ({
  regions: csv(
    ['region_code', 'name', 'parent_code', 'level'],
    [{ region_code: STORY_VILLAGE, name: '模拟新风嘎查（模拟数据）', parent_code: '159901101', level: 'village' }],
  ),
  standards: csv(['region_code', 'kind', 'area', 'effective_from', 'amount', 'document'], []),
  households: csv(
    [
      ...['household_id', 'region_code', 'area', 'category', 'category_since', 'flags', 'labour', 'stable_income'],
      ...['monthly_benefit', 'last_verified_on', 'last_reviewed_on', 'address', 'phone'],
    ],
    stories.map((story, i) => ({
      ...{ household_id: story.householdId, region_code: story.village, area: 'rural', category: story.category },
      ...{ category_since: story.categorySince, flags: story.flags ?? '', labour: 'partly', stable_income: 'false' },
      ...{
        monthly_benefit: story.monthlyBenefit ?? '',
        last_verified_on: formatDay(day),
        last_reviewed_on: formatDay(day),
      },
      ...{ address: story.address, phone: `1990000${String(1001 + i)}` },
    })),
  ),
  persons: csv(
    [
      ...['person_id', 'household_id', 'name', 'id_number', 'relation', 'labour_ability', 'labour_willing', 'student'],
      'member_from',
    ],
    stories.flatMap((story) =>
      story.members.map((member, i) => ({
        ...{ person_id: personIdOf(story, i + 1), household_id: story.householdId, name: member.name },
        ...{ id_number: idNumberOf(member), relation: member.relation, labour_ability: member.labour ?? '' },
        ...{
          labour_willing: String(member.labour === 'full'),
          student: String(member.student ?? false),
          member_from: '',
        },
      })),
    ),
  ),
  authorisations: csv(
    ['household_id', 'scope', 'granted_on', 'expires_on'],
    stories.map((story) => ({
      ...{ household_id: story.householdId, scope: 'finance', expires_on: '' },
      granted_on: formatDay(addMonths(day, -18)),
    })),
  ),
});

const emptyRegistry = (): Record<string, string> => registryOf([], 0);

const COMMON = ['record_id', 'version', 'op', 'occurred_on', 'region_code', 'name', 'id_number'];

interface Line extends Record<string, string> {}

const recordLine = (story: Story, record: StoryRecord, today: number): Line => {
  const member = story.members[record.member - 1] as Member;
  const id = idNumberOf(member);
  const own = Object.entries(record.columns).map(([name, value]) => [name, value.replace('$id', id)]);
  return {
    ...{ record_id: `${story.householdId}-${record.feed}-${record.no}`, occurred_on: formatDay(today + record.on) },
    ...{ region_code: story.village, name: member.name, id_number: id },
    ...Object.fromEntries(own),
  };
};

const wageLines = (story: Story, day: number): Line[] => {
  const last = lastEndedMonth(day);
  return (story.wages?.lines ?? []).map(([place, back, yuan]) => {
    const member = story.members[place - 1] as Member;
    return {
      ...{ record_id: `${story.householdId}-tax-${back}`, region_code: story.village, name: member.name },
      ...{ id_number: idNumberOf(member), period: formatMonth(last - back), income_type: 'wages', income_amount: yuan },
      occurred_on: formatDay(lastDayOfMonth(last - back)),
    };
  });
};

const completeLines = (day: number): string => {
  const last = lastEndedMonth(day);
  const months = Array.from({ length: MONTHS }, (_, i) => ({
    region_code: STORY_VILLAGE,
    period: formatMonth(last - i),
  }));
  return csv(['region_code', 'period'], months);
};

/**
 * Writes what arrives on the day `today + on` about the stories: on the first day their registry, later records of theirs.
 * The tax office has declared its months in full for their village alone: nobody else's silence may speak.
 */
export const writeDelivery = async (
  folder: string,
  stories: readonly Story[],
  moment: { readonly today: number; readonly on: number; readonly first: boolean },
): Promise<void> => {
  const day = moment.today + moment.on;
  await mkdir(join(folder, 'registry'), { recursive: true });
  const registry = moment.first ? registryOf(stories, day) : emptyRegistry();
  for (const [name, text] of Object.entries(registry)) await writeFile(join(folder, 'registry', `${name}.csv`), text);
  const lines = new Map<string, Line[]>();
  const add = (feed: string, line: Line): unknown => lines.set(feed, [...(lines.get(feed) ?? []), line]);
  for (const story of stories) {
    for (const delivery of story.deliveries) {
      if (delivery.on !== moment.on) continue;
      for (const record of delivery.records) add(record.feed, recordLine(story, record, moment.today));
    }
    if (story.wages?.on === moment.on) for (const line of wageLines(story, day)) add('tax', line);
  }
  for (const [feed, rows] of lines) {
    const own = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !COMMON.includes(name));
    await mkdir(join(folder, 'feeds', feed), { recursive: true });
    await writeFile(join(folder, 'feeds', feed, `stories-${formatDay(day)}.csv`), csv([...COMMON, ...own], rows));
    if (feed === 'tax') await writeFile(join(folder, 'feeds', feed, '_complete.csv'), completeLines(day));
  }
};
