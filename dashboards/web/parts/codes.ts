import { zhCodes } from '../i18n/zh-codes.ts';

/** Codes in the order of their words, which is the order in which things walk. */
const codesOf = <T extends Readonly<Record<string, string>>>(words: T) => Object.keys(words) as (keyof T & string)[];

export const caseStates = codesOf(zhCodes.case_state);
export const warningStatuses = codesOf(zhCodes.warning_status);
export const quarantineStates = codesOf(zhCodes.quarantine_state);
export const referralStatuses = codesOf(zhCodes.referral_status);
