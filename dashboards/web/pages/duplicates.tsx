import { Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { DuplicatePage } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { CorrectionOrders } from '../parts/correction-orders.tsx';
import { CountTabs } from '../parts/count-tabs.tsx';
import { minuteOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

type Pair = DuplicatePage['pairs'][number];
const TABS = ['waiting', 'decided', 'orders'] as const;

/** Pairs of registered persons who may be one. */
const Pairs = ({ state }: { state: 'waiting' | 'decided' }) => {
  const { t } = useWords();
  const { get } = useFilters([]);
  const after = get('after');
  const page = $api.useQuery('get', '/api/duplicates', {
    params: { query: { state, ...(after === null ? {} : { after }) } },
  });
  const column = (title: string, render: (row: Pair) => React.ReactNode) => ({
    ...{ title, key: title, render: (_: unknown, row: Pair) => render(row), ...labelled(title) },
  });
  const side = (of: Pair['first']) =>
    of === null ? (
      <span className="muted">{t('duplicates.elsewhere')}</span>
    ) : (
      <>
        <b>{of.name}</b> <span className="code">{of.person_id}</span>{' '}
        <span className="muted">
          {of.region} {of.household_id}
        </span>
      </>
    );
  if (page.error) return <ProblemPanel problem={page.error} retry={() => void page.refetch()} />;
  if (page.data?.pairs.length === 0)
    return <EmptySays title={t(`duplicates.empty_${state}`)} says={t(`duplicates.empty_${state}_says`)} />;
  return (
    <>
      <Table<Pair>
        size="small"
        rowKey="pair_id"
        className="cards-when-narrow"
        loading={page.isPending}
        dataSource={page.data?.pairs ?? []}
        pagination={false}
        onRow={() => ({ 'data-testid': 'duplicate-row' }) as object}
        columns={[
          column(t('duplicates.ground'), (row) => (
            <Link to={`/duplicates/${row.pair_id}`} data-row-link>
              {t(`duplicate_ground.${row.ground}`)}
            </Link>
          )),
          column(t('duplicates.first'), (row) => side(row.first)),
          column(t('duplicates.second'), (row) => side(row.second)),
          column(t('duplicates.found'), (row) => minuteOf(row.found_at)),
          column(t('duplicates.state'), (row) => (
            <>
              <span className="tag">
                {row.verdict === null ? t(`duplicate_state.${row.state}`) : t(`duplicate_verdict.${row.verdict}`)}
              </span>
              {row.is_second && <span className="tag strong">{t('review.second')}</span>}
              {row.claimed !== 'none' && <span className="tag warn">{t(`review.${row.claimed}`)}</span>}
            </>
          )),
        ]}
      />
      {page.data && <PageTurns total={page.data.total} next={page.data.next} />}
    </>
  );
};

/** Whom the registry may hold twice, and what its keeper was asked to put right. The address holds tab and page. */
const Duplicates = () => {
  const { t } = useWords();
  useTitle(t('duplicates.title'));
  const { get, set } = useFilters(['orders']);
  const tab = TABS.find((one) => one === get('state')) ?? 'waiting';
  return (
    <section aria-label={t('duplicates.title')}>
      <div className="page-head">
        <h1>{t('duplicates.title')}</h1>
      </div>
      <p className="muted">{t('duplicates.says')}</p>
      <CountTabs
        label={t('duplicates.state')}
        name="duplicates-state"
        chosen={tab}
        onChoose={(value) => set({ state: value === 'waiting' ? null : value, orders: null })}
        tabs={TABS.map((value) => ({ value, title: t(`duplicates.${value}`) }))}
      />
      {tab === 'orders' ? <CorrectionOrders /> : <Pairs key={tab} state={tab} />}
    </section>
  );
};
export default Duplicates;
