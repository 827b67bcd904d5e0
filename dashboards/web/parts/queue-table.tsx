import { Table, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { QueueItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { dayOf } from './dates.ts';
import { DueSays } from './due-says.tsx';
import { LevelChip } from './level-chip.tsx';

/** Where a warning is worked on: its case, or the warning alone while it has none. */
const addressOf = (row: QueueItem): string =>
  row.case_id === null ? `/warnings/${row.warning_id}` : `/cases/${row.case_id}`;

/** The rows of the queue. The link of a row is what the keys move along (queue-keys.tsx). */
export const QueueTable = ({ rows, loading }: { rows: readonly QueueItem[]; loading: boolean }) => {
  const { t, word, called, language } = useWords();
  /** The server's phrase is Chinese. */
  const whyHere = (row: QueueItem): ReactNode => {
    if (language === 'zh') return row.why_here;
    const level = word('level', row.level);
    if (row.status !== 'open') return `${level}, ${word('warning_status', row.status)}`;
    if (row.baseline) return `${level}, ${t('queue.why_baseline')}`;
    return (
      <>
        {level}, <DueSays due={row.due_on} state={row.clock} />
      </>
    );
  };
  const columns: TableColumnsType<QueueItem> = [
    { title: t('queue.level'), key: 'level', width: 64, render: (_, row) => <LevelChip level={row.level} /> },
    {
      title: t('queue.name'),
      key: 'name',
      width: 90,
      render: (_, row) => (
        <Link to={addressOf(row)} data-row-link="">
          {row.name ?? t('app.unknown')}
        </Link>
      ),
    },
    {
      title: t('queue.household'),
      key: 'household',
      width: 120,
      render: (_, row) => <span className="code">{row.subject.household_id ?? row.subject.person_id}</span>,
    },
    {
      title: t('queue.rule'),
      key: 'rule',
      render: (_, row) => (
        <>
          {called({ title: row.rule_title, title_en: row.rule_title_en })}{' '}
          {row.baseline && <span className="tag">{t('queue.baseline')}</span>}
        </>
      ),
    },
    { title: t('queue.region'), key: 'region', render: (_, row) => row.region_name ?? row.region_code },
    { title: t('queue.opened'), key: 'opened', width: 104, render: (_, row) => dayOf(row.opened_at) },
    {
      title: t('queue.clock'),
      key: 'clock',
      width: 110,
      render: (_, row) => <DueSays due={row.due_on} state={row.clock} />,
    },
    {
      title: t('queue.case_state'),
      key: 'state',
      width: 84,
      render: (_, row) => (row.case_state === null ? t('queue.no_case') : word('case_state', row.case_state)),
    },
    { title: t('queue.why'), key: 'why', render: (_, row) => <span className="muted">{whyHere(row)}</span> },
  ];
  return (
    <Table<QueueItem>
      size="small"
      rowKey="warning_id"
      className="cards-when-narrow"
      columns={columns.map(
        (column) => ({ ...column, onCell: () => ({ 'data-label': String(column.title) }) }) as never,
      )}
      dataSource={rows as QueueItem[]}
      loading={loading}
      pagination={false}
      onRow={(row) =>
        ({ 'data-testid': 'queue-row', 'data-warning': row.warning_id, 'data-case': row.case_id }) as object
      }
    />
  );
};
