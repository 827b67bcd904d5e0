import { inForce, ordinaryAuthorisations } from './authorisations.ts';
import { addMonths } from './calendar.ts';
import { createFamily, familySize } from './family.ts';
import type { Area, Category, Home, Household, Person } from './model.ts';
import type { Numbering } from './numbering.ts';
import type { Random } from './random.ts';
import type { Banner, Township } from './regions.ts';
import type { Settings } from './settings.ts';
import type { Standards } from './standards.ts';

/** What a story asks of the family that it happens to. */
export type HouseholdWish = {
  categories: readonly Category[];
  minSize: number;
  maxSize: number;
  area: Area | null;
  place: 'any' | 'steady' | 'late' | 'missed';
};

export type HouseholdDeps = {
  settings: Settings;
  banners: readonly Banner[];
  standards: Standards;
  numbering: Numbering;
};

const ordinaryCategory = (random: Random): Category => {
  const p = random.unit();
  if (p < 0.58) return 'dibao';
  if (p < 0.66) return 'tekun';
  if (p < 0.75) return 'edge';
  if (p < 0.775) return 'rigid';
  if (p < 0.825) return 'relapse';
  return p < 0.985 ? 'other' : 'exited';
};

/** Per-capita income as a multiple of the dibao standard: [least, most]. */
const INCOME: Record<Category, readonly [number, number]> = {
  dibao: [0.25, 0.92],
  tekun: [0.02, 0.2],
  edge: [1.08, 1.45],
  rigid: [1.1, 2],
  relapse: [1.05, 1.9],
  other: [1.6, 3],
  exited: [1.5, 2.8],
};

const fits = (place: HouseholdWish['place'], township: Township): boolean => {
  if (place === 'any') return true;
  if (place === 'late') return township.role === 'undeclared' || township.role === 'overcounted';
  return township.role === place;
};

const verifiedOn = (random: Random, asOf: number): number | null => {
  const p = random.unit();
  return p < 0.94 ? asOf - random.below(86) : p < 0.98 ? asOf - random.between(93, 220) : null;
};

const labourOf = (members: readonly Person[]): Household['labour'] =>
  members.some((m) => m.labour === 'full') ? 'able' : members.some((m) => m.labour === 'part') ? 'partly' : 'none';

/** One household as the registry knows it on the as-of day, before any story touches it. */
export const createHousehold = (
  random: Random,
  index: number,
  wish: HouseholdWish | null,
  { settings, banners, standards, numbering }: HouseholdDeps,
): Household => {
  const { asOf } = settings;
  const category = wish ? random.pick(wish.categories) : ordinaryCategory(random);
  const banner = banners[Math.floor(index / settings.perBanner)]!;
  const townships = banner.townships.filter((t) => fits(wish?.place ?? 'any', t));
  const township = random.pick(townships);
  const area = wish?.area ?? (random.chance(township.area === 'urban' ? 0.8 : 0.1) ? 'urban' : 'rural');
  const village = random.pick(township.villages);
  const home: Home = {
    regionCode: random.chance(0.85) ? village.code : township.code,
    address: `${banner.name}${township.name}${village.name}${random.between(1, 260)}号`,
    phone: numbering.phone(index, 6),
    headNumber: '',
    authorised: false,
  };
  const categorySince = category === 'exited' ? asOf - random.between(10, 1000) : asOf - random.between(60, 2200);
  const size = wish
    ? Math.min(wish.maxSize, Math.max(wish.minSize, familySize(random, category)))
    : familySize(random, category);
  const householdId = `H${String(index + 1).padStart(7, '0')}`;
  const since = Math.min(categorySince, settings.firstDay - 1);
  const members = createFamily(random, numbering, {
    household: index,
    householdId,
    home,
    category,
    size,
    asOf,
    since,
    plain: wish !== null,
  });
  const { kind, list } = ordinaryAuthorisations(random, settings);
  home.authorised = inForce(list, asOf);

  const standard = standards.on('dibao', home.regionCode, area, asOf);
  const [least, most] = INCOME[category];
  const target = Math.round((standard * (least + random.unit() * (most - least))) / 500) * 500;
  const assessed = random.unit();
  const gap = Math.max(standard - target, 5000);
  const flags: string[] = [];
  if (!wish && category !== 'relapse' && area === 'rural' && random.chance(0.05)) flags.push('relapse');
  if (members.some((m) => asOf - m.birthDay < 18 * 365.25) && random.chance(0.3)) flags.push('child');
  if (members.some((m) => m.certificate !== '')) flags.push('disabled');
  return {
    householdId,
    index,
    home,
    role: township.role,
    area,
    category,
    categorySince,
    earlier: random.chance(0.02)
      ? { category: category === 'other' ? 'edge' : 'other', since: categorySince - random.between(200, 900) }
      : null,
    flags,
    labour: labourOf(members),
    stableIncome: random.chance(category === 'dibao' ? 0.2 : 0.45),
    benefit:
      category === 'dibao'
        ? gap * size
        : category === 'tekun'
          ? standards.on('tekun_basic', home.regionCode, area, asOf) * size
          : null,
    assessedIncome: assessed < 0.95 ? target : null,
    assessedOn: assessed < 0.95 ? asOf - (assessed < 0.85 ? random.between(5, 350) : random.between(380, 800)) : null,
    graceUntil: category === 'dibao' && random.chance(0.02) ? addMonths(asOf, 2) + random.below(100) : null,
    verifiedOn: verifiedOn(random, asOf),
    reviewedOn: random.chance(0.9) ? asOf - random.between(1, 170) : asOf - random.between(200, 420),
    members,
    authorisations: list,
    authorisationKind: kind,
    target,
    // departments rarely send what they may not: most lines are about families who have authorised it
    hasTaxLines: random.chance(home.authorised ? 0.48 : 0.15),
  };
};
