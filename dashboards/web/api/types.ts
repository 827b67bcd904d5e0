import type { paths } from './schema.gen.ts';

type Answer<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer T } } };
}
  ? T
  : never;

export type SignedIn = Answer<'/api/session', 'get'>;
export type Act = SignedIn['acts'][number];
export type QueuePage = Answer<'/api/warnings', 'get'>;
export type QueueItem = QueuePage['warnings'][number];
export type QueueFacets = Answer<'/api/warnings/facets', 'get'>;
export type WarningDetail = Answer<'/api/warnings/{warning_id}', 'get'>;
export type CasePage = Answer<'/api/cases', 'get'>;
export type CaseItem = CasePage['cases'][number];
export type CaseDetail = Answer<'/api/cases/{case_id}', 'get'>;
export type ChainStep = CaseDetail['chain'][number];
export type OfferedAct = CaseDetail['acts'][number];
export type Clock = NonNullable<CaseDetail['clock']>;
export type CaseChart = Answer<'/api/cases/{case_id}/chart', 'get'>;
export type ReferralPage = Answer<'/api/referrals', 'get'>;
export type ReferralItem = ReferralPage['referrals'][number];
export type ReferralDetail = Answer<'/api/referrals/{referral_id}', 'get'>;
export type FeedsState = Answer<'/api/feeds', 'get'>;
export type Coverage = Answer<'/api/coverage', 'get'>;
export type QuarantineItem = Answer<'/api/quarantine', 'get'>['entries'][number];
export type QuarantineCounts = Answer<'/api/quarantine/counts', 'get'>;
export type QuarantineDetail = Answer<'/api/quarantine/{quarantine_no}', 'get'>;
export type DataReturn = Answer<'/api/data-return', 'get'>;

export type ReviewPage = Answer<'/api/review', 'get'>;
export type ReviewDetail = Answer<'/api/review/{question_id}', 'get'>;
export type ReviewRevealed = Answer<'/api/review/{question_id}/reveal', 'post'>;

export type DuplicatePage = Answer<'/api/duplicates', 'get'>;
export type DuplicateRevealed = Answer<'/api/duplicates/{pair_id}/reveal', 'post'>;
export type OrderPage = Answer<'/api/correction-orders', 'get'>;

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer T } } };
}
  ? T
  : never;
export type CaseCommand = Body<'/api/cases/{case_id}/commands'>['command'];
export type ReferralCommand = Body<'/api/referrals/{referral_id}/commands'>['command'];
export type CorrectionRequest = Body<'/api/quarantine/corrections'>;

export type PairVerdict = Body<'/api/duplicates/{pair_id}/verdict'>['verdict'];
export type ReviewVerdict = Body<'/api/review/{question_id}/verdict'>['verdict'];

/** What a refused request says, whichever of the server's forms it has. */
export interface Problem {
  readonly error: string;
  readonly message: string;
  readonly problems?: readonly string[] | undefined;
  readonly refusal?: string | null | undefined;
  readonly referral_id?: string | null | undefined;
}
