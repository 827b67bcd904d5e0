import { z } from 'zod';
import type { Route, RouteRequest } from '../../access/index.ts';
import { readChart } from './case-chart.ts';
import { readCaseDetail } from './case-detail.ts';
import { readLineageAsOf } from './case-lineage.ts';
import { readCases } from './case-list.ts';
import {
  type CasesQuery,
  caseChart,
  caseDetail,
  casePage,
  casesQuery,
  coverage,
  coverageQuery,
  type DataReturnQuery,
  dataReturn,
  dataReturnQuery,
  feedsState,
  householdLineage,
  type LineageQuery,
  lineageQuery,
  type QueueQuery,
  queueFacets,
  queuePage,
  queueQuery,
  type ReferralsQuery,
  referralDetail,
  referralPage,
  referralsQuery,
  regionsTree,
  revealed,
  revealRequest,
  warningDetail,
} from './contract.ts';
import { createCoverage } from './coverage.ts';
import { readDataReturn } from './data-return.ts';
import type { QueryDeps } from './deps.ts';
import { duplicateQueryRoutes } from './duplicate-routes.ts';
import { readFeeds } from './feeds-state.ts';
import { readQueue } from './queue.ts';
import { readFacets } from './queue-facets.ts';
import { readReferralDetail } from './referral-detail.ts';
import { readReferrals } from './referral-list.ts';
import { readRegions } from './regions.ts';
import { reveal } from './reveal.ts';
import { reviewQueryRoutes } from './review-routes.ts';
import { readWarning } from './warning-detail.ts';

const id = z.string().min(1).max(80);
const get = { method: 'GET' } as const;
const param = ({ params }: RouteRequest, name: string): string => params[name] ?? '';

/** What people are shown. Who may see what is asked of `access` in each, and again by the row policies. */
export const queryRoutes = (deps: QueryDeps): Route[] => {
  const readCoverage = createCoverage(deps);
  return [
    ...reviewQueryRoutes(deps),
    ...duplicateQueryRoutes(deps),
    {
      ...{ ...get, url: '/api/warnings', act: 'see_warnings', summary: 'Queue of warnings, a page at a time' },
      ...{ query: queueQuery, reply: queuePage },
      answer: async ({ actor, query, now }) => ({ body: await readQueue(deps, actor, query as QueueQuery, now) }),
    },
    {
      ...{
        ...get,
        url: '/api/warnings/facets',
        act: 'see_warnings',
        summary: 'Counts beside the filters of the queue',
      },
      ...{ query: queueQuery, reply: queueFacets },
      answer: async ({ actor, query, now }) => ({ body: await readFacets(deps, actor, query as QueueQuery, now) }),
    },
    {
      ...{ ...get, url: '/api/warnings/:warning_id', act: 'see_warnings', summary: 'A warning with its explanation' },
      ...{ params: z.object({ warning_id: id }), reply: warningDetail },
      answer: async (asked) => ({
        body: await readWarning(deps, asked.actor, param(asked, 'warning_id'), asked.now),
      }),
    },
    {
      ...{ ...get, url: '/api/cases', act: 'see_case', summary: 'Cases, those first whose clock ends first' },
      ...{ query: casesQuery, reply: casePage },
      answer: async ({ actor, query, now }) => ({ body: await readCases(deps, actor, query as CasesQuery, now) }),
    },
    {
      ...{ ...get, url: '/api/cases/:case_id', act: 'see_case', summary: 'A case with its chain' },
      ...{ params: z.object({ case_id: id }), reply: caseDetail },
      answer: async (asked) => ({
        body: await readCaseDetail(deps, asked.actor, param(asked, 'case_id'), asked.now),
      }),
    },
    {
      ...{ ...get, url: '/api/cases/:case_id/chart', act: 'see_case', summary: '24 months of spending and income' },
      ...{ params: z.object({ case_id: id }), reply: caseChart },
      answer: async (asked) => ({ body: await readChart(deps, asked.actor, param(asked, 'case_id'), asked.now) }),
    },
    {
      ...{ ...get, url: '/api/cases/:case_id/lineage', act: 'see_case' },
      summary: 'Splits and merges of its household as of a day, and as known at a moment',
      ...{ params: z.object({ case_id: id }), query: lineageQuery, reply: householdLineage },
      answer: async (asked) => ({
        body: await readLineageAsOf(deps, asked.actor, param(asked, 'case_id'), asked.query as LineageQuery, asked.now),
      }),
    },
    {
      ...{ method: 'POST', url: '/api/cases/:case_id/reveal', act: 'see_full_identity' },
      summary: 'Shows a masked field in full; needs a reason and is logged',
      ...{ params: z.object({ case_id: id }), body: revealRequest, reply: revealed },
      answer: async (asked) => ({
        body: await reveal(
          deps,
          asked.actor,
          param(asked, 'case_id'),
          asked.body as z.infer<typeof revealRequest>,
          asked.now,
        ),
      }),
    },
    {
      ...{
        ...get,
        url: '/api/referrals',
        act: 'see_referrals',
        summary: "Referrals of a department or of one's regions",
      },
      ...{ query: referralsQuery, reply: referralPage },
      answer: async ({ actor, query, now }) => ({
        body: await readReferrals(deps, actor, query as ReferralsQuery, now),
      }),
    },
    {
      ...{ ...get, url: '/api/referrals/:referral_id', act: 'see_referrals', summary: 'A referral with its steps' },
      ...{ params: z.object({ referral_id: id }), reply: referralDetail },
      answer: async (asked) => ({
        body: await readReferralDetail(deps, asked.actor, param(asked, 'referral_id'), asked.now),
      }),
    },
    {
      ...{
        ...get,
        url: '/api/feeds',
        act: 'see_feeds',
        summary: 'What came in of each feed, and how far it is complete',
      },
      reply: feedsState,
      answer: async ({ actor, now }) => ({ body: await readFeeds(deps, actor, now) }),
    },
    {
      ...{ ...get, url: '/api/coverage', act: 'see_counts', summary: 'What is covered, as counts' },
      ...{ query: coverageQuery, reply: coverage },
      answer: async ({ actor, query, now }) => ({
        body: await readCoverage(actor, (query as z.infer<typeof coverageQuery>).region, now),
      }),
    },
    {
      ...{ ...get, url: '/api/data-return', act: 'see_data_return', summary: "What a department's data did, by month" },
      ...{ query: dataReturnQuery, reply: dataReturn },
      answer: async ({ actor, query, now }) => ({
        body: await readDataReturn(deps, actor, query as DataReturnQuery, now),
      }),
    },
    {
      ...{ ...get, url: '/api/regions', act: 'see_regions', summary: 'Regions that the reader may see' },
      reply: regionsTree,
      answer: async ({ actor }) => ({ body: await readRegions(deps.postgres, actor) }),
    },
  ];
};
