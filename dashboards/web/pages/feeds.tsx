import { Table } from 'antd';
import { $api } from '../api/client.ts';
import type { FeedsState } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useTitle } from '../parts/use-title.ts';

type Feed = FeedsState['feeds'][number];

/** The earliest of the banners' last complete months: up to here the feed can be relied on everywhere. */
const completeEverywhere = ({ watermarks }: Feed): string | null => {
  const months = watermarks.flatMap(({ month }) => month ?? []).sort();
  return months.length === watermarks.length ? (months[0] ?? null) : null;
};

/** What each department has sent, up to when it is complete, and which rules wait for it. */
const Feeds = () => {
  const { t } = useWords();
  useTitle(t('feeds.title'));
  const state = $api.useQuery('get', '/api/feeds', {});
  if (state.error) return <ProblemPanel problem={state.error} retry={() => void state.refetch()} />;
  const feeds = state.data?.feeds ?? [];
  return (
    <section>
      <div className="page-head">
        <h1>{t('feeds.title')}</h1>
        {state.data && <span className="muted">{t('feeds.as_of', { day: state.data.as_of })}</span>}
      </div>
      {state.data && feeds.length === 0 ? (
        <EmptySays title={t('feeds.empty')} says={t('feeds.empty_says')} />
      ) : (
        <Table<Feed>
          size="small"
          rowKey="feed"
          className="cards-when-narrow"
          loading={state.isPending}
          dataSource={feeds}
          pagination={false}
          onRow={(row) => ({ 'data-testid': 'feed-row', 'data-feed': row.feed }) as object}
          expandable={{
            rowExpandable: ({ watermarks }) => watermarks.length > 0,
            expandedRowRender: ({ watermarks }) => (
              <dl className="facts">
                {watermarks.map(({ region_code: code, name, month }) => (
                  <div key={code}>
                    <dt>{name ?? code}</dt>
                    <dd>{month ?? t('feeds.missing')}</dd>
                  </div>
                ))}
              </dl>
            ),
          }}
          columns={[
            {
              title: t('feeds.feed'),
              render: (_, row) => (
                <>
                  <b>{row.title}</b> <span className="code">{row.feed}</span>
                </>
              ),
            },
            {
              title: t('feeds.last'),
              className: 'nowrap',
              render: (_, row) => (row.last_received_at === null ? t('feeds.never') : minuteOf(row.last_received_at)),
            },
            { title: t('feeds.files'), dataIndex: 'files', align: 'right' },
            { title: t('feeds.month'), dataIndex: 'records_last_month', align: 'right' },
            {
              title: t('feeds.quarantined'),
              align: 'right',
              render: (_, row) =>
                row.quarantined > 0 ? <span className="tag warn">{row.quarantined}</span> : row.quarantined,
            },
            {
              title: t('feeds.watermarks'),
              render: (_, row) => completeEverywhere(row) ?? <span className="tag warn">{t('feeds.missing')}</span>,
            },
            {
              title: t('feeds.waiting'),
              render: (_, row) =>
                row.rules_waiting.length === 0 ? (
                  <span className="muted">{t('app.none')}</span>
                ) : (
                  row.rules_waiting.map(({ title }) => title).join('、')
                ),
            },
          ]}
        />
      )}
    </section>
  );
};
export default Feeds;
