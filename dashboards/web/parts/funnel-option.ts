import type { EChartsCoreOption } from 'echarts/core';
import type { Coverage } from '../api/types.ts';

type Stage = Coverage['funnel'][number];

export const shareOf = ({ count, denominator }: Stage): string | null =>
  count === null || denominator === null || denominator === 0 ? null : `${((100 * count) / denominator).toFixed(1)}%`;

/** Bars of the funnel, each before the grey bar of what it is a part of. Hidden counts have no bar. */
export const funnelOption = (funnel: readonly Stage[], fewer: string): EChartsCoreOption => ({
  textStyle: { fontFamily: 'inherit' },
  grid: { left: 176, right: 150, top: 8, bottom: 8 },
  xAxis: { type: 'value', show: false },
  yAxis: {
    type: 'category',
    inverse: true,
    data: funnel.map(({ title }) => title),
    axisTick: { show: false },
    axisLine: { show: false },
  },
  series: [
    {
      type: 'bar',
      silent: true,
      barWidth: 22,
      color: '#dbe3ee',
      data: funnel.map(({ denominator }) => denominator ?? 0),
      tooltip: { show: false },
      label: {
        show: true,
        position: 'right',
        color: '#374151',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const stage = funnel[dataIndex];
          if (stage === undefined) return '';
          const share = shareOf(stage);
          return `${stage.count ?? fewer} / ${stage.denominator ?? fewer}${share === null ? '' : `  ${share}`}`;
        },
      },
    },
    {
      type: 'bar',
      silent: true,
      barGap: '-100%',
      barWidth: 22,
      color: '#1d4f91',
      data: funnel.map(({ count }) => count ?? 0),
    },
  ],
});
