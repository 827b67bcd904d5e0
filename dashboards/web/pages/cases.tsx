import { Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { CaseItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { caseStates } from '../parts/codes.ts';
import { CountTabs } from '../parts/count-tabs.tsx';
import { dayOf } from '../parts/dates.ts';
import { DueSays } from '../parts/due-says.tsx';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { LevelChip } from '../parts/level-chip.tsx';
import { LiveUpdates } from '../parts/live-updates.tsx';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useSession } from '../parts/session.ts';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

/** Cases by state. Who visits finds those to be visited first, with the way straight into the visit's form. */
const Cases = () => {
  const { t, word } = useWords();
  const { can } = useSession();
  const visits = can('record_visit') && !can('verify_case');
  const title = t(visits ? 'cases.visits_title' : 'cases.title');
  useTitle(title);
  const { get, set } = useFilters(['state'] as const);
  const chosen = get('state') ?? (visits ? 'assigned' : null);
  const state = chosen === 'all' ? null : chosen;
  const after = get('after');
  const page = $api.useQuery(
    'get',
    '/api/cases',
    { params: { query: { ...(state === null ? {} : { state }), ...(after === null ? {} : { after }) } } },
    { placeholderData: (before) => before },
  );
  return (
    <section>
      <div className="page-head">
        <h1>{title}</h1>
        <LiveUpdates paths={['/api/cases']} />
      </div>
      <CountTabs
        label={t('cases.state')}
        name="case-state"
        chosen={state}
        onChoose={(value) => set({ state: value ?? (visits ? 'all' : null) })}
        tabs={[
          { value: null, title: t('app.all') },
          ...caseStates.map((value) => ({ value, title: word('case_state', value) })),
        ]}
      />
      {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
      {page.data?.cases.length === 0 ? (
        <EmptySays
          title={t(visits && state === 'assigned' ? 'cases.empty_visits' : 'cases.empty')}
          says={t(visits && state === 'assigned' ? 'cases.empty_visits_says' : 'cases.empty_says')}
        />
      ) : (
        <Table<CaseItem>
          size="small"
          rowKey="case_id"
          className="cards-when-narrow"
          loading={page.isPending || page.isPlaceholderData}
          dataSource={page.data?.cases ?? []}
          pagination={false}
          onRow={(row) => ({ 'data-testid': 'case-row', 'data-case': row.case_id }) as object}
          columns={[
            { title: t('queue.level'), width: 64, render: (_, row) => <LevelChip level={row.level} /> },
            {
              title: t('cases.head'),
              render: (_, row) => (
                <>
                  <Link to={`/cases/${row.case_id}`}>{row.head ?? t('app.unknown')}</Link>{' '}
                  <span className="code">{row.household_id}</span>
                </>
              ),
            },
            {
              title: t('queue.region'),
              render: (_, row) => `${row.region_name ?? row.region_code} ${row.address ?? ''}`,
            },
            {
              title: t('cases.state'),
              render: (_, row) => <span className="tag">{word('case_state', row.state)}</span>,
            },
            { title: t('queue.clock'), render: (_, row) => <DueSays due={row.due_on} state={row.clock} /> },
            { title: t('cases.warnings'), dataIndex: 'warnings', align: 'right', ...labelled(t('cases.warnings')) },
            { title: t('cases.opened'), render: (_, row) => dayOf(row.opened_at), ...labelled(t('cases.opened')) },
            {
              title: '',
              render: (_, row) =>
                visits &&
                row.state === 'assigned' && (
                  <Link to={`/cases/${row.case_id}?act=record_visit`} data-testid="start-visit">
                    {t('cases.record_visit')}
                  </Link>
                ),
            },
          ]}
        />
      )}
      {page.data && page.data.cases.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
    </section>
  );
};
export default Cases;
