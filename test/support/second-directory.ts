/**
 * One simulated directory told in two: what a bureau knew first, and what comes later - corrections of the registry,
 * people who move, are registered late or leave, later deliveries, new versions, withdrawals.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { addDays, addMonths } from '../oracle/calendar.ts';
import { idNumber, toCsv } from '../oracle/exchange-builder.ts';
import { usableIdNumber } from '../oracle/id-number.ts';
import { createDice, type Dice } from './dice.ts';

type Row = Record<string, string>;

const TABLES = ['regions', 'standards', 'households', 'persons', 'authorisations'] as const;
type Table = (typeof TABLES)[number];

const readTable = (directory: string, table: Table): Row[] =>
  parse(readFileSync(join(directory, 'registry', `${table}.csv`)), { columns: true, bom: true }) as Row[];

const writeRegistry = (directory: string, tables: Readonly<Record<Table, Row[]>>): void => {
  mkdirSync(join(directory, 'registry'), { recursive: true });
  for (const table of TABLES) writeFileSync(join(directory, 'registry', `${table}.csv`), toCsv(tables[table]));
};

/** The simulator plants nobody who comes of age: some of its people do, around the days on which that begins to count and ends. */
export const bringOfAge = (directory: string, seed: number, asOf: string): void => {
  const dice = createDice(seed);
  const days = [60, 61, 59, 0, -1, -364, -365].map((days) => addDays(addMonths(asOf, -18 * 12), days));
  const tables = Object.fromEntries(TABLES.map((table) => [table, readTable(directory, table)])) as Record<
    Table,
    Row[]
  >;
  const persons = tables.persons.map((row) => {
    if (!dice.chance(0.08)) return row;
    const birth_date = dice.pick([...days, '2008-02-29', '2004-02-29']);
    return { ...row, birth_date, category: 'tekun', student: dice.pick(['true', 'false', '']) };
  });
  writeRegistry(directory, { ...tables, persons });
};

/** The registry as it is told later: everything, with what changed meanwhile and what was wrong. */
const tellLater = (tables: Readonly<Record<Table, Row[]>>, dice: Dice, first: string, second: string) => {
  const { chance, pick, below } = dice;
  const householdIds = [...new Set(tables.households.map((row) => row['household_id'] as string))];
  const regions = tables.households.map((row) => row['region_code'] as string);
  const between = (): string => addDays(first, below(60) - 25);
  const last = new Map(tables.households.map((row, i) => [row['household_id'], i]));
  const households = tables.households.flatMap((row, i) => {
    if (last.get(row['household_id']) !== i || chance(0.05)) return chance(0.1) ? [] : [row];
    const changed = { ...row };
    if (chance(0.08)) changed['region_code'] = pick(regions);
    if (chance(0.05)) changed['area'] = pick(['urban', 'rural']);
    if (chance(0.08)) changed['assessed_income'] = `${below(2000)}.${10 + below(90)}`;
    if (chance(0.08)) changed['assessed_on'] = pick(['', between(), addDays(first, -360)]);
    if (chance(0.1)) changed['last_verified_on'] = pick(['', between(), addDays(second, -91)]);
    if (chance(0.1)) changed['last_reviewed_on'] = pick(['', between(), addDays(second, -183)]);
    if (chance(0.05)) changed['exit_grace_until'] = pick(['', between(), addDays(second, 30)]);
    if (chance(0.05)) changed['labour'] = pick(['able', 'partly', 'none', '']);
    if (chance(0.05)) changed['flags'] = pick(['relapse', '', 'child;relapse']);
    if (!chance(0.15)) return [changed];
    const category = pick(['dibao', 'tekun', 'edge', 'rigid', 'relapse', 'other', 'exited']);
    // Either the category changes from a day on, or what was said about the same day is corrected.
    return [{ ...changed, category, category_since: chance(0.7) ? between() : (row['category_since'] as string) }];
  });
  const persons = tables.persons.flatMap((row, i) => {
    const changed = { ...row };
    if (chance(0.03)) changed['name'] = `${row['name']}改`;
    if (chance(0.02)) changed['id_number'] = idNumber('19700101', i % 1000);
    if (chance(0.04)) changed['birth_date'] = pick(['', '2008-02-29', addDays(second, -18 * 365)]);
    if (chance(0.04)) changed['student'] = pick(['true', 'false']);
    if (chance(0.04)) changed['category'] = pick(['', 'tekun', 'dibao']);
    if (chance(0.04)) changed['disability_cert'] = pick(['', `${row['id_number']}43`, `${row['id_number']}61`]);
    if (chance(0.06)) changed['member_to'] = pick(['', between(), second, addDays(second, 1)]);
    if (!chance(0.08)) return chance(0.04) ? [] : [changed];
    const moved = { ...changed, household_id: pick(householdIds), member_from: between(), member_to: '' };
    return chance(0.5) ? [moved] : [row, moved];
  });
  const authorisations = tables.authorisations.flatMap((row) => {
    const changed = { ...row };
    if (chance(0.1)) changed['expires_on'] = pick(['', second, addDays(second, -1), between()]);
    if (!chance(0.1)) return [changed];
    return [changed, { ...row, granted_on: between(), expires_on: pick(['', addDays(second, 300)]) }];
  });
  const standards = [
    ...tables.standards.map((row) => (chance(0.1) ? { ...row, amount: `${400 + below(600)}.00` } : row)),
    ...tables.standards.filter(() => chance(0.1)).map((row) => ({ ...row, effective_from: between() })),
  ];
  return { regions: tables.regions, standards, households, persons, authorisations };
};

/** Lines of a JSONL file that hold one object each; the rest stays where it is. */
const objectsOf = (bytes: Buffer): Record<string, unknown>[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed: unknown = JSON.parse(line);
        return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
          ? [parsed as Record<string, unknown>]
          : [];
      } catch {
        return [];
      }
    });

const versionOf = (record: Record<string, unknown>): number => {
  const version = Number(record['version'] ?? 1);
  return Number.isInteger(version) ? version : 1;
};

/**
 * Repeats, corrections, withdrawals, other people and conflicting copies of records that were sent before. Records of which
 * `keepsPerson` is true are neither withdrawn nor somebody else's.
 */
export const sendAgain = (
  records: readonly Record<string, unknown>[],
  dice: Dice,
  keepsPerson: (record: Record<string, unknown>) => boolean = () => false,
): Record<string, unknown>[] => {
  const { chance, pick, below } = dice;
  const people = records.filter((record) => record['id_number'] !== undefined && record['name'] !== undefined);
  const amounts = ['self_paid', 'total_amount', 'income_amount', 'rehab_amount', 'amount', 'loss_amount'];
  return records.flatMap((record) => {
    if (record['record_id'] === undefined || record['op'] === 'complete' || !chance(0.25)) return [];
    const version = versionOf(record);
    const kind = below(5);
    if (kind === 0 || (kind < 3 && keepsPerson(record))) return [record];
    if (kind === 1) return [{ record_id: record['record_id'], version: version + below(2), op: 'delete' }];
    if (kind === 2 && people.length > 0) {
      // The department had written it down for somebody else.
      const { name, id_number } = pick(people);
      return [{ ...record, name, id_number, version: version + 1, op: 'upsert' }];
    }
    const changed: Record<string, unknown> = { ...record, version: version + below(3), op: 'upsert' };
    const share = 1 + below(40) / 10;
    for (const name of amounts) {
      const amount = Number(String(record[name] ?? '').replaceAll(',', ''));
      if (amount > 0) changed[name] = (amount * share).toFixed(2);
    }
    return [changed];
  });
};

/**
 * Whether only evidence can tell whose a record is. What it found is known of the version in force alone (`givenBy`): were an older one
 * somebody else's, nobody could say whether it was authorised.
 */
const byEvidence = (record: Record<string, unknown>): boolean =>
  usableIdNumber(String(record['id_number'] ?? '')) === undefined;

/** Splits a simulated directory of `first` into one for that day and one for `second`, a later day. */
export const writeSecondDirectory = (
  source: string,
  { out, seed, first, second }: { out: string; seed: number; first: string; second: string },
): { first: string; second: string } => {
  const dice = createDice(seed);
  const { chance } = dice;
  const [early, late] = [join(out, 'first'), join(out, 'second')];
  const tables = Object.fromEntries(TABLES.map((table) => [table, readTable(source, table)])) as Record<Table, Row[]>;
  const unborn = new Set(tables.households.filter(() => chance(0.05)).map((row) => row['household_id']));
  const known = (row: Row): boolean => !unborn.has(row['household_id']);
  writeRegistry(early, {
    ...tables,
    households: tables.households.filter(known),
    persons: tables.persons.filter((row) => known(row) && !chance(0.08)),
    authorisations: tables.authorisations.filter((row) => known(row) && !chance(0.15)),
  });
  writeRegistry(late, tellLater(tables, dice, first, second));
  for (const feed of readdirSync(join(source, 'feeds'))) {
    const from = join(source, 'feeds', feed);
    for (const directory of [early, late]) mkdirSync(join(directory, 'feeds', feed), { recursive: true });
    const sent: Record<string, unknown>[] = [];
    for (const name of readdirSync(from).sort()) {
      const bytes = readFileSync(join(from, name));
      const isLate = chance(0.3);
      writeFileSync(join(isLate ? late : early, 'feeds', feed, name), bytes);
      if (!isLate && name === '_complete.csv') writeFileSync(join(late, 'feeds', feed, name), bytes);
      // Some files come again as they were.
      if (!isLate && chance(0.1)) writeFileSync(join(late, 'feeds', feed, name), bytes);
      if (name.endsWith('.jsonl')) sent.push(...objectsOf(bytes));
    }
    const again = sendAgain(sent, dice, byEvidence).map((record) => `${JSON.stringify(record)}\n`);
    writeFileSync(join(late, 'feeds', feed, '00-again.jsonl'), again.join(''));
  }
  return { first: early, second: late };
};
