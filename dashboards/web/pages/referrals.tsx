import { Table } from 'antd';
import { Link } from 'react-router';
import { $api } from '../api/client.ts';
import type { ReferralItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ClockSays } from '../parts/clock-says.tsx';
import { referralStatuses } from '../parts/codes.ts';
import { CountTabs } from '../parts/count-tabs.tsx';
import { dayOf } from '../parts/dates.ts';
import { EmptySays } from '../parts/empty-says.tsx';
import { labelled } from '../parts/labelled.ts';
import { LevelChip } from '../parts/level-chip.tsx';
import { LiveUpdates } from '../parts/live-updates.tsx';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { ReferralTag } from '../parts/referral-tag.tsx';
import { useSession } from '../parts/session.ts';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

/** Referrals by status with their clocks: a department's own, or all of the bureau. */
const Referrals = () => {
  const { t, word } = useWords();
  const { can } = useSession();
  const own = can('answer_referral');
  const title = t(own ? 'referrals.title_department' : 'referrals.title');
  useTitle(title);
  const { get, set } = useFilters(['status'] as const);
  const status = get('status') as ReferralItem['status'] | null;
  const after = get('after');
  const page = $api.useQuery(
    'get',
    '/api/referrals',
    { params: { query: { ...(status === null ? {} : { status }), ...(after === null ? {} : { after }) } } },
    { placeholderData: (before) => before },
  );
  const counts = page.data?.counts ?? {};
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (
    <section>
      <div className="page-head">
        <h1>{title}</h1>
        <LiveUpdates paths={['/api/referrals']} />
      </div>
      <CountTabs
        label={t('referrals.status')}
        name="referral-status"
        chosen={status}
        onChoose={(value) => set({ status: value })}
        tabs={[
          { value: null, title: t('app.all'), count: all },
          ...referralStatuses
            .filter((value) => (counts[value] ?? 0) > 0 || value === status)
            .map((value) => ({ value, title: word('referral_status', value), count: counts[value] ?? 0 })),
        ]}
      />
      {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
      {page.data?.referrals.length === 0 ? (
        <EmptySays
          title={t('referrals.empty')}
          says={t(own ? 'referrals.empty_department_says' : 'referrals.empty_says')}
        />
      ) : (
        <Table<ReferralItem>
          size="small"
          rowKey="referral_id"
          className="cards-when-narrow"
          loading={page.isPending || page.isPlaceholderData}
          dataSource={page.data?.referrals ?? []}
          pagination={false}
          onRow={(row) => ({ 'data-testid': 'referral-row', 'data-referral': row.referral_id }) as object}
          columns={[
            { title: t('queue.level'), width: 64, render: (_, row) => <LevelChip level={row.level} /> },
            {
              title: t('referrals.service'),
              render: (_, row) => <Link to={`/referrals/${row.referral_id}`}>{word('service', row.service)}</Link>,
            },
            {
              title: t('referrals.id'),
              render: (_, row) => <span className="code">{row.referral_id}</span>,
            },
            ...(own
              ? []
              : [
                  {
                    title: t('referrals.department'),
                    render: (_: unknown, row: ReferralItem) => word('department', row.department),
                  },
                ]),
            { title: t('queue.region'), render: (_, row) => row.region_name ?? row.region_code },
            { title: t('referrals.status'), render: (_, row) => <ReferralTag status={row.status} /> },
            { title: t('queue.clock'), render: (_, row) => <ClockSays clock={row.clock} /> },
            {
              title: t('referrals.sent'),
              render: (_, row) => row.sent_at !== null && dayOf(row.sent_at),
              ...labelled(t('referrals.sent')),
            },
            {
              title: t('referrals.answered'),
              render: (_, row) => row.answered_at !== null && dayOf(row.answered_at),
              ...labelled(t('referrals.answered')),
            },
            {
              title: t('referrals.returns'),
              dataIndex: 'returns',
              align: 'right',
              ...labelled(t('referrals.returns')),
            },
          ]}
        />
      )}
      {page.data && page.data.referrals.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
    </section>
  );
};
export default Referrals;
