// A button of the pages, a state's name and a sentence of the chain call the same thing by the same name. The pages may import
// contracts only and keep words of their own (dashboards/web/i18n); this holds them to those of alerts/words.ts.
import { expect, it } from 'vitest';
import { refusalWords } from '../alerts/refusal-words.ts';
import * as words from '../alerts/words.ts';
import { zhCodes } from '../dashboards/web/i18n/zh-codes.ts';

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
