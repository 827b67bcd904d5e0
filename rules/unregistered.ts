/** Touches the world: what rules say of people in no registry, from the records that wait under a hash (feeds.md section 6). */
import type { ClaimedIdentity, DepartmentRecord } from '../ingest/index.ts';
import { readUnregistered, trustedIdNumber } from '../matchers/index.ts';
import { addMonths } from '../platform/calendar.ts';
import type { ClickHouse } from '../platform/clickhouse.ts';
import type { Cipher } from '../platform/crypto.ts';
import { groupBy } from '../platform/group-by.ts';
import type { Catalogue } from './catalogue.ts';
import { compileExpression, createBinder } from './compile.ts';
import type { Rule, UnregisteredFinding } from './contract.ts';
import { levels } from './contract.ts';
import { createFinding, valuesOf } from './findings.ts';
import { householdColumns, unregisteredColumns } from './indicator-columns.ts';
import { levelSql, namedIn, needWords, shownIn, shownSql, truth } from './statement.ts';

/** A waiting record, opened. */
interface Said {
  readonly record: string;
  readonly identity: ClaimedIdentity;
  readonly fact: NonNullable<DepartmentRecord['fact']>;
  readonly receivedAt: Date;
}

/** Somebody in no registry: a hash, and what their records say in the columns that rules read. */
interface Subject {
  readonly key: string;
  readonly said: readonly Said[];
}

export interface UnregisteredOptions {
  readonly catalogue: Catalogue;
  readonly rules: readonly Rule[];
  readonly asOf: number;
  readonly knownAt: Date | null;
  /** Region that holds all that are registered: of whoever no record places inside it. */
  readonly area: string;
}

interface Deps {
  readonly clickhouse: ClickHouse;
  readonly cipher: Pick<Cipher, 'open' | 'lookupHash'>;
}

const NEVER = -2_147_483_648;
const columns = { ...householdColumns, ...unregisteredColumns };

const latestDay = (said: readonly Said[], grades: readonly number[] | null): number =>
  said.reduce(
    (day, { fact }) => (grades === null || grades.includes(fact.grade) ? Math.max(day, fact.day) : day),
    NEVER,
  );

const later = (a: Said, b: Said): Said =>
  b.fact.day > a.fact.day || (b.fact.day === a.fact.day && b.record > a.record) ? b : a;

/** Where the latest record that says so places somebody, if that is where anybody is registered. */
const regionOf = (said: readonly Said[], area: string): string => {
  const placed = said.filter(({ identity }) => identity.regionCode !== '' && identity.regionCode.startsWith(area));
  return placed.length === 0 ? area : placed.reduce(later).identity.regionCode;
};

/** Each column of the statement as an array over the subjects. Money in fen, days as numbers, `NEVER` for none. */
const arraysOf = (subjects: readonly Subject[], area: string) => {
  const amounts = (subject: Subject, kind: string): number[] =>
    subject.said.filter(({ fact }) => fact.kind.startsWith(kind)).map(({ fact }) => fact.amount);
  const leads = subjects.map(({ said }) => said.filter(({ fact }) => fact.kind.startsWith('leads.')));
  return {
    keys: subjects.map(({ key }) => key),
    regions: subjects.map(({ said }) => regionOf(said, area)),
    paid: subjects.map((subject) => amounts(subject, 'medical.').reduce((sum, fen) => sum + fen, 0)),
    stay: subjects.map((subject) => Math.max(0, ...amounts(subject, 'medical.inpatient'))),
    lead: leads.map((said) => latestDay(said, null)),
    red: leads.map((said) => latestDay(said, [1])),
    orange: leads.map((said) => latestDay(said, [0, 2])),
    yellow: leads.map((said) => latestDay(said, [3])),
    need: leads.map((said) => (said.length === 0 ? '' : (needWords[said.reduce(later).fact.category] ?? ''))),
  };
};

const SOURCE = `
  SELECT t.1 AS subject, t.2 AS region_code, t.3 AS unregistered_paid, t.4 AS unregistered_stay,
    nullIf(t.5, ${NEVER}) AS lead_any_day, nullIf(t.6, ${NEVER}) AS lead_red_day, nullIf(t.7, ${NEVER}) AS lead_orange_day,
    nullIf(t.8, ${NEVER}) AS lead_yellow_day, t.9 AS lead_need
  FROM (SELECT arrayJoin(arrayZip({keys:Array(String)}, {regions:Array(String)}, {paid:Array(Int64)}, {stay:Array(Int64)},
    {lead:Array(Int32)}, {red:Array(Int32)}, {orange:Array(Int32)}, {yellow:Array(Int32)}, {need:Array(String)})) AS t)`;

interface Judged {
  readonly subject: string;
  readonly region_code: string;
  readonly truths: readonly (0 | 1 | null)[];
  readonly levels: readonly number[];
  readonly shown: readonly (string | null)[];
}

/** The rules' own expressions over the subjects: the same translation as for households. */
const judge = async (
  { clickhouse }: Deps,
  subjects: readonly Subject[],
  rules: readonly Rule[],
  options: UnregisteredOptions,
): Promise<UnregisteredFinding[]> => {
  if (subjects.length === 0 || rules.length === 0) return [];
  const { indicators } = options.catalogue;
  const binder = createBinder('v');
  const expression = (rule: Rule) => (text: string) =>
    compileExpression({ rule, indicators, binder, asOf: options.asOf }, text);
  const named = new Map(rules.map((rule) => [rule.id, namedIn(rule, indicators)]));
  const shown = shownIn(rules, named, columns);
  const rows = await clickhouse.query<Judged>(
    'sweep',
    `SELECT subject, region_code, [${rules.map((rule) => truth(expression(rule)(rule.when))).join(', ')}] AS truths,
       [${rules.map((rule) => levelSql(rule, expression(rule))).join(', ')}] AS levels, ${shownSql(shown, columns)} AS shown
     FROM (${SOURCE}) ORDER BY subject SETTINGS output_format_json_quote_64bit_integers = 1`,
    { ...binder.params, ...arraysOf(subjects, options.area), as_of: options.asOf },
  );
  const byKey = new Map(subjects.map((subject) => [subject.key, subject]));
  return rows.flatMap((row) => {
    const values = valuesOf(shown, row.shown, indicators);
    const { said } = byKey.get(row.subject) as Subject;
    return rules.flatMap((rule, i): UnregisteredFinding[] => {
      if (row.truths[i] !== 1) return [];
      const finding = createFinding(rule, named.get(rule.id) ?? new Set(), indicators, {
        ...{ householdNo: 0, personNo: null, regionCode: row.region_code, category: null },
        ...{ level: levels[row.levels[i] as number] ?? rule.level, values, asOf: options.asOf },
        evidence: (days) => {
          const own = said.filter(({ fact }) => days === null || fact.day > options.asOf - days);
          const newest = own.reduce<Date | null>(
            (held, { receivedAt }) => (held === null || receivedAt > held ? receivedAt : held),
            null,
          );
          return { records: own.map(({ record }) => record).sort(), newest };
        },
      });
      if (!rule.provisional) return [{ finding: { ...finding, unregistered: row.subject }, person: null }];
      const { identity } = said.reduce(later);
      const { name, birthDate, phone, address } = identity;
      const idNumber = trustedIdNumber(identity.idNumber) ?? identity.idNumber;
      const who = {
        subject: row.subject,
        regionCode: row.region_code,
        name,
        idNumber,
        birthDay: birthDate,
        phone,
        address,
      };
      return [{ finding, person: who }];
    });
  });
};

const isScreened = ({ identity }: Said): boolean => trustedIdNumber(identity.idNumber) !== null;

/**
 * Judges people in no registry on a day: by the screening rules from the feeds that are set up for screening, under the
 * hash of a right id number; and by the rules that make a provisional household from leads, with or without a number.
 */
export const judgeUnregistered = async (deps: Deps, options: UnregisteredOptions): Promise<UnregisteredFinding[]> => {
  const { catalogue, rules, asOf, knownAt } = options;
  const found: UnregisteredFinding[] = [];
  const pass = async (
    feeds: readonly string[],
    own: readonly Rule[],
    keyOf: (said: Said, idHash: string) => string,
  ) => {
    if (own.length === 0) return;
    const asked = { feeds, since: addMonths(asOf, -12), until: asOf, knownAt };
    for await (const records of readUnregistered(deps.clickhouse, asked)) {
      const opened = records.flatMap(({ idHash, feed, recordId, payload, receivedAt }) => {
        const { record } = JSON.parse(deps.cipher.open(payload).toString('utf8')) as { record: DepartmentRecord };
        if (record.fact === null) return [];
        const said = { record: `${feed}/${recordId}`, identity: record.identity, fact: record.fact, receivedAt };
        return [{ key: keyOf(said, idHash), said }];
      });
      const groups = groupBy(
        opened.filter(({ key }) => key !== ''),
        ({ key }) => key,
      );
      const subjects = [...groups].map(([key, of]) => ({ key, said: of.map(({ said }) => said) }));
      found.push(...(await judge(deps, subjects, own, options)));
    }
  };
  await pass(
    catalogue.indicators.parameters['screening_feeds']?.list ?? [],
    rules.filter((rule) => rule.subject === 'unregistered'),
    (said, idHash) => (isScreened(said) ? idHash : ''),
  );
  await pass(
    ['leads'],
    rules.filter((rule) => rule.provisional),
    (said, idHash) => idHash || deps.cipher.lookupHash(said.record).toString('hex'),
  );
  return found;
};
