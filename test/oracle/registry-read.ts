/** The registry files of one directory -> rows that can be read; the others are left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digits, type FieldType, listed, readCell, text, type Value } from './field-types.ts';
import { type Cells, readRows } from './read-rows.ts';
import { normaliseText } from './text.ts';

export type RegistryRow = ReadonlyMap<string, Value>;

interface RegistryColumn {
  readonly type: FieldType;
  readonly required?: true;
}

type RegistryColumns = Readonly<Record<string, RegistryColumn>>;

const CATEGORIES = {
  dibao: '低保',
  tekun: '特困',
  edge: '低保边缘',
  rigid: '刚性支出困难',
  relapse: '防止返贫监测',
  other: '其他低收入',
  exited: '已退出',
};
const words = (...names: string[]): FieldType => listed(Object.fromEntries(names.map((name) => [name, ''])));
const needed = (type: FieldType): RegistryColumn => ({ type, required: true });
const may = (type: FieldType): RegistryColumn => ({ type });
const DAY: FieldType = { kind: 'day' };
const YES_NO: FieldType = { kind: 'boolean' };
const AMOUNT: FieldType = { kind: 'amount' };
const NAME: FieldType = { kind: 'name' };
const KINDS = ['dibao', 'tekun_basic', 'care_full', 'care_partial', 'care_self', 'minimum_wage', 'disposable_income'];
const ANY_CODE = digits(...Array.from({ length: 11 }, (_, i) => i + 2));

const STANDARDS: RegistryColumns = {
  region_code: needed(ANY_CODE),
  kind: needed(words(...KINDS)),
  area: needed(words('urban', 'rural', 'any')),
  effective_from: needed(DAY),
  amount: needed(AMOUNT),
  document: may(text()),
};

const HOUSEHOLDS: RegistryColumns = {
  household_id: needed(text()),
  region_code: needed(digits(9, 12)),
  area: needed(words('urban', 'rural')),
  category: needed(listed(CATEGORIES)),
  category_since: needed(DAY),
  flags: may(text()),
  labour: may(words('able', 'partly', 'none')),
  stable_income: may(YES_NO),
  monthly_benefit: may(AMOUNT),
  assessed_income: may(AMOUNT),
  assessed_on: may(DAY),
  exit_grace_until: may(DAY),
  last_verified_on: may(DAY),
  last_reviewed_on: may(DAY),
  address: may(text()),
  phone: may(text()),
};

const PERSONS: RegistryColumns = {
  person_id: needed(text()),
  household_id: needed(text()),
  name: needed(NAME),
  id_number: may(text()),
  birth_date: may(DAY),
  sex: may(words('M', 'F')),
  ethnicity: may(text()),
  relation: needed(words('head', 'spouse', 'child', 'parent', 'other')),
  category: may(listed(CATEGORIES)),
  phone: may(text()),
  disability_cert: may(text()),
  labour_ability: may(words('full', 'part', 'none')),
  labour_willing: may(YES_NO),
  member_from: may(DAY),
  member_to: may(DAY),
  student: may(YES_NO),
  care: may(words('full', 'partial', 'self')),
};

const AUTHORISATIONS: RegistryColumns = {
  household_id: needed(text()),
  scope: needed(words('finance')),
  granted_on: needed(DAY),
  expires_on: may(DAY),
};

/** Regions are left out: no count and no finding rests on them (a prefix of a code says where it lies). */
export interface RegistryRows {
  readonly standards: RegistryRow[];
  readonly households: RegistryRow[];
  readonly persons: RegistryRow[];
  readonly authorisations: RegistryRow[];
}

export function readRegistry(directory: string): RegistryRows {
  const read = (file: string, columns: RegistryColumns): RegistryRow[] => {
    const path = [join(directory, 'registry', file), join(directory, 'registry', `${file}.gz`)].find(existsSync);
    if (!path) return [];
    const rows: RegistryRow[] = [];
    for (const row of readRows(path, new Map())) {
      const values = 'cells' in row ? readRow(row.cells, columns) : undefined;
      if (values) rows.push(values);
    }
    return rows;
  };
  return {
    standards: read('standards.csv', STANDARDS),
    households: read('households.csv', HOUSEHOLDS).filter(hasKnownFlags),
    persons: read('persons.csv', PERSONS),
    authorisations: read('authorisations.csv', AUTHORISATIONS),
  };
}

function readRow(cells: Cells, columns: RegistryColumns): RegistryRow | undefined {
  const values = new Map<string, Value>();
  for (const [name, column] of Object.entries(columns)) {
    const cell = cells.get(name);
    if (cell === undefined) {
      if (column.required) return undefined;
      continue;
    }
    const read = readCell(cell, column.type);
    if ('reason' in read) return undefined;
    values.set(name, read.value);
  }
  return values;
}

const FLAGS = ['relapse', 'child', 'disabled'];

export function flagsOf(row: RegistryRow): string[] {
  const flags = String(row.get('flags') ?? '').split(';');
  return flags.map(normaliseText).filter((flag) => flag !== '');
}

function hasKnownFlags(row: RegistryRow): boolean {
  return flagsOf(row).every((flag) => FLAGS.includes(flag));
}
