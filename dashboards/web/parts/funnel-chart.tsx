import { useMemo } from 'react';
import type { Coverage } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { Chart } from './chart.tsx';
import { funnelOption } from './funnel-option.ts';

const FunnelChart = ({ funnel }: { funnel: Coverage['funnel'] }) => {
  const { t } = useWords();
  const option = useMemo(() => funnelOption(funnel, t('app.fewer')), [funnel, t]);
  return <Chart option={option} height={funnel.length * 38 + 16} label={t('coverage.label')} />;
};
export default FunnelChart;
