import { DownloadOutlined } from '@ant-design/icons';
import { Select, Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { OrderPage } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from './dates.ts';
import { EmptySays } from './empty-says.tsx';
import { labelled } from './labelled.ts';
import { PageTurns } from './page-turns.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { useFilters } from './use-filters.ts';

type Order = OrderPage['orders'][number];

/** What the registry's keeper is asked to put right, as a list and as a file to hand over. */
export const CorrectionOrders = () => {
  const { t } = useWords();
  const { get, set } = useFilters(['orders']);
  const state = get('orders') === 'closed' ? 'closed' : 'open';
  const after = get('after');
  const page = $api.useQuery('get', '/api/correction-orders', {
    params: { query: { state, ...(after === null ? {} : { after }) } },
  });
  const column = (title: string, render: (row: Order) => React.ReactNode) => ({
    ...{ title, key: title, render: (_: unknown, row: Order) => render(row), ...labelled(title) },
  });
  const side = (of: Order['first']) =>
    of === null ? (
      <span className="muted">{t('duplicates.elsewhere')}</span>
    ) : (
      <>
        <span className="code">{of.person_id}</span> <span className="muted">{of.household_id}</span>
      </>
    );
  return (
    <>
      <p className="muted">{t('orders.says')}</p>
      <div className="toolbar">
        <Select
          value={state}
          aria-label={t('duplicates.state')}
          onChange={(value) => set({ orders: value === 'open' ? null : value })}
          options={(['open', 'closed'] as const).map((value) => ({ value, label: t(`orders.${value}`) }))}
        />
        {(['xlsx', 'csv'] as const).map((format) => (
          <a
            key={format}
            href={`/api/correction-orders/file?state=${state}&format=${format}`}
            download
            data-testid={`orders-${format}`}
          >
            <DownloadOutlined aria-hidden /> {t(`orders.file_${format}`)}
          </a>
        ))}
      </div>
      {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
      {page.data?.orders.length === 0 ? (
        <EmptySays title={t(`orders.empty_${state}`)} says={t('orders.empty_says')} />
      ) : (
        <Table<Order>
          size="small"
          rowKey="order_no"
          className="cards-when-narrow"
          loading={page.isPending}
          dataSource={page.data?.orders ?? []}
          pagination={false}
          onRow={() => ({ 'data-testid': 'order-row' }) as object}
          columns={[
            column(t('orders.number'), (row) => (
              <Link to={`/duplicates/${row.pair_id}`} data-row-link>
                <b>{row.order_no}</b>
              </Link>
            )),
            column(t('orders.kind'), (row) => t(`order_kind.${row.kind}`)),
            column(t('duplicates.first'), (row) => side(row.first)),
            column(t('duplicates.second'), (row) => side(row.second)),
            column(t('orders.opened'), (row) => minuteOf(row.opened_at)),
            column(t('orders.done'), (row) =>
              row.closed_why === null
                ? t('orders.open')
                : `${t(`order_closed.${row.closed_why}`)} ${minuteOf(row.closed_at ?? '')}`,
            ),
          ]}
        />
      )}
      {page.data && page.data.orders.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
    </>
  );
};
