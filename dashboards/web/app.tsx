import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider, App as Messages } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import type { Problem } from './api/types.ts';
import { useWords } from './i18n/use-words.ts';
import { Crash } from './parts/crash.tsx';
import { Home } from './parts/home.tsx';
import { Needs } from './parts/needs.tsx';
import { RouteCrash } from './parts/route-crash.tsx';
import { SignedInOnly } from './parts/signed-in-only.tsx';
import { theme } from './parts/theme.ts';

const Queue = lazy(() => import('./pages/queue.tsx'));
const Warning = lazy(() => import('./pages/warning.tsx'));
const Cases = lazy(() => import('./pages/cases.tsx'));
const Case = lazy(() => import('./pages/case.tsx'));
const Referrals = lazy(() => import('./pages/referrals.tsx'));
const Referral = lazy(() => import('./pages/referral.tsx'));
const Review = lazy(() => import('./pages/review.tsx'));
const ReviewQuestion = lazy(() => import('./pages/review-question.tsx'));
const Duplicates = lazy(() => import('./pages/duplicates.tsx'));
const DuplicatePair = lazy(() => import('./pages/duplicate-pair.tsx'));
const Feeds = lazy(() => import('./pages/feeds.tsx'));
const Quarantine = lazy(() => import('./pages/quarantine.tsx'));
const QuarantineEntry = lazy(() => import('./pages/quarantine-entry.tsx'));
const DataReturn = lazy(() => import('./pages/data-return.tsx'));
const Coverage = lazy(() => import('./pages/coverage.tsx'));
const Start = lazy(() => import('./pages/start.tsx'));
const NotFound = lazy(() => import('./pages/not-found.tsx'));

const router = createBrowserRouter([
  {
    element: <SignedInOnly />,
    errorElement: <RouteCrash />,
    children: [
      // Inside the shell a page that fails leaves the navigation standing
      {
        errorElement: <RouteCrash />,
        children: [
          { index: true, element: <Home /> },
          { path: 'queue', element: <Needs act="see_warnings" page={Queue} /> },
          { path: 'warnings/:warningId', element: <Needs act="see_warnings" page={Warning} /> },
          { path: 'cases', element: <Needs act="see_case" page={Cases} /> },
          { path: 'cases/:caseId', element: <Needs act="see_case" page={Case} /> },
          { path: 'referrals', element: <Needs act="see_referrals" page={Referrals} /> },
          { path: 'referrals/:referralId', element: <Needs act="see_referrals" page={Referral} /> },
          { path: 'review', element: <Needs act="see_matches" page={Review} /> },
          { path: 'review/:questionId', element: <Needs act="see_matches" page={ReviewQuestion} /> },
          { path: 'duplicates', element: <Needs act="see_duplicates" page={Duplicates} /> },
          { path: 'duplicates/:pairId', element: <Needs act="see_duplicates" page={DuplicatePair} /> },
          { path: 'feeds', element: <Needs act="see_feeds" page={Feeds} /> },
          { path: 'quarantine', element: <Needs act="see_quarantine" page={Quarantine} /> },
          { path: 'quarantine/:quarantineNo', element: <Needs act="see_quarantine" page={QuarantineEntry} /> },
          { path: 'data-return', element: <Needs act="see_data_return" page={DataReturn} /> },
          { path: 'coverage', element: <Needs act="see_counts" page={Coverage} /> },
          { path: 'start', element: <Start /> },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);

const RETRIES = 2;
const worthRetrying = (problem: Problem): boolean => ['lost_connection', 'internal'].includes(problem.error);

const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // A case that changes by itself under a form would take its version along: pages say that there is news instead
        refetchOnWindowFocus: false,
        staleTime: 10_000,
        retry: (failures, problem) => failures < RETRIES && worthRetrying(problem as unknown as Problem),
      },
    },
  });

/** The whole application: language, looks, server data, pages. */
export const App = () => {
  const { language } = useWords();
  const [queries] = useState(createQueries);
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={theme} button={{ autoInsertSpace: false }}>
      <Messages message={{ top: 60 }}>
        <Crash>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </Crash>
      </Messages>
    </ConfigProvider>
  );
};
