import { Button, Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { QuarantineItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { quarantineStates } from '../parts/codes.ts';
import { CountTabs } from '../parts/count-tabs.tsx';
import { minuteOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { NoteDownload } from '../parts/note-download.tsx';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { QuarantineFilters } from '../parts/quarantine-filters.tsx';
import { QuarantineKind } from '../parts/quarantine-kind.tsx';
import { QuarantineTag } from '../parts/quarantine-tag.tsx';
import { useSession } from '../parts/session.ts';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

const FILTERS = ['feed', 'reason', 'field', 'day'] as const;

/** Refused rows, those that wait first. The address holds filters and page: it can be sent to a colleague. */
const Quarantine = () => {
  const { t, word, language } = useWords();
  useTitle(t('quarantine.title'));
  const { can } = useSession();
  const { filters, filter, clear, isFiltered, get, set } = useFilters(FILTERS);
  const state = (get('state') as QuarantineItem['state'] | 'all' | null) ?? 'waiting';
  const after = get('after');
  const { reason, ...plain } = filters;
  const query = {
    ...plain,
    ...(reason === undefined ? {} : { reason: reason as QuarantineItem['reason'] }),
    ...(state === 'all' ? {} : { state }),
  };
  const keep = { placeholderData: <T,>(before: T) => before };
  const page = $api.useQuery(
    'get',
    '/api/quarantine',
    { params: { query: { ...query, ...(after === null ? {} : { after }) } } },
    keep,
  );
  const counts = $api.useQuery('get', '/api/quarantine/counts', { params: { query } }, keep);
  const of = (value: string): number => counts.data?.state.find((one) => one.value === value)?.count ?? 0;
  return (
    <section>
      <div className="page-head">
        <h1>{t('quarantine.title')}</h1>
        <span>
          {can('see_duplicates') && (
            <>
              <Link to="/duplicates?state=orders">{t('orders.link')}</Link> ·{' '}
            </>
          )}
          <Link to="/feeds">{t('nav.feeds')}</Link>
        </span>
      </div>
      <p className="muted">{t('quarantine.says')}</p>
      <CountTabs
        label={t('quarantine.state')}
        name="quarantine-state"
        chosen={state}
        onChoose={(value) => set({ state: value === 'waiting' ? null : value })}
        tabs={[
          ...quarantineStates.map((value) => ({ value, title: word('quarantine_state', value), count: of(value) })),
          { value: 'all', title: t('app.all') },
        ]}
      />
      <div className="toolbar">
        <QuarantineFilters counts={counts.data} filters={filters} onFilter={filter} />
        {isFiltered && (
          <Button type="link" onClick={clear} data-testid="quarantine-clear">
            {t('quarantine.clear')}
          </Button>
        )}
        <NoteDownload feed={filters.feed ?? null} />
      </div>
      {can('correct_quarantine') &&
        filters.feed !== undefined &&
        reason !== undefined &&
        filters.field !== undefined && (
          <QuarantineKind
            feed={filters.feed}
            reason={reason as QuarantineItem['reason']}
            field={filters.field}
            key={`${filters.feed} ${reason} ${filters.field}`}
          />
        )}
      {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
      {page.data?.entries.length === 0 ? (
        <EmptySays
          title={t(isFiltered || state !== 'waiting' ? 'quarantine.empty_filtered' : 'quarantine.empty')}
          says={t(isFiltered || state !== 'waiting' ? 'quarantine.empty_filtered_says' : 'quarantine.empty_says')}
        />
      ) : (
        <Table<QuarantineItem>
          size="small"
          rowKey="quarantine_no"
          className="cards-when-narrow"
          loading={page.isPending || page.isPlaceholderData}
          dataSource={page.data?.entries ?? []}
          pagination={false}
          onRow={(row) => ({ 'data-testid': 'quarantine-row', 'data-entry': row.quarantine_no }) as object}
          columns={[
            {
              title: t('quarantine.number'),
              render: (_, row) => <Link to={`/quarantine/${row.quarantine_no}`}>{row.quarantine_no}</Link>,
            },
            { title: t('quarantine.feed'), dataIndex: 'feed_title' },
            { title: t('quarantine.reason'), render: (_, row) => word('reject_reason', row.reason) },
            {
              title: t('quarantine.field'),
              render: (_, row) => (language === 'zh' ? row.field_title : row.field) ?? t('quarantine.no_field'),
              ...labelled(t('quarantine.field')),
            },
            {
              title: t('quarantine.value'),
              render: (_, row) => row.value ?? <span className="muted">{t('quarantine.nothing')}</span>,
              ...labelled(t('quarantine.value')),
            },
            {
              title: t('quarantine.source'),
              render: (_, row) => <small>{t('quarantine.at_line', { source: row.source, line: row.line })}</small>,
            },
            {
              title: t('quarantine.received'),
              render: (_, row) => minuteOf(row.received_at),
              ...labelled(t('quarantine.received')),
              className: 'labelled nowrap',
            },
            { title: t('quarantine.state'), render: (_, row) => <QuarantineTag state={row.state} /> },
          ]}
        />
      )}
      {page.data && page.data.entries.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
    </section>
  );
};
export default Quarantine;
