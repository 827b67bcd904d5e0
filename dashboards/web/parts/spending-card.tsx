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
  const { t, word, called, language } = useWords();
  const [form, setForm] = useState<'chart' | 'table'>('chart');
  const chart = $api.useQuery('get', '/api/cases/{case_id}/chart', { params: { path: { case_id: caseId } } });
  const shown = chart.data && {
    ...chart.data,
    limits: chart.data.limits.map((limit) =>
      language === 'en' ? { ...limit, title: word('limit', limit.name) } : limit,
    ),
    events: chart.data.events.map((event) => ({ ...event, title: called(event) })),
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` is made of these
  const option = useMemo(() => shown && spendingOption(shown, t), [chart.data, language, t]);
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
      {shown && option && (
        <>
          {form === 'chart' ? (
            <Chart option={option} height={456} label={t('chart.label', { day: shown.as_of })} />
          ) : (
            <SpendingTable chart={shown} />
          )}
          <p className="muted">{t('chart.income_gap')}</p>
          {shown.limits.length > 0 && (
            <p className="muted">
              {t('chart.limits')}：
              {shown.limits
                .map(
                  ({ title, amount, per }) =>
                    `${title} ${t(per === 'month' ? 'chart.per_month' : 'chart.per_year')} ${t('app.yuan', { amount: shownMoney(amount) })}`,
                )
                .join('；')}
            </p>
          )}
          {shown.events.length > 0 && (
            <details open={form === 'table'}>
              <summary>
                {t('chart.events')}（{shown.events.length}）
              </summary>
              <ul>
                {shown.events.map(({ on, title, kind }) => (
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
