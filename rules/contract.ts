import { z } from 'zod';
import { parseIsoDay } from '../platform/calendar.ts';
import type { ProvisionalPerson } from '../registry/index.ts';

export const levels = ['red', 'orange', 'yellow', 'blue'] as const;
export const level = z.enum(levels);
export type Level = z.infer<typeof level>;

export const directions = ['need', 'gap', 'exit', 'duty'] as const;
export const direction = z.enum(directions);
export type Direction = z.infer<typeof direction>;

const isoDay = z.string().refine((text) => parseIsoDay(text) !== null, 'is no date YYYY-MM-DD');
const validity = { valid_from: isoDay.optional(), valid_to: isoDay.optional() };

/** Where a number comes from: clause or rule ids of the domain reference, and how far they can be trusted. */
const source = z.strictObject({
  ids: z.array(z.string()).optional(),
  status: z.enum(['policy', 'copy', 'news', 'other_province', 'default']),
});

const valueForms = {
  /** A number. */
  value: z.number().optional(),
  /** A word. */
  text: z.string().optional(),
  /** Several words or several numbers. */
  list: z.union([z.array(z.string()).min(1), z.array(z.number()).min(1)]).optional(),
  /** A number for each word of the indicator named by `by`. */
  values: z.record(z.string(), z.number()).optional(),
};

/** What a number counts. */
export const parameterUnits = ['yuan', 'ratio', 'times', 'days', 'months', 'years', 'people'] as const;

/** Names as pages show them: `title` Chinese, `title_en` English, for who reads the pages in English. */
const titles = {
  title: z.string().min(1),
  title_en: z
    .string()
    .min(1)
    .regex(/^[\x20-\x7e]+$/, 'is not English'),
};

const parameterObject = z.strictObject({
  ...titles,
  ...valueForms,
  by: z.string().optional(),
  unit: z.enum(parameterUnits).optional(),
  /** The indicator whose codes the value holds: pages word them as they word the indicator. */
  of: z.string().optional(),
  source,
  /** Other values below a region prefix; the longest prefix in force holds. */
  overrides: z
    .array(z.strictObject({ region: z.string().regex(/^\d{2,12}$/), ...valueForms, source, ...validity }))
    .optional(),
  ...validity,
});
type Forms = { value?: unknown; text?: unknown; list?: unknown; values?: unknown };
const formsOf = (p: Forms): string =>
  (['value', 'text', 'list', 'values'] as const).filter((form) => p[form] !== undefined).join();
const oneForm = (p: Forms): boolean => /^[a-z]+$/.test(formsOf(p));
const parameter = parameterObject
  .refine(oneForm, 'give exactly one of value, text, list, values')
  .refine((p) => (p.values === undefined) === (p.by === undefined), 'values and by belong together')
  .refine((p) => (p.unit === undefined) !== (p.of === undefined), {
    path: ['unit'],
    error: 'give the unit of a number, or by `of` the indicator whose codes the value holds',
  })
  .refine((p) => (p.overrides ?? []).every((o) => formsOf(o) === formsOf(p)), {
    path: ['overrides'],
    error: 'an override gives the same one of value, text, list, values as its parameter',
  });
export type Parameter = z.infer<typeof parameter>;

const service = z.union([
  z.array(z.string()),
  /** The service that an indicator's word names. */
  z.strictObject({ of: z.string() }),
  z.strictObject({ when: z.string(), matching: z.array(z.string()), otherwise: z.array(z.string()) }),
]);

/** A rule file (rules/catalogue/*.yaml). A rule without a citation is refused. */
export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.int().min(1),
  ...titles,
  meaning: z.string().min(1),
  /** `unregistered`: somebody in no registry, judged by their waiting records only (screening). */
  subject: z.enum(['household', 'person', 'unregistered']),
  /** A household rule that also judges people in no registry, and gives them a provisional household (leads). */
  provisional: z.boolean().default(false),
  /** Whom a person rule looks at: living members, or members on the day. */
  over: z.enum(['living', 'members']).default('living'),
  /** What a person's closing answers: the condition, or the records of it. A record that comes later is then answered anew. */
  answers: z.enum(['condition', 'records']).default('condition'),
  direction,
  level,
  when: z.string().min(1),
  escalate: z.array(z.strictObject({ level, when: z.string().min(1) })).default([]),
  parameters: z.record(z.string(), parameter),
  service,
  citation: z
    .array(z.strictObject({ document: z.string().min(1), clause: z.string().min(1), says: z.string().min(1) }))
    .min(1, 'a rule needs at least one citation of document and clause'),
  enabled: z.boolean().default(true),
  valid_from: isoDay,
  valid_to: isoDay.optional(),
});
export type Rule = z.infer<typeof ruleSchema>;

export const indicatorTypes = ['money', 'ratio', 'count', 'days', 'date', 'text', 'flag'] as const;
const indicatorSchema = z.strictObject({
  type: z.enum(indicatorTypes),
  title: z.string().min(1),
  subject: z.enum(['household', 'person', 'unregistered']).default('household'),
  evidence: z.array(z.string()).default([]),
});
export type Indicator = z.infer<typeof indicatorSchema>;

export const indicatorsSchema = z.strictObject({
  parameters: z.record(
    z.string(),
    z.strictObject({
      value: z.number().optional(),
      list: z.array(z.string()).optional(),
      title: z.string(),
      citation: z.strictObject({ document: z.string(), clause: z.string(), status: z.string().optional() }),
    }),
  ),
  indicators: z.record(z.string(), indicatorSchema),
});
export type Indicators = z.infer<typeof indicatorsSchema>;

/** An indicator's value as people and exports see it: money a string with 2 decimals, not known null. */
export type ShownValue = string | number | boolean | null;

/** A rule is true of a subject on a day. Ids are pseudonyms; `personNo` is null in a household rule. */
export interface Finding {
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly householdNo: number;
  readonly personNo: number | null;
  readonly regionCode: string;
  readonly level: Level;
  readonly direction: Direction;
  readonly service: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly indicators: Readonly<Record<string, ShownValue>>;
  /** `<feed>/<record_id>` of the records that the finding rests on, sorted. */
  readonly records: readonly string[];
  /** When the newest of them was received; null without any. */
  readonly newestRecordAt: Date | null;
  /** A record that came after the closing begins a new episode, without waiting (`answers: records`). */
  readonly answersRecords?: true;
  /** Somebody in no registry, by a hash: the finding then has neither household (0) nor person. */
  readonly unregistered?: string;
  /** SHA-256 (hex) that changes when what is found changes; values that only count days do not touch it. */
  readonly signature: string;
}

/** What a rule says of somebody in no registry. With a `person` it is given a provisional household, and a case. */
export interface UnregisteredFinding {
  readonly finding: Finding;
  readonly person: ProvisionalPerson | null;
}

/** What an evaluation says of every rule and subject: the findings, and of watched households what is not known. */
export interface Evaluation {
  readonly asOf: number;
  readonly findings: readonly Finding[];
  /** Keys of `subjectKey` that are neither true nor false. */
  readonly unknown: ReadonlySet<string>;
  /** Whether a household was looked at: what is neither found nor unknown there is false. */
  readonly covers: (householdNo: number) => boolean;
  /** The same of a person, who may live in another household by now than when a rule was true of them. */
  readonly coversPerson: (personNo: number) => boolean;
  /** Persons of watched households, and those that a rule is true of. */
  readonly persons: ReadonlySet<number>;
  /** Of people in no registry; they were looked at where this is given. */
  readonly unregistered?: readonly UnregisteredFinding[];
  /** Rules that were in force: only they say anything. */
  readonly ruleIds: ReadonlySet<string>;
  readonly registryRevision: number;
}

/** What a rule found something about: a household, in a person rule a person, in screening a hash. */
export const subjectOfFinding = ({ householdNo, personNo, unregistered }: Finding): string =>
  unregistered === undefined ? subjectOf(householdNo, personNo) : `u:${unregistered}`;

/** A household, or in a person rule a person. */
export const subjectOf = (householdNo: number, personNo: number | null): string =>
  personNo === null ? `h:${householdNo}` : `p:${personNo}`;

/** Identity of a rule and its subject in sets and maps. */
export const subjectKey = (ruleId: string, subject: string): string => `${ruleId}|${subject}`;
