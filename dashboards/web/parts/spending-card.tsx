import { Card, Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { Chart } from './chart.tsx';
import { Loading } from './loading.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { shownMoney } from './shown-value.ts';
import { spendingOption } from './spending-option.ts';
import { SpendingTable } from './spending-table.tsx';

/** 24 months of spending and income with limits and events, drawn or as a table. */
const SpendingCard = ({ caseId }: { caseId: string }) => {
  const { t } = useWords();
  const [form, setForm] = useState<'chart' | 'table'>('chart');
  const chart = $api.useQuery('get', '/api/cases/{case_id}/chart', { params: { path: { case_id: caseId } } });
  const option = useMemo(() => chart.data && spendingOption(chart.data, t), [chart.data, t]);
  return (
    <Card
      title={t('chart.title')}
      size="small"
      data-testid="spending"
      extra={
        <Segmented
          size="small"
          value={form}
          onChange={setForm}
          options={(['chart', 'table'] as const).map((value) => ({ value, label: t(`chart.${value}`) }))}
        />
      }
    >
      {chart.isPending && <Loading />}
      {chart.error && <ProblemPanel problem={chart.error} retry={() => void chart.refetch()} />}
      {chart.data && option && (
        <>
          {form === 'chart' ? (
            <Chart option={option} height={456} label={t('chart.label', { day: chart.data.as_of })} />
          ) : (
            <SpendingTable chart={chart.data} />
          )}
          <p className="muted">{t('chart.income_gap')}</p>
          {chart.data.limits.length > 0 && (
            <p className="muted">
              {t('chart.limits')}：
              {chart.data.limits
                .map(
                  ({ title, amount, per }) =>
                    `${title} ${t(per === 'month' ? 'chart.per_month' : 'chart.per_year')} ${t('app.yuan', { amount: shownMoney(amount) })}`,
                )
                .join('；')}
            </p>
          )}
          {chart.data.events.length > 0 && (
            <details open={form === 'table'}>
              <summary>
                {t('chart.events')}（{chart.data.events.length}）
              </summary>
              <ul>
                {chart.data.events.map(({ on, title, kind }) => (
                  <li key={`${on} ${kind} ${title}`}>
                    {on} {title}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </Card>
  );
};
export default SpendingCard;
