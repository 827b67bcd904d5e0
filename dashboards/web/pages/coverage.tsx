import { Button, Card, Table } from 'antd';
import { lazy, Suspense } from 'react';
import { $api } from '../api/client.ts';
import type { Coverage as Answer } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { CoverageTables } from '../parts/coverage-tables.tsx';
import { shareOf } from '../parts/funnel-option.ts';
import { HiddenCount } from '../parts/hidden-count.tsx';
import { LevelChip } from '../parts/level-chip.tsx';
import { LiveUpdates } from '../parts/live-updates.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useSession } from '../parts/session.ts';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

const FunnelChart = lazy(() => import('../parts/funnel-chart.tsx'));

/** The region above one, as far as the reader's regions go; null: all of them. */
const above = (region: string, given: readonly { readonly region_code: string }[]): string | null => {
  const parent = [9, 6].map((length) => region.slice(0, length)).find((code) => code.length < region.length);
  return parent !== undefined && given.some(({ region_code: own }) => parent.startsWith(own)) ? parent : null;
};

/** What is covered, for who answers for it: counts only, each with what it is a part of. */
const Coverage = () => {
  const { t, word } = useWords();
  const { can, regions } = useSession();
  useTitle(t('coverage.title'));
  const { get, set } = useFilters(['region'] as const);
  const region = get('region');
  const answer = $api.useQuery(
    'get',
    '/api/coverage',
    { params: { query: region === null ? {} : { region } } },
    { placeholderData: (before) => before },
  );
  if (answer.error) return <ProblemPanel problem={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Loading />;
  const coverage = answer.data;
  const funnel = coverage.funnel.map((row) => ({
    ...row,
    title: word('funnel', row.stage),
    of: word('funnel_of', row.stage),
  }));
  return (
    <section className="cards">
      <div className="page-head">
        <h1>{t('coverage.title')}</h1>
        <span className="muted">
          {t('feeds.as_of', { day: coverage.as_of })} · {t('coverage.says')}
          {!can('see_case') && t('coverage.hidden')}
        </span>
        {region !== null && (
          <Button size="small" onClick={() => set({ region: above(region, regions) })}>
            {t('coverage.up')}
          </Button>
        )}
        <LiveUpdates paths={['/api/coverage']} />
      </div>
      <Card title={t('coverage.funnel')} size="small" data-testid="funnel">
        <div className="two wide-first">
          <Suspense fallback={<Loading />}>
            <FunnelChart funnel={funnel} />
          </Suspense>
          <Table<Answer['funnel'][number]>
            size="small"
            rowKey="stage"
            dataSource={funnel}
            pagination={false}
            columns={[
              { title: t('coverage.stage'), dataIndex: 'title' },
              { title: t('coverage.count'), align: 'right', render: (_, row) => <HiddenCount count={row.count} /> },
              {
                title: t('coverage.denominator'),
                align: 'right',
                render: (_, row) => (
                  <>
                    <small className="muted">{row.of}</small> <HiddenCount count={row.denominator} />
                  </>
                ),
              },
              { title: t('coverage.share'), align: 'right', render: (_, row) => shareOf(row) ?? '—' },
            ]}
          />
        </div>
        <p className="level-counts">
          {t('coverage.levels')}：
          {coverage.levels.map(({ level, count }) => (
            <span key={level}>
              <LevelChip level={level} /> <HiddenCount count={count} />
            </span>
          ))}
        </p>
      </Card>
      <CoverageTables
        coverage={coverage}
        loading={answer.isPlaceholderData}
        onRegion={(code) => set({ region: code })}
      />
    </section>
  );
};
export default Coverage;
