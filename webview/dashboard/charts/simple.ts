import { formatValue } from '../format';
import { t } from '../strings';
import type { ChartContent, View } from './content';
import { metricLines, metricTable } from './step-metric';

/** The learning rate of each step; never smoothed, it is set and not measured. */
export function rateContent(view: View): ChartContent {
  return {
    lines: metricLines(view, 'rate', t('tip.rate'), { smoothed: false }),
    references: [],
    key: [],
    scale: view.settings.scale.rate,
    axisTitle: t('axis.rate'),
    fromZero: true,
    format: formatValue,
    table: (mostRows) =>
      metricTable(view, 'rate', { caption: t('table.captionRate'), column: t('chart.rate') }, mostRows),
  };
}

/** Tokens per second of training. */
export function speedContent(view: View): ChartContent {
  return {
    lines: metricLines(view, 'tokensPerSecond', t('tip.speed'), { smoothed: true }),
    references: [],
    key: [],
    scale: view.settings.scale.speed,
    axisTitle: t('axis.speed'),
    fromZero: true,
    format: formatValue,
    table: (mostRows) =>
      metricTable(view, 'tokensPerSecond', { caption: t('table.captionSpeed'), column: t('axis.speed') }, mostRows),
  };
}
