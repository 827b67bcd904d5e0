import { Card, Table } from 'antd';
import type { Coverage } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { HiddenCount } from './hidden-count.tsx';

type Region = Coverage['regions'][number];
type Rule = Coverage['rules'][number];

interface Props {
  readonly coverage: Coverage;
  readonly loading: boolean;
  readonly onRegion: (code: string) => void;
}

const COUNTS = [
  'registered',
  'data_received',
  'open_warnings',
  'red',
  'overdue',
  'closed_cases',
  'open_referrals',
] as const;

/** By region, a level down at a click, and by rule with how many were confirmed. */
export const CoverageTables = ({ coverage, loading, onRegion }: Props) => {
  const { t, called } = useWords();
  const share = ({ confirmed, verified }: Rule): string =>
    confirmed === null || verified === null || verified === 0 ? '—' : `${Math.round((100 * confirmed) / verified)}%`;
  return (
    <>
      <Card title={t('coverage.regions')} size="small">
        <Table<Region>
          size="small"
          rowKey="region_code"
          loading={loading}
          dataSource={coverage.regions}
          pagination={false}
          scroll={{ x: 'max-content' }}
          onRow={(row) => ({ 'data-testid': 'region-row', 'data-region': row.region_code }) as object}
          columns={[
            {
              title: t('coverage.region'),
              render: (_, row) =>
                row.region_code.length < 12 && row.region_code !== coverage.region_code ? (
                  <button type="button" className="link" onClick={() => onRegion(row.region_code)}>
                    {row.name ?? row.region_code}
                  </button>
                ) : (
                  (row.name ?? row.region_code)
                ),
            },
            ...COUNTS.map((column) => ({
              title: t(`coverage.${column}`),
              align: 'right' as const,
              render: (_: unknown, row: Region) => <HiddenCount count={row[column]} />,
            })),
          ]}
        />
      </Card>
      <Card title={t('coverage.rules')} size="small">
        <Table<Rule>
          size="small"
          rowKey="rule_id"
          dataSource={coverage.rules}
          pagination={false}
          scroll={{ x: 'max-content' }}
          onRow={() => ({ 'data-testid': 'rule-row' }) as object}
          columns={[
            { title: t('coverage.rule'), render: (_, row) => called(row) },
            ...(['open', 'verified', 'confirmed'] as const).map((column) => ({
              title: t(`coverage.${column}`),
              align: 'right' as const,
              render: (_: unknown, row: Rule) => <HiddenCount count={row[column]} />,
            })),
            { title: t('coverage.confirmed_share'), align: 'right', render: (_, row) => share(row) },
          ]}
        />
      </Card>
    </>
  );
};
