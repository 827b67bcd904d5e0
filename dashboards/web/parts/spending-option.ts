import type { EChartsCoreOption } from 'echarts/core';
import type { TFunction } from 'i18next';
import type { CaseChart } from '../api/types.ts';

export const SPENDING = ['medical', 'education', 'rehabilitation', 'accident'] as const;
const COLOURS = { medical: '#1d4f91', education: '#5b8fd0', rehabilitation: '#7a5ea8', accident: '#c2703d' } as const;
const INCOME = '#216e39';
const LIMIT = '#b42318';
const EVENT = { warning: '#b42318', case: '#1d4f91', registry: '#7a5ea8', record: '#6b7280' } as const;
const KINDS = ['warning', 'case', 'registry', 'record'] as const;
/** Side by side where one month has several kinds. */
const OFFSET = { warning: -12, case: -4, registry: 4, record: 12 } as const;

const amount = (value: string | null): number | null => (value === null ? null : Number(value));

/** Lines at the limits of this grid, with their names. */
const limitLines = (limits: CaseChart['limits'], per: 'month' | 'year') => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: LIMIT, type: 'dashed' as const },
  data: limits
    .filter((limit) => limit.per === per)
    .map(({ title, amount: at }) => ({
      yAxis: Number(at),
      label: { formatter: `${title} ${Number(at)}`, position: 'insideStartTop' as const, color: LIMIT },
    })),
});

/** An axis reaches its highest limit, or the line would fall outside the picture. */
const reaching =
  (limits: CaseChart['limits'], per: 'month' | 'year') =>
  ({ max }: { max: number }): number => {
    const highest = Math.max(max, ...limits.filter((limit) => limit.per === per).map((limit) => Number(limit.amount)));
    const step = 10 ** Math.max(Math.floor(Math.log10(Math.max(highest, 1))) - 1, 1);
    return Math.ceil((highest * 1.08) / step) * step;
  };

/**
 * Three strips over the same months: events, spending and income of each month, rigid spending of 12 months. A year's limit
 * on the monthly scale would flatten every bar.
 */
export const spendingOption = ({ months, limits, events }: CaseChart, t: TFunction): EChartsCoreOption => {
  const names = months.map(({ month }) => month);
  const axis = (gridIndex: number, labels: boolean) => ({
    type: 'category' as const,
    gridIndex,
    data: names,
    axisTick: { show: false },
    axisLabel: { show: labels },
    axisLine: { show: gridIndex > 0 },
  });
  const money = (gridIndex: number, name: string, per: 'month' | 'year') => ({
    type: 'value' as const,
    gridIndex,
    name,
    nameTextStyle: { align: 'left' as const },
    splitLine: { lineStyle: { color: '#e5e7eb' } },
    axisLabel: { showMaxLabel: false },
    min: 0,
    max: reaching(limits, per),
  });
  return {
    textStyle: { fontFamily: 'inherit' },
    legend: { top: 0, itemHeight: 10, data: [...SPENDING.map((kind) => t(`chart.${kind}`)), t('chart.income')] },
    // Text drawn by the chart itself: names from records are never read as HTML
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (v: unknown) => (v == null ? t('chart.unknown') : String(v)),
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { left: 64, right: 20, top: 34, height: 22 },
      { left: 64, right: 20, top: 88, height: 180 },
      { left: 64, right: 20, top: 316, height: 110 },
    ],
    xAxis: [axis(0, false), axis(1, false), axis(2, true)],
    yAxis: [
      { type: 'value', gridIndex: 0, show: false, min: 0, max: 2 },
      money(1, t('chart.monthly'), 'month'),
      money(2, t('chart.rolling'), 'year'),
    ],
    series: [
      ...SPENDING.map((kind, index) => ({
        name: t(`chart.${kind}`),
        type: 'bar',
        stack: 'spending',
        xAxisIndex: 1,
        yAxisIndex: 1,
        color: COLOURS[kind],
        data: months.map((month) => amount(month[kind])),
        ...(index === 0 ? { markLine: limitLines(limits, 'month') } : {}),
      })),
      {
        name: t('chart.income'),
        type: 'line',
        xAxisIndex: 1,
        yAxisIndex: 1,
        color: INCOME,
        symbolSize: 6,
        connectNulls: false,
        data: months.map(({ income }) => amount(income)),
      },
      {
        name: t('chart.rigid_12m'),
        type: 'line',
        step: 'middle',
        showSymbol: false,
        xAxisIndex: 2,
        yAxisIndex: 2,
        color: COLOURS.medical,
        areaStyle: { opacity: 0.12 },
        data: months.map((month) => amount(month.rigid_12m)),
        markLine: limitLines(limits, 'year'),
      },
      ...KINDS.map((kind) => ({
        name: t('chart.events'),
        type: 'scatter',
        xAxisIndex: 0,
        yAxisIndex: 0,
        symbol: kind === 'warning' ? 'triangle' : kind === 'case' ? 'diamond' : 'circle',
        symbolSize: 11,
        symbolOffset: [OFFSET[kind], 0],
        color: EVENT[kind],
        tooltip: { valueFormatter: (value: unknown) => String(value) },
        data: events
          .filter((event) => event.kind === kind && names.includes(event.on.slice(0, 7)))
          .map(({ on, title }) => ({ value: [on.slice(0, 7), 1], name: `${on} ${title}` })),
      })),
    ],
  };
};
