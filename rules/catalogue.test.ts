import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CatalogueError, loadCatalogue, readRule } from './catalogue.ts';
import { chooseEvidence } from './evidence.ts';
import { householdColumns, personColumns, unregisteredColumns } from './indicator-columns.ts';

const catalogue = loadCatalogue(import.meta.dirname);
const { indicators } = catalogue;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const GOOD = `id: a-rule
version: 1
title: 标题
title_en: Title
meaning: 含义
subject: household
direction: need
level: orange
when: medical.self_paid_12m > params.limit
escalate:
  - level: red
    when: medical.self_paid_12m >= params.twice * params.limit
parameters:
  limit: { title: 限额, title_en: Limit, unit: yuan, value: 5000, source: { status: policy } }
  twice: { title: 倍数, title_en: Multiple, unit: times, value: 2, source: { status: default } }
service: [medical]
citation:
  - { document: 文件, clause: 一, says: 内容 }
valid_from: 2020-01-01
`;
/** Line of GOOD that begins with the text, from 1. */
const lineOf = (text: string): number => GOOD.split('\n').findIndex((line) => line.trim().startsWith(text)) + 1;

const problemsOf = (text: string): readonly string[] => {
  const read = readRule('a-rule.yaml', text, indicators);
  return 'problems' in read ? read.problems : [];
};

/** GOOD with one line replaced. */
const changed = (line: string, by: string): string => {
  if (lineOf(line) === 0) throw new Error(`no line ${line}`);
  return GOOD.split('\n')
    .with(lineOf(line) - 1, by)
    .join('\n');
};

describe('a rule file', () => {
  it('is read', () => {
    expect(problemsOf(GOOD)).toEqual([]);
    expect(readRule('f', GOOD, indicators)).toMatchObject({ rule: { id: 'a-rule', enabled: true, over: 'living' } });
  });

  it.each([
    ['an indicator that nobody declares', 'when:', 'when: medical.paid > 1.0', 'when: ', 'paid'],
    ['a group of indicators that nobody declares', 'when:', 'when: hospital.days > 1.0', 'when: ', 'hospital'],
    ['a person indicator in a household rule', 'when:', 'when: person.age > 1.0', 'when: ', 'person'],
    ['a parameter that it does not have', 'when:', 'when: medical.self_paid_12m > params.most', 'when: ', 'most'],
    [
      'a comparison of a number with a word',
      'when:',
      'when: medical.self_paid_12m > "5000"',
      'when: ',
      'no such overload',
    ],
    ['a comparison of a word with a number', 'when:', 'when: household.category == 1.0', 'when: ', 'no such overload'],
    ['an expression that is no condition', 'when:', 'when: medical.self_paid_12m', 'when: ', 'must be true or false'],
    ['an expression that does not end', 'when:', 'when: medical.self_paid_12m > (', 'when: ', ''],
    ['an empty expression', 'when:', 'when: ""', 'when: ', ''],
    [
      'a choice, which has no translation',
      'when:',
      'when: "household.exited ? true : false"',
      'when: ',
      'no translation for ?:',
    ],
    ['a function that is not ours', 'when:', 'when: size(household.category) > 1', 'when: ', 'no function size'],
    ['has(), which says nothing here', 'when:', 'when: has(household.category)', 'when: ', 'no function has'],
    ['a standard that there is none of', 'when:', 'when: standard("diabo") > 1.0', 'when: ', 'dibao, tekun_basic'],
    ['a standard of a changing kind', 'when:', 'when: standard(household.area) > 1.0', 'when: ', 'dibao, tekun_basic'],
    ['half a month', 'when:', 'when: add_months(as_of, 0.5) < as_of', 'when: ', 'whole number of months'],
    ['an empty list', 'when:', 'when: household.category in []', 'when: ', 'holds something'],
    ['a number that is too long', 'when:', 'when: medical.self_paid_12m > 1e30', 'when: ', 'digits'],
    ['a bad escalation', 'when: medical.self_paid_12m >=', '    when: medical.paid > 1.0', 'escalate.0.when: ', 'paid'],
    ['a level that there is none of', 'level: orange', 'level: pink', 'level: ', 'red'],
    ['a day that is none', 'valid_from:', 'valid_from: 2020-02-30', 'valid_from: ', 'no date'],
    ['a version that is none', 'version:', 'version: 0', 'version: ', ''],
    [
      'a parameter with two forms',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, value: 1, text: x, source: { status: policy } }',
      'parameters.limit: ',
      'exactly one',
    ],
    [
      'a parameter without a form',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, source: { status: policy } }',
      'parameters.limit: ',
      'exactly one',
    ],
    [
      'a parameter without its source',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, value: 1 }',
      'parameters.limit.source: ',
      '',
    ],
    [
      'values that go by nothing',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, values: { a: 1 }, source: { status: policy } }',
      'parameters.limit: ',
      'belong together',
    ],
    [
      'values that go by no word',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, values: { a: 1 }, by: household.size, source: { status: policy } }',
      'parameters.limit.by: ',
      'no indicator with words',
    ],
    [
      'an override of another form',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, value: 1, source: { status: policy }, overrides: [{ region: "15", text: x, source: { status: policy } }] }',
      'parameters.limit.overrides: ',
      'same one of',
    ],
    [
      'an override without a form',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, unit: yuan, value: 1, source: { status: policy }, overrides: [{ region: "15", source: { status: policy } }] }',
      'parameters.limit.overrides: ',
      'same one of',
    ],
    ['a title in English that is not', 'title_en:', 'title_en: 标题', 'title_en: ', 'not English'],
    [
      'a parameter without a label',
      'limit:',
      '  limit: { title_en: Limit, unit: yuan, value: 1, source: { status: policy } }',
      'parameters.limit.title: ',
      '',
    ],
    [
      'a parameter without a label in English',
      'limit:',
      '  limit: { title: 限额, unit: yuan, value: 1, source: { status: policy } }',
      'parameters.limit.title_en: ',
      '',
    ],
    [
      'a number without its unit',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, value: 1, source: { status: policy } }',
      'parameters.limit.unit: ',
      'the unit of a number',
    ],
    [
      'codes of an indicator that there is none of',
      'limit:',
      '  limit: { title: 限额, title_en: Limit, of: household.rank, value: 1, source: { status: policy } }',
      'parameters.limit.of: ',
      'no indicator',
    ],
    [
      'a service that goes by something else than the category',
      'service:',
      'service: { when: household.exited, matching: [a], otherwise: [b] }',
      'service.when: ',
      'household.category',
    ],
    ['an empty citation', '- { document', '  []', 'citation: ', 'at least one citation'],
    ['a citation without a clause', '- { document', '  - { document: d, says: s }', 'citation.0.clause: ', ''],
    ['a word that it does not know', 'service:', 'servcie: [medical]', 'service: ', ''],
  ])('with %s is refused with file, line and reason', (_, line, by, place, reason) => {
    const problems = problemsOf(changed(line, by));
    const at = lineOf(line);
    const found = problems.find((problem) => problem.includes(place));
    expect(found, problems.join('\n')).toBeDefined();
    expect(found).toContain(reason);
    // What is missing has no line of its own: the file's first stands for it.
    expect(found).toMatch(new RegExp(`^a-rule\\.yaml:(?:${at}${by.startsWith('servcie') ? '|1' : ''}): `));
  });

  it('without a citation, or any other part, is refused', () => {
    for (const part of [
      'citation:',
      'when:',
      'title:',
      'title_en:',
      'direction:',
      'parameters:',
      'valid_from:',
      'id:',
    ]) {
      const lines = GOOD.split('\n');
      const from = lines.findIndex((line) => line.startsWith(part));
      const more = lines.slice(from + 1).findIndex((line) => line !== '' && !line.startsWith(' '));
      const without = lines.toSpliced(from, 1 + Math.max(0, more)).join('\n');
      expect(problemsOf(without).join(), part).toMatch(new RegExp(`a-rule.yaml:1: ${part}`));
    }
  });

  it('names a word that it does not know, with its line', () => {
    const text = `${GOOD}colour: red\n`;
    expect(problemsOf(text)).toEqual([`a-rule.yaml:${text.split('\n').length - 1}: file: Unrecognized key: "colour"`]);
  });

  it.each([
    ['a tab', 'id: a\n\tversion: 1\n', 2],
    ['a key twice', 'id: a\nid: b\n', 2],
    ['an open bracket', 'id: a\nservice: [a\nlevel: red\n', 3],
    ['an open quote', 'id: "a\n', 2],
    ['an alias of nothing', 'id: *x\n', 1],
    ['nothing', '', 1],
    ['a list', '- id: a\n', 1],
    ['two documents', 'id: a\n---\nid: b\n', 2],
  ])('of bad YAML is refused: %s', (_, text, line) => {
    const [first] = problemsOf(text);
    expect(first).toMatch(new RegExp(`^a-rule\\.yaml:${line}: .`));
  });

  it('says every problem at once', () => {
    const text = changed('level: orange', 'level: pink').replace('version: 1', 'version: x');
    expect(problemsOf(text)).toHaveLength(2);
  });
});

describe('a folder', () => {
  const copy = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'yilian-rules-'));
    folders.push(folder);
    cpSync(join(import.meta.dirname, 'catalogue'), join(folder, 'catalogue'), { recursive: true });
    cpSync(join(import.meta.dirname, 'indicators.yaml'), join(folder, 'indicators.yaml'));
    return folder;
  };
  const problemsIn = (folder: string): readonly string[] => {
    try {
      loadCatalogue(folder);
      return [];
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      for (const problem of error.problems) expect(error.message).toContain(problem);
      return error.problems;
    }
  };

  it('is refused as a whole, with the problems of all its files', () => {
    const folder = copy();
    writeFileSync(join(folder, 'catalogue', 'b.yaml'), changed('when:', 'when: x.y > 1.0'));
    writeFileSync(join(folder, 'catalogue', 'c.yaml'), 'id: [');
    writeFileSync(join(folder, 'catalogue', 'notes.txt'), 'no rule');
    const problems = problemsIn(folder);
    expect(problems.some((problem) => problem.startsWith(`b.yaml:${lineOf('when:')}: when: `))).toBe(true);
    expect(problems.some((problem) => problem.startsWith('c.yaml:1: '))).toBe(true);
    expect(problems.every((problem) => /^[bc]\.yaml:\d+: /.test(problem))).toBe(true);
  });

  it('has each id once', () => {
    const folder = copy();
    writeFileSync(join(folder, 'catalogue', 'zz.yaml'), readFileSync(join(folder, 'catalogue', 'water-unsafe.yaml')));
    expect(problemsIn(folder)).toEqual(['zz.yaml:1: id: water-unsafe is taken']);
  });

  it('with indicators that are wrong is refused by that file', () => {
    const folder = copy();
    writeFileSync(join(folder, 'indicators.yaml'), 'parameters: {}\nindicators:\n  a.b: { type: colour, title: x }\n');
    expect(problemsIn(folder)).toEqual([expect.stringMatching(/^indicators\.yaml:3: indicators\.a\.b\.type: /)]);
  });
});

describe('the shipped catalogue', () => {
  const files = readdirSync(join(import.meta.dirname, 'catalogue')).filter((name) => name.endsWith('.yaml'));

  it('has a rule in every file, named for its id', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(catalogue.rules.map(({ id }) => `${id}.yaml`).sort()).toEqual(files.sort());
  });

  it('has no alias and no second document in it', () => {
    for (const file of files)
      expect(parse(readFileSync(join(import.meta.dirname, 'catalogue', file), 'utf8'))).toBeTypeOf('object');
  });

  it('calls every rule and every parameter of it by a name of its own, in Chinese and in English', () => {
    const distinct = (names: readonly string[]): void => expect(new Set(names).size, names.join()).toBe(names.length);
    for (const language of ['title', 'title_en'] as const) {
      distinct(catalogue.rules.map((rule) => rule[language]));
      for (const { parameters } of catalogue.rules) distinct(Object.values(parameters).map((one) => one[language]));
    }
    const parameters = catalogue.rules.flatMap((rule) => Object.values(rule.parameters));
    expect(parameters.length).toBeGreaterThan(30);
    for (const { title, title_en } of [...catalogue.rules, ...parameters]) {
      expect(title).toMatch(/^[\u4e00-\u9fff\d（）、]+$/);
      expect(title_en).toMatch(/^[A-Z]/);
    }
  });

  it('says what every number counts, and of which indicator every code is', () => {
    for (const rule of catalogue.rules) {
      for (const [name, { unit, of, list, text }] of Object.entries(rule.parameters)) {
        const isCode = list !== undefined || text !== undefined;
        expect([unit === undefined, of === undefined], `${rule.id}: ${name}`).toEqual(
          isCode || name === 'third_grade' ? [true, false] : [false, true],
        );
      }
    }
  });

  it('uses every parameter that it names', () => {
    for (const rule of catalogue.rules) {
      const text = [rule.when, ...rule.escalate.map(({ when }) => when)].join(' ');
      for (const name of Object.keys(rule.parameters)) expect(text, `${rule.id}: ${name}`).toContain(`params.${name}`);
    }
  });
});

describe('indicators.yaml', () => {
  const entries = Object.entries(indicators.indicators);
  const scope = {
    asOf: 0,
    yearAgo: 0,
    lastMonth: 0,
    living: new Set<number>(),
    spending: new Set<number>(),
    dwelling: new Set<number>(),
    personNo: null,
    days: null,
  };

  it.each(entries)('has a column for %s, of its subject', (name, { subject }) => {
    expect([name in householdColumns, name in personColumns, name in unregisteredColumns]).toEqual(
      ['household', 'person', 'unregistered'].map((one) => one === subject),
    );
  });

  it('names every column that there is', () => {
    const known = new Set(entries.map(([name]) => name));
    expect(
      [householdColumns, personColumns, unregisteredColumns].flatMap(Object.keys).filter((name) => !known.has(name)),
    ).toEqual([]);
  });

  it('names evidence that there is', () => {
    const names = new Set(entries.flatMap(([, { evidence }]) => evidence));
    expect(names.size).toBeGreaterThan(10);
    expect(chooseEvidence(names, [], scope)).toEqual({ records: [], newest: null });
    expect(() => chooseEvidence(new Set(['no such']), [], scope)).toThrow('no such');
  });

  it('gives a denominator to money and ratios only', () => {
    for (const [name, { type }] of entries) {
      if ({ ...householdColumns, ...personColumns, ...unregisteredColumns }[name]?.d !== undefined)
        expect(['money', 'ratio'], name).toContain(type);
    }
  });
});
