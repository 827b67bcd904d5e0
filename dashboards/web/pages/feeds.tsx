import { Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { FeedsState } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useSession } from '../parts/session.ts';
import { useTitle } from '../parts/use-title.ts';

type Feed = FeedsState['feeds'][number];

/**
 * The earliest of the banners' last complete months: up to here the feed can be relied on everywhere; null where a banner
 * has declared none. And the banners that hold the others up.
 */
const slowestOf = ({ watermarks }: Feed): { month: string | null; names: string[] } => {
  const last = ({ month }: Feed['watermarks'][number]): string => month ?? '';
  const first = watermarks.map(last).sort()[0] ?? '';
  const slow = watermarks.filter((watermark) => last(watermark) === first);
  const names = slow.length === watermarks.length ? [] : slow.map(({ name, region_code: code }) => name ?? code);
  return { month: first || null, names };
};

/** What each department has sent, up to when it is complete, and which rules wait for it. */
const Feeds = () => {
  const { t, called } = useWords();
  const { can } = useSession();
  useTitle(t('feeds.title'));
  const state = $api.useQuery('get', '/api/feeds', {});
  if (state.error) return <ProblemPanel problem={state.error} retry={() => void state.refetch()} />;
  const feeds = state.data?.feeds ?? [];
  return (
    <section>
      <div className="page-head">
        <h1>{t('feeds.title')}</h1>
        {state.data && <span className="muted">{t('feeds.as_of', { day: state.data.as_of })}</span>}
        {can('see_quarantine') && <Link to="/quarantine">{t('quarantine.open')}</Link>}
        {can('see_data_return') && <Link to="/data-return">{t('data_return.open')}</Link>}
      </div>
      {feeds.length > 0 && (
        <>
          <p className="muted">{t('feeds.watermarks_says')}</p>
          <p className="muted">{t('feeds.waiting_says')}</p>
        </>
      )}
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
                {watermarks.map(({ region_code: code, name, month, awaited, due_on: due, overdue_days: days }) => (
                  <div key={code}>
                    <dt>{name ?? code}</dt>
                    <dd>
                      {month ?? t('feeds.missing')} <small>{t('feeds.awaited', { month: awaited, day: due })}</small>{' '}
                      {days > 0 && <span className="tag warn">{t('feeds.overdue', { days })}</span>}
                    </dd>
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
              render: (_, row) => (row.last_received_at === null ? t('feeds.never') : minuteOf(row.last_received_at)),
              ...labelled(t('feeds.last')),
              className: 'labelled nowrap',
            },
            { title: t('feeds.files'), dataIndex: 'files', align: 'right', ...labelled(t('feeds.files')) },
            { title: t('feeds.month'), dataIndex: 'records_last_month', align: 'right', ...labelled(t('feeds.month')) },
            {
              title: t('feeds.quarantined'),
              align: 'right',
              render: (_, row) => {
                if (row.quarantined === 0) return 0;
                const count = <span className="tag warn">{row.quarantined}</span>;
                return can('see_quarantine') ? <Link to={`/quarantine?feed=${row.feed}`}>{count}</Link> : count;
              },
              ...labelled(t('feeds.quarantined')),
            },
            {
              title: t('feeds.watermarks'),
              render: (_, row) => {
                const { month, names } = slowestOf(row);
                return (
                  <>
                    {month ?? <span className="tag warn">{t('feeds.missing')}</span>}
                    {names.length > 0 && (
                      <small className="muted"> {t('feeds.slowest', { names: names.join(t('app.comma')) })}</small>
                    )}
                  </>
                );
              },
              ...labelled(t('feeds.watermarks')),
            },
            {
              title: t('feeds.due'),
              render: (_, { overdue, files, watermarks }) => {
                if (overdue === null)
                  return <span className="muted">{files > 0 && watermarks.length > 0 ? t('feeds.on_time') : '—'}</span>;
                const { awaited, due_on: due, banners, days } = overdue;
                return (
                  <span
                    className="tag warn"
                    title={t('feeds.overdue_banners', { month: awaited, day: due, count: banners })}
                  >
                    {t('feeds.overdue', { days })}
                    <small> {awaited}</small>
                  </span>
                );
              },
              ...labelled(t('feeds.due')),
            },
            {
              title: t('feeds.waiting'),
              render: (_, row) =>
                row.rules_waiting.length === 0 ? (
                  <span className="muted">{t('feeds.none_waiting')}</span>
                ) : (
                  row.rules_waiting.map(called).join(t('app.comma'))
                ),
              ...labelled(t('feeds.waiting')),
            },
          ]}
        />
      )}
    </section>
  );
};
export default Feeds;
