import { z } from 'zod';

/**
 * Words of cases and referrals (domain.md "Warning, duty, case", "Referral"): states, what people tell a case to do, what
 * has happened. Free text and names of people are personal: they are part of a command, never of an event's `what`.
 */

export const tracks = ['need', 'exit'] as const;
export const track = z.enum(tracks);
export type Track = z.infer<typeof track>;

/** 帮扶链的环节. `reopened` is worked on like `received`. */
export const caseStates = [
  'opened',
  'received',
  'assigned',
  'visited',
  'verified',
  'disposed',
  'reported',
  'following',
  'closed',
  'reopened',
] as const;
export const caseStateName = z.enum(caseStates);
export type CaseStateName = z.infer<typeof caseStateName>;

/** 核实结论: 属实、不属实、已消除、已在保、无法核实. */
export const outcomes = ['confirmed', 'not_confirmed', 'resolved', 'already_helped', 'unverifiable'] as const;
export const outcome = z.enum(outcomes);
export type VerificationOutcome = z.infer<typeof outcome>;

/** 处置: 纳入、调整、停发、一次性救助、先行救助（急难，后补手续）、转办、告知申请、不予处置. */
export const dispositions = [
  'enrol',
  'adjust',
  'stop',
  'one_off_aid',
  'emergency_aid',
  'refer',
  'advise_to_apply',
  'nothing',
] as const;
export const disposition = z.enum(dispositions);
export type Disposition = z.infer<typeof disposition>;

/** What a case is reopened by: 抽检不合格、申诉异议、上级要求. */
export const reopenGrounds = ['failed_inspection', 'objection', 'upper_level_order'] as const;
export const reopenGround = z.enum(reopenGrounds);
export type ReopenGround = z.infer<typeof reopenGround>;

/** Services that another department or the bureau's own line gives (domain.md "Services to departments"). */
export const services = [
  'medical',
  'education',
  'housing',
  'employment',
  'industry',
  'child',
  'disaster',
  'water',
  'disability',
  'legal',
  'living',
  'heating',
  'care',
  'charity',
] as const;
export const service = z.enum(services);
export type Service = z.infer<typeof service>;

/** Departments that get referrals. `civil-affairs` is the bureau's own line. */
export const departments = [
  'medical-insurance',
  'health',
  'education',
  'housing',
  'human-resources',
  'agriculture',
  'emergency',
  'water',
  'disability',
  'justice',
  'civil-affairs',
  'charity',
] as const;
export const department = z.enum(departments);
export type Department = z.infer<typeof department>;

/** Where a service is referred to unless a person chooses another department. */
export const departmentOf: Readonly<Record<Service, Department>> = {
  medical: 'medical-insurance',
  education: 'education',
  housing: 'housing',
  employment: 'human-resources',
  industry: 'agriculture',
  child: 'civil-affairs',
  disaster: 'emergency',
  water: 'water',
  disability: 'disability',
  legal: 'justice',
  living: 'civil-affairs',
  heating: 'civil-affairs',
  care: 'civil-affairs',
  charity: 'charity',
};

export const referralStatuses = [
  'created',
  'sent',
  'delivered',
  'accepted',
  'returned',
  'in_progress',
  'fulfilled',
  'not_eligible',
  'confirmed',
  'disputed',
  'withdrawn',
] as const;
export const referralStatus = z.enum(referralStatuses);
export type ReferralStatus = z.infer<typeof referralStatus>;
/** A referral that nothing follows on any more. */
export const endedReferral: readonly ReferralStatus[] = ['confirmed', 'withdrawn'];

/** Why a department gives a referral back: 不属职责、材料不全、对象信息有误、已在办理、辖区不符、其他. */
export const returnCodes = [
  'not_our_duty',
  'incomplete',
  'wrong_person',
  'already_in_hand',
  'other_region',
  'other',
] as const;
export const returnCode = z.enum(returnCodes);
export type ReturnCode = z.infer<typeof returnCode>;

/** Why a family does not get a service: 不符合条件、已享受、本人放弃、无法联系、其他. */
export const notEligibleCodes = ['criteria_not_met', 'already_receives', 'declined', 'not_reachable', 'other'] as const;
export const notEligibleCode = z.enum(notEligibleCodes);
export type NotEligibleCode = z.infer<typeof notEligibleCode>;

/** How a referral reaches the department: its page, or a printed slip with a typed-in answer. */
export const channels = ['portal', 'offline'] as const;
export const channel = z.enum(channels);
export type Channel = z.infer<typeof channel>;

/** Fields about the family that a referral may show its department; only those ticked are shown. */
export const disclosedFields = ['name', 'id_number', 'phone', 'address', 'members', 'warning'] as const;
export const disclosedField = z.enum(disclosedFields);
export type DisclosedField = z.infer<typeof disclosedField>;

const day = z.iso.date();
const text = z.string().trim().min(1).max(2000);
const optionalText = z.string().trim().max(2000).optional();
const personName = z.string().trim().min(1).max(50);
const regionCode = z.string().regex(/^(\d{6}|\d{9}|\d{12})$/);
/** Yuan with at most 2 decimals, as text: money is never a float. */
const amount = z.string().regex(/^\d{1,9}(\.\d{1,2})?$/);

/** What a person tells a case to do. Who may is asked of `access` before, whether it is legal of `decideCase`. */
export const caseCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('receive') }),
  z.strictObject({ type: z.literal('assign'), township: regionCode, note: optionalText }),
  z.strictObject({
    type: z.literal('record_visit'),
    visited_on: day,
    /** 入户人员: two of them (domain.md). */
    staff: z.tuple([personName, personName]),
    /** 近亲属备案: whether a near relative of the staff or of village officials is concerned. */
    near_relative: z.boolean(),
    note: text,
    evidence: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
  }),
  z.strictObject({ type: z.literal('send_back'), reason: text }),
  z.strictObject({
    type: z.literal('verify'),
    outcome,
    reason: text,
    evidence: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
  }),
  z.strictObject({
    type: z.literal('dispose'),
    disposition,
    reason: text,
    amount: amount.optional(),
    /** With advise_to_apply: the number of the application that the case follows. */
    application_no: z.string().trim().min(1).max(64).optional(),
  }),
  /** 告知书: adjust and stop need one before the case can be closed. */
  z.strictObject({ type: z.literal('give_notice'), number: z.string().trim().min(1).max(64), given_on: day }),
  z.strictObject({
    type: z.literal('refer'),
    service,
    department: department.optional(),
    channel: channel.default('portal'),
    reason: text,
    disclose: z.array(disclosedField).default(['name', 'phone', 'address', 'warning']),
  }),
  z.strictObject({
    type: z.literal('decide_application'),
    application_no: z.string().trim().min(1).max(64),
    decision: z.enum(['granted', 'refused', 'dropped']),
  }),
  z.strictObject({ type: z.literal('report') }),
  z.strictObject({ type: z.literal('close'), note: optionalText }),
  z.strictObject({ type: z.literal('inspect'), result: z.enum(['passed', 'failed']), finding: text }),
  z.strictObject({ type: z.literal('reopen'), ground: reopenGround, reason: text }),
  z.strictObject({ type: z.literal('note'), text }),
]);
export type CaseCommand = z.infer<typeof caseCommand>;
export type CaseCommandType = CaseCommand['type'];

/** What the bureau or the department tells a referral to do. */
export const referralCommand = z.discriminatedUnion('type', [
  /** By the bureau where a referral was created without sending it, and after re-routing. */
  z.strictObject({ type: z.literal('send') }),
  /** A printed slip was handed over; the page of a department delivers by itself. */
  z.strictObject({ type: z.literal('deliver') }),
  z.strictObject({ type: z.literal('accept') }),
  z.strictObject({ type: z.literal('return'), code: returnCode, note: text }),
  z.strictObject({ type: z.literal('report_progress'), note: text }),
  z.strictObject({
    type: z.literal('fulfil'),
    /** What was given, in the department's words, such as 大病保险二次报销. */
    aid: z.string().trim().min(1).max(200),
    amount: amount.optional(),
    given_on: day,
    note: optionalText,
  }),
  z.strictObject({ type: z.literal('refuse'), code: notEligibleCode, note: text }),
  z.strictObject({ type: z.literal('confirm'), note: optionalText }),
  z.strictObject({ type: z.literal('dispute'), reason: text }),
  z.strictObject({ type: z.literal('reroute'), department, reason: text }),
  z.strictObject({ type: z.literal('withdraw'), reason: text }),
]);
export type ReferralCommand = z.infer<typeof referralCommand>;
export type ReferralCommandType = ReferralCommand['type'];

/** Why a command was refused. Each has its words on the page. */
export const refusals = [
  /** The step does not follow on the state. */
  'illegal_step',
  'already_closed',
  'visit_missing',
  'verification_missing',
  'disposition_missing',
  'referral_missing',
  'referral_not_sent',
  'referral_open',
  'application_open',
  'application_unknown',
  'application_number_missing',
  'notice_missing',
  'notice_not_due',
  'amount_missing',
  /** An outcome other than confirmed allows no aid. */
  'not_confirmed',
  'service_already_referred',
  'same_department',
  'wrong_channel',
  'date_in_future',
  'wrong_region',
  /** A later case of the household is open on the same track. */
  'other_case_open',
] as const;
export const refusal = z.enum(refusals);
export type Refusal = z.infer<typeof refusal>;

/** Body of a command by a person: what they saw (`version`) and what they want. */
export const caseCommandRequest = z.strictObject({
  /** The case's version that the page showed; another one now is a conflict. */
  version: z.int().min(0),
  /** Of the page: sending the same command again changes nothing. */
  request_id: z.uuid(),
  command: caseCommand,
});
export const referralCommandRequest = z.strictObject({
  version: z.int().min(0),
  request_id: z.uuid(),
  command: referralCommand,
});

/** Answer to a command that was done. */
export const commandDone = z.object({
  case_id: z.string(),
  case_version: z.int(),
  referral_id: z.string().nullable(),
  referral_version: z.int().nullable(),
  state: z.string(),
});
export type CommandDone = z.infer<typeof commandDone>;

/** Answer to a command that was not (HTTP 409): stale, or not legal now. */
export const commandRefused = z.object({
  error: z.enum(['stale_version', 'illegal_step']),
  message: z.string(),
  refusal: refusal.nullable(),
  /** The version now, to load again. */
  version: z.int(),
  /** With refusal `service_already_referred`: the referral that is open. */
  referral_id: z.string().nullable(),
});
export type CommandRefused = z.infer<typeof commandRefused>;
