import { z } from 'zod';

/** What the matcher decided about a record (commands.md). */
export const matchOutcomes = ['exact', 'repaired', 'certificate', 'probable', 'review', 'unregistered'] as const;
export const matchOutcome = z.enum(matchOutcomes);
export type MatchOutcome = z.infer<typeof matchOutcome>;

/** Outcomes that link a record to a person without a reviewer. */
export const isLinked = (outcome: MatchOutcome): boolean => outcome !== 'review' && outcome !== 'unregistered';

/** What a reviewer says of a claimed identity: it is this person, none of those shown, not to be told, wrongly reported. */
export const reviewVerdicts = ['same', 'different', 'unsure', 'wrong_data'] as const;
export const reviewVerdict = z.enum(reviewVerdicts);
export type ReviewVerdict = z.infer<typeof reviewVerdict>;

export const reviewStates = ['open', 'decided', 'disputed', 'released'] as const;
export const reviewState = z.enum(reviewStates);
export type ReviewState = z.infer<typeof reviewState>;

/** Whether somebody else has to read it too, or has. `settled`: two did not agree, and a third decided. */
export const secondReading = z.enum(['none', 'wanted', 'agreed', 'settled']);
export type SecondReading = z.infer<typeof secondReading>;

/** `version` is the one that the reviewer saw. */
export const verdictRequest = z
  .strictObject({
    version: z.int().min(0),
    verdict: reviewVerdict,
    /** The registered person whose the records are; with `same` only. */
    person_id: z.string().min(1).max(64).nullable(),
    /** What the department has to correct; required with `wrong_data`. */
    note: z.string().trim().max(500).nullable(),
  })
  .refine((asked) => (asked.verdict === 'same') === (asked.person_id !== null), {
    message: 'person_id stands with the verdict same, and with no other',
    path: ['person_id'],
  })
  .refine((asked) => asked.verdict !== 'wrong_data' || (asked.note ?? '').length >= 4, {
    message: 'wrong_data needs a note of at least 4 characters for the department',
    path: ['note'],
  });
export type VerdictRequest = z.infer<typeof verdictRequest>;

export const undoRequest = z.strictObject({ version: z.int().min(0), reason: z.string().trim().min(4).max(500) });
export type UndoRequest = z.infer<typeof undoRequest>;

/** What a claim or a command on a question answers. */
export const reviewDone = z.object({
  question_id: z.string(),
  version: z.int(),
  state: reviewState,
  second: secondReading,
  /** ISO 8601: until when nobody else may take the question; null where it is not claimed. */
  claimed_until: z.string().nullable(),
  /** False: noted, and facts follow as soon as a running load lets them. */
  settled: z.boolean(),
});
export type ReviewDone = z.infer<typeof reviewDone>;

/** Why two registered persons may be one: one id number on both, or everything else that is known of them. */
export const duplicateGround = z.enum(['same_number', 'evidence']);

/** What the registry's keeper has to put right: one person twice, or two people under one number. */
export const orderKinds = ['duplicate', 'shared_number'] as const;
export const orderKind = z.enum(orderKinds);
export type OrderKind = z.infer<typeof orderKind>;

/** Why an order is done: one of the two has left, a number was corrected, or the verdict was taken back. */
export const orderClosed = z.enum(['left', 'number_changed', 'withdrawn']);
export type OrderClosed = z.infer<typeof orderClosed>;

/** `version` is the one that the reader saw. */
export const pairVerdictRequest = z.strictObject({
  version: z.int().min(0),
  verdict: z.enum(['same', 'different', 'unsure']),
  note: z.string().trim().max(500).nullable(),
});
export type PairVerdictRequest = z.infer<typeof pairVerdictRequest>;

/** What a claim or a command on a pair answers. */
export const pairDone = z.object({
  pair_id: z.string(),
  version: z.int(),
  state: reviewState,
  second: secondReading,
  /** ISO 8601: until when nobody else may take the pair; null where it is not claimed. */
  claimed_until: z.string().nullable(),
});
export type PairDone = z.infer<typeof pairDone>;
