import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isoDay } from '../calendar.ts';
import type { Household, Person } from '../model.ts';
import { yuan } from '../money.ts';
import { type Banner, LEAGUE } from '../regions.ts';
import type { Settings } from '../settings.ts';
import type { Standards } from '../standards.ts';
import { type LineFile, type LineFileOptions, openLineFile } from './line-file.ts';

const HEADS = {
  regions: 'region_code,name,parent_code,level',
  standards: 'region_code,kind,area,effective_from,amount,document',
  households:
    'household_id,region_code,area,category,category_since,flags,labour,stable_income,monthly_benefit,assessed_income,assessed_on,exit_grace_until,last_verified_on,last_reviewed_on,address,phone',
  persons:
    'person_id,household_id,name,id_number,birth_date,sex,ethnicity,relation,category,phone,disability_cert,labour_ability,labour_willing,member_from,member_to,student,care',
  authorisations: 'household_id,scope,granted_on,expires_on',
} as const;

const day = (value: number | null): string => (value === null ? '' : isoDay(value));
const fen = (value: number | null): string => (value === null ? '' : yuan(value));

const personLine = (p: Person): string => {
  const certificate = p.certificate === '' ? '' : p.idNumber + p.certificate;
  const named = `${p.personId},${p.householdId},${p.name},${p.idNumber},${isoDay(p.birthDay)},${p.sex},${p.ethnicity}`;
  const known = `${p.relation},${p.category},${p.phone},${certificate},${p.labour},${p.willing}`;
  return `${named},${known},${day(p.memberFrom)},${day(p.memberTo)},${p.student},${p.care}`;
};

const householdLine = (h: Household, category: string, since: number): string => {
  const where = `${h.householdId},${h.home.regionCode},${h.area},${category},${isoDay(since)},${h.flags.join(';')}`;
  const means = `${h.labour},${h.stableIncome},${fen(h.benefit)},${fen(h.assessedIncome)},${day(h.assessedOn)}`;
  const dates = `${day(h.graceUntil)},${day(h.verifiedOn)},${day(h.reviewedOn)}`;
  return `${where},${means},${dates},${h.home.address},${h.home.phone}`;
};

export type RegistryFiles = {
  /** Writes a household, its members and its authorisations. */
  add: (household: Household) => void;
  /** Closes everything; returns how many files there are. */
  close: () => number;
};

/** Opens `out/registry` and writes regions and standards at once; nothing in these files needs quotes. */
export const openRegistryFiles = (
  settings: Pick<Settings, 'out'>,
  banners: readonly Banner[],
  standards: Pick<Standards, 'rows'>,
): RegistryFiles => {
  const folder = join(settings.out, 'registry');
  mkdirSync(folder, { recursive: true });
  const open = (name: keyof typeof HEADS, bom: boolean, lineEnd: NonNullable<LineFileOptions['lineEnd']>): LineFile =>
    openLineFile(join(folder, `${name}.csv`), { lineEnd, head: `${bom ? '\ufeff' : ''}${HEADS[name]}${lineEnd}` });
  const regions = open('regions', true, '\r\n');
  regions.add(`${LEAGUE.code},${LEAGUE.name},,league`);
  for (const banner of banners) {
    regions.add(`${banner.code},${banner.name},${LEAGUE.code},banner`);
    for (const township of banner.townships) {
      regions.add(`${township.code},${township.name},${banner.code},township`);
      for (const village of township.villages) regions.add(`${village.code},${village.name},${township.code},village`);
    }
  }
  const standardFile = open('standards', false, '\n');
  for (const row of standards.rows) {
    const document = `模拟文件〔${isoDay(row.from).slice(0, 4)}〕${row.region}号`;
    standardFile.add(`${row.region},${row.kind},${row.area},${isoDay(row.from)},${yuan(row.amount)},${document}`);
  }
  const households = open('households', false, '\n');
  const persons = open('persons', true, '\n');
  const authorisations = open('authorisations', false, '\n');
  const files = [regions, standardFile, households, persons, authorisations];
  return {
    add: (household) => {
      // history of the category: the present row last, because of its other values the later row holds
      if (household.earlier) {
        households.add(householdLine(household, household.earlier.category, household.earlier.since));
      }
      households.add(householdLine(household, household.category, household.categorySince));
      for (const person of household.members) persons.add(personLine(person));
      for (const { grantedOn, expiresOn } of household.authorisations) {
        authorisations.add(`${household.householdId},finance,${isoDay(grantedOn)},${day(expiresOn)}`);
      }
    },
    close: () => {
      for (const file of files) file.close();
      return files.length;
    },
  };
};
