import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf, isoDay } from './calendar.ts';
import type { Home, Household, Person } from './model.ts';
import { yuan } from './money.ts';
import { hanName, mongolianName, surname } from './names.ts';
import { createNumbering, type Numbering } from './numbering.ts';
import { createRandom, type Random } from './random.ts';
import { type Banner, createRegions } from './regions.ts';
import { readSettings } from './settings.ts';
import { createStandards } from './standards.ts';
import { openLineFile } from './writing/line-file.ts';
import { openRegistryFiles } from './writing/registry-files.ts';

/** What a speed measurement asks for; `out` is a directory that is written anew. */
export type MedicalBenchOptions = { persons: number; records: number; seed: number; out: string };

/** Sizes of 20 households, 47 people: 2.35 each. */
const SIZES = [2, 3, 1, 2, 4, 2, 3, 1, 2, 2, 5, 2, 3, 2, 1, 2, 3, 4, 2, 1] as const;
const STARTS = SIZES.map((_, i) => SIZES.slice(0, i).reduce((sum, size) => sum + size, 0));
const CYCLE = 47;
const AS_OF = dayOf(2026, 9, 30);
const VISITS = ['outpatient', 'pharmacy', 'chronic', 'outpatient', 'inpatient'] as const;

type Seat = { household: number; place: number };

const seatOf = (index: number): Seat => {
  const within = index % CYCLE;
  let at = STARTS.length - 1;
  while (STARTS[at]! > within) at--;
  return { household: Math.floor(index / CYCLE) * SIZES.length + at, place: within - STARTS[at]! };
};

type Numbered = { numbering: Numbering; perBanner: number; banners: readonly Banner[]; seed: number };

const homeOf = ({ numbering, perBanner, banners }: Numbered, household: number): Home => {
  const banner = banners[Math.floor(household / perBanner)]!;
  const township = banner.townships[household % banner.townships.length]!;
  const village = township.villages[household % township.villages.length]!;
  const phone = numbering.phone(household, 6);
  // short on purpose: with every column present a record is longer than the 390 bytes of the earlier measurements
  const address = `模拟村${(household % 260) + 1}号`;
  return { regionCode: village.code, address, phone, headNumber: '', authorised: true };
};

/** Person number `index` of the bench, the same whenever asked: nobody has to be remembered. */
const personAt = (run: Numbered, index: number): Person => {
  const { household, place } = seatOf(index);
  const random = createRandom(run.seed, 7, index);
  const sex = random.chance(0.5) ? 'M' : 'F';
  const age = random.between(place === 0 ? 30 : 2, 85);
  const birthDay = run.numbering.fitBirthDay(household, AS_OF - age * 365 - random.below(360));
  const name = random.chance(0.45) ? mongolianName(random, sex) : hanName(random, surname(random), sex);
  return {
    personId: `P${String(index + 1).padStart(8, '0')}`,
    householdId: `H${String(household + 1).padStart(7, '0')}`,
    home: homeOf(run, household),
    name,
    idNumber: run.numbering.number(household, place, birthDay, sex === 'M'),
    birthDay,
    sex,
    ethnicity: '02',
    relation: place === 0 ? 'head' : 'other',
    phone: run.numbering.phone(household, place),
    certificate: `${random.between(1, 7)}${random.between(1, 4)}`,
    category: '',
    labour: 'part',
    willing: false,
    student: false,
    care: '',
    memberFrom: null,
    memberTo: null,
    diedOn: null,
  };
};

const householdOf = (members: Person[], index: number): Household => ({
  householdId: members[0]!.householdId!,
  index,
  home: members[0]!.home,
  role: 'steady',
  area: 'rural',
  category: 'dibao',
  categorySince: AS_OF - 900,
  earlier: null,
  flags: [],
  labour: 'partly',
  stableIncome: false,
  benefit: 50_000,
  assessedIncome: 30_000,
  assessedOn: AS_OF - 90,
  graceUntil: null,
  verifiedOn: AS_OF - 20,
  reviewedOn: AS_OF - 60,
  members,
  authorisations: [],
  authorisationKind: 'absent',
  target: 30_000,
  hasTaxLines: false,
});

const recordLine = (random: Random, number: number, p: Person): string => {
  const day = AS_OF - random.below(500);
  const self = random.between(500, 20_000);
  const aid = random.below(8_000);
  const fund = random.below(30_000);
  const id = `"record_id":"YB${String(number).padStart(9, '0')}","version":1,"op":"upsert","occurred_on":"${isoDay(day)}"`;
  const who = `"region_code":"${p.home.regionCode.slice(0, 6)}","name":"${p.name}","id_number":"${p.idNumber}","birth_date":"${isoDay(p.birthDay)}"`;
  const where = `"phone":"${p.phone}","address":"${p.home.address}","disability_cert":"${p.idNumber}${p.certificate}"`;
  const money = `"total_amount":${yuan(self + aid + fund)},"fund_paid":${yuan(fund)},"medical_aid_paid":${yuan(aid)},"self_paid":${yuan(self)}`;
  const stay = `"diagnosis_code":"I10","hospital":"模拟医院","admitted_on":"${isoDay(day - 3)}"`;
  return `{${id},${who},${where},"visit_type":"${random.pick(VISITS)}",${money},${stay}}`;
};

/**
 * Writes a directory for speed measurements (模拟数据): `persons` registered people in households of about 2.35, and exactly
 * `records` valid medical-insurance records about them in `feeds/medical-insurance/01.jsonl`, each with every column present and
 * an exact match (about 460 bytes). As of 2026-09-30 (Asia/Shanghai); records lie in the 500 days before. Memory does not grow.
 */
export const writeMedicalBench = async ({ persons, records, seed, out }: MedicalBenchOptions): Promise<void> => {
  const households = seatOf(persons - 1).household + 1;
  const settings = readSettings({ households, seed, out, months: 24 });
  for (const part of ['registry', 'feeds', 'truth']) rmSync(join(out, part), { recursive: true, force: true });
  const banners = createRegions(settings);
  const numbering = createNumbering(settings.perBanner);
  const run: Numbered = { numbering, perBanner: settings.perBanner, banners, seed };
  const registry = openRegistryFiles(settings, banners, createStandards(settings, banners));
  let members: Person[] = [];
  for (let index = 0; index < persons; index++) {
    const { household, place } = seatOf(index);
    if (place === 0 && members.length > 0) {
      registry.add(householdOf(members, household - 1));
      members = [];
    }
    members.push(personAt(run, index));
  }
  registry.add(householdOf(members, households - 1));
  registry.close();

  const folder = join(out, 'feeds', 'medical-insurance');
  mkdirSync(folder, { recursive: true });
  const file = openLineFile(join(folder, '01.jsonl'));
  const random = createRandom(seed, 8);
  for (let number = 1; number <= records; number++) {
    file.add(recordLine(random, number, personAt(run, random.below(persons))));
    if (number % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  file.close();
};
