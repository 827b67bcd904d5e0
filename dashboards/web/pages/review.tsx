import { Select, Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { ReviewPage } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { CountTabs } from '../parts/count-tabs.tsx';
import { minuteOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { ReviewFilters } from '../parts/review-filters.tsx';
import { useReviewFilters } from '../parts/use-review-filters.ts';
import { useTitle } from '../parts/use-title.ts';

type Question = ReviewPage['questions'][number];
const STATES = ['waiting', 'decided'] as const;

/** How reviewing goes in the reader's regions. */
const Figures = () => {
  const { t, word } = useWords();
  const { data } = $api.useQuery('get', '/api/review/figures', {});
  if (data === undefined) return null;
  const { decided, overturned, read_twice: twice, agreed, kappa, wrong_data: wrong } = data;
  const list = wrong.map(({ feed, questions }) => `${word('department', feed)} ${questions}`).join(t('app.comma'));
  return (
    <p className="muted" data-testid="review-figures">
      {t('review.figures', { decided, overturned, twice, agreed, kappa: kappa?.toFixed(2) ?? t('review.too_few') })}{' '}
      {wrong.length > 0 && t('review.wrong_data', { list })}
    </p>
  );
};

/** What waits for a reviewer, and what was decided. The address holds state, order and page. */
const Review = () => {
  const { t, word } = useWords();
  useTitle(t('review.title'));
  const { get, set, sort, asList, listed, isNarrowed } = useReviewFilters();
  const state = get('state') === 'decided' ? 'decided' : 'waiting';
  const after = get('after');
  const page = $api.useQuery('get', '/api/review', {
    params: { query: { state, ...asList, ...(after === null ? {} : { after }) } },
  });
  const column = (
    title: keyof typeof import('../i18n/zh-review.ts').zhReview.review,
    render: (row: Question) => React.ReactNode,
  ) => ({
    title: t(`review.${title}`),
    key: title,
    render: (_: unknown, row: Question) => render(row),
    ...labelled(t(`review.${title}`)),
  });
  return (
    <section aria-label={t('review.title')}>
      <div className="page-head">
        <h1>{t('review.title')}</h1>
      </div>
      <p className="muted">{t('review.says')}</p>
      <Figures />
      <CountTabs
        label={t('review.state')}
        name="review-state"
        chosen={state}
        onChoose={(value) => set({ state: value === 'waiting' ? null : value })}
        tabs={STATES.map((value) => ({ value, title: t(`review.${value}`) }))}
      />
      <div className="toolbar">
        <ReviewFilters state={state} />
        <Select
          value={sort}
          aria-label={t('review.sort')}
          onChange={(value) => set({ sort: value })}
          options={(['urgency', 'oldest'] as const).map((value) => ({ value, label: t(`review.sort_${value}`) }))}
        />
      </div>
      {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
      {page.data?.questions.length === 0 ? (
        <EmptySays
          title={t(isNarrowed ? 'review.empty_narrowed' : `review.empty_${state}`)}
          says={t(isNarrowed ? 'review.empty_narrowed_says' : `review.empty_${state}_says`)}
        />
      ) : (
        <Table<Question>
          size="small"
          rowKey="question_id"
          className="cards-when-narrow"
          loading={page.isPending}
          dataSource={page.data?.questions ?? []}
          pagination={false}
          onRow={() => ({ 'data-testid': 'review-row' }) as object}
          columns={[
            column('name', (row) => (
              <Link to={{ pathname: `/review/${row.question_id}`, search: listed }} data-row-link>
                <b>{row.name}</b>
              </Link>
            )),
            column('feeds', (row) => row.feeds.map((feed) => word('department', feed)).join(t('app.comma'))),
            column('reasons', (row) =>
              row.reasons
                .map((code) => t(`review_reason.${code as 'name_differs'}`, { defaultValue: code }))
                .join(t('app.comma')),
            ),
            column('candidates', (row) => row.candidates),
            column('received', (row) => minuteOf(row.first_received_at)),
            column('state', (row) => (
              <>
                <span className="tag">
                  {row.verdict === null ? t(`review_state.${row.state}`) : t(`review_verdict.${row.verdict}`)}
                </span>
                {row.second && <span className="tag strong">{t('review.second')}</span>}
                {row.claimed !== 'none' && <span className="tag warn">{t(`review.${row.claimed}`)}</span>}
              </>
            )),
          ]}
        />
      )}
      {page.data && page.data.questions.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
    </section>
  );
};
export default Review;
