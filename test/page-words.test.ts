// A button of the pages, a state's name and a sentence of the chain call the same thing by the same name. The pages may import
// contracts only and keep words of their own (dashboards/web/i18n); this holds them to those of alerts/words.ts.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refusalWords } from '../alerts/refusal-words.ts';
import * as words from '../alerts/words.ts';
import { en } from '../dashboards/web/i18n/en.ts';
import { zh } from '../dashboards/web/i18n/zh.ts';
import { zhCodes } from '../dashboards/web/i18n/zh-codes.ts';
import { shownParameter } from '../dashboards/web/parts/shown-value.ts';
import { loadCatalogue } from '../rules/index.ts';

it.each([
  ['level', words.levelWords],
  ['track', words.trackWords],
  ['case_state', words.caseStateWords],
  ['outcome', words.outcomeWords],
  ['disposition', words.dispositionWords],
  ['decision', words.decisionWords],
  ['service', words.serviceWords],
  ['department', words.departmentWords],
  ['channel', words.channelWords],
  ['referral_status', words.referralStatusWords],
  ['act', { ...words.caseCommandWords, ...words.referralCommandWords }],
  ['return_code', words.returnCodeWords],
  ['not_eligible_code', words.notEligibleWords],
  ['disclosed', words.disclosedWords],
  ['clock_name', words.clockWords],
  ['clock', words.clockStateWords],
  ['refusal', refusalWords],
] as const)('pages say %s as the chain does', (group, said) => {
  expect(zhCodes[group]).toEqual(said);
});

// A code without a word would be shown as it is: `edge` on a Chinese page.
it.each([
  ['Chinese', zh],
  ['English', en],
] as const)('pages word every code that a rule has as a parameter, in %s', (_, dictionary) => {
  const missing: string[] = [];
  const word = (group: keyof typeof zhCodes, code: string): string => {
    const words: Readonly<Record<string, string>> = dictionary[group];
    if (words[code] === undefined) missing.push(`${group}.${code}`);
    return `<${words[code]}>`;
  };
  const t = ((key: string) => (key === 'app.comma' ? ' ' : key)) as never;
  const coded = loadCatalogue(join(import.meta.dirname, '../rules')).rules.flatMap((rule) =>
    Object.values(rule.parameters).filter(({ of }) => of !== undefined),
  );
  expect(coded.length).toBeGreaterThan(10);
  for (const { list, text, value, of = null } of coded) {
    const shown = shownParameter({ value: list ?? text ?? value, unit: null, of }, { t, word });
    expect(shown, of ?? '').toMatch(/^<[^<>]+>( <[^<>]+>)*$/);
  }
  expect(missing).toEqual([]);
});
