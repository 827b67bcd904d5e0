import { DownloadOutlined } from '@ant-design/icons';
import { Card, Select, Table } from 'antd';
import { $api } from '../api/client.ts';
import type { DataReturn as Answer } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { HiddenCount } from '../parts/hidden-count.tsx';
import { labelled } from '../parts/labelled.ts';
import { Loading } from '../parts/loading.tsx';
import { NoteDownload } from '../parts/note-download.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { useSession } from '../parts/session.ts';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

const COLUMNS = ['accepted', 'duplicate', 'not_authorised', 'rejected', 'corrected', 'warnings', 'helped'] as const;

/** What a department's data did: taken, refused, grounds of warnings, families helped. A department sees its own. */
const DataReturn = () => {
  const { t, word, language } = useWords();
  const { can, department: own } = useSession();
  const title = t(own === null ? 'data_return.title' : 'data_return.title_own');
  useTitle(title);
  const { get, set } = useFilters(['department'] as const);
  const chosen = get('department');
  const query = chosen === null ? {} : { department: chosen };
  const answer = $api.useQuery(
    'get',
    '/api/data-return',
    { params: { query } },
    { placeholderData: (before) => before },
  );
  const called = (code: string, zh: string): string => {
    if (language === 'zh') return zh;
    const known = word('department', code);
    return known === code ? word('sender', code) : known;
  };
  if (answer.error && own !== null && answer.error.error === 'not_found')
    return <EmptySays title={t('data_return.none')} says={t('data_return.none_says')} />;
  if (answer.error) return <ProblemPanel problem={answer.error} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <Loading />;
  const told = answer.data;
  const names = told.feeds.map((feed) => feed.title).join(t('app.comma'));
  return (
    <section className="cards">
      <div className="page-head">
        <h1>{title}</h1>
        <span className="muted">
          {t('feeds.as_of', { day: told.as_of })} · {t('data_return.says')}
          {told.hides_small && t('coverage.hidden')}
        </span>
      </div>
      <div className="toolbar">
        {told.departments.length > 1 ? (
          <Select
            className="wide-select"
            value={told.department}
            aria-label={t('data_return.department')}
            data-testid="return-department"
            onChange={(value) => set({ department: value })}
            options={told.departments.map((one) => ({
              value: one.department,
              label: called(one.department, one.title),
            }))}
          />
        ) : (
          <strong>{called(told.department, told.title)}</strong>
        )}
        <span className="muted">{t('data_return.feeds', { names })}</span>
        <a
          href={`/api/data-return.csv?department=${encodeURIComponent(told.department)}`}
          download
          data-testid="return-csv"
        >
          <DownloadOutlined aria-hidden /> {t('data_return.csv')}
        </a>
        {can('see_quality_note') && <NoteDownload department={told.department} />}
      </div>
      <Table<Answer['months'][number]>
        size="small"
        rowKey="month"
        className="cards-when-narrow"
        loading={answer.isPlaceholderData}
        dataSource={told.months}
        pagination={false}
        onRow={(row) => ({ 'data-testid': 'return-row', 'data-month': row.month }) as object}
        columns={[
          { title: t('data_return.month'), dataIndex: 'month' },
          ...COLUMNS.map((name) => ({
            title: t(`data_return.${name}`),
            align: 'right' as const,
            render: (_: unknown, row: Answer['months'][number]) => <HiddenCount count={row[name]} />,
            ...labelled(t(`data_return.${name}`)),
          })),
        ]}
      />
      <Card size="small" title={t('data_return.defects')}>
        {told.defects.length === 0 ? (
          <p className="muted">{t('data_return.no_defects')}</p>
        ) : (
          <Table<Answer['defects'][number]>
            size="small"
            rowKey="reason"
            dataSource={told.defects}
            pagination={false}
            columns={[
              {
                title: t('quarantine.reason'),
                render: (_, row) => (language === 'zh' ? row.says : word('reject_reason', row.reason)),
              },
              {
                title: t('data_return.count'),
                align: 'right',
                render: (_, row) => <HiddenCount count={row.count} />,
              },
            ]}
          />
        )}
      </Card>
    </section>
  );
};
export default DataReturn;
