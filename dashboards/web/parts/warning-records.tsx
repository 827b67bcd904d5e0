import { Table } from 'antd';
import type { WarningDetail } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { dayOf } from './dates.ts';
import { shownMoney } from './shown-value.ts';

type RecordRow = WarningDetail['records'][number];

/** The departments' records that a warning rests on, newest first: from whom, its number, what it says, how it was matched. */
export const WarningRecords = ({ records }: { records: readonly RecordRow[] }) => {
  const { t, word } = useWords();
  if (records.length === 0) return <p className="muted">{t('case.no_records')}</p>;
  const newestFirst = [...records].sort((a, b) => (b.occurred_on ?? '').localeCompare(a.occurred_on ?? ''));
  return (
    <Table<RecordRow>
      size="small"
      className="records"
      scroll={{ x: 'max-content' }}
      rowKey={({ feed, record_id: id }) => `${feed}/${id}`}
      pagination={records.length > 10 ? { pageSize: 10, size: 'small' } : false}
      dataSource={newestFirst}
      columns={[
        { title: t('case.feed'), dataIndex: 'feed_title' },
        { title: t('case.record'), dataIndex: 'record_id', render: (id) => <span className="code">{id}</span> },
        { title: t('case.kind'), render: (_, row) => row.kind_title ?? row.kind },
        { title: t('case.occurred'), dataIndex: 'occurred_on' },
        {
          title: t('case.amount'),
          align: 'right',
          render: (_, row) => row.amount !== null && shownMoney(row.amount),
        },
        { title: t('case.received'), render: (_, row) => row.received_at !== null && dayOf(row.received_at) },
        { title: t('case.person'), dataIndex: 'person' },
        {
          title: t('case.matched'),
          render: (_, row) =>
            row.match !== null && (
              <span title={row.match.reasons.join('；')}>
                {word('match', row.match.outcome)} {row.match.score.toFixed(2)}
              </span>
            ),
        },
      ]}
    />
  );
};
