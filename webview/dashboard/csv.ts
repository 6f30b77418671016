import type { Measures } from '../../src/core/runs/events';
import { csvField } from '../common/csv-field';
import type { Run } from './state';

const leading = ['run', 'id', 'event', 'step', 'time', 'epoch'] as const;
const measures = [
  ...(['validationLoss', 'perplexity', 'bitsPerCharacter', 'accuracy'] as const),
  ...(['precision', 'recall', 'f1', 'rmse'] as const),
];

/**
 * Metrics of runs as CSV (RFC 4180: CRLF, quotes where needed), one row a step, evaluation or baseline, in order of steps
 * within each run. Losses in nats, time in seconds of training. Gradient norms of layers have a column a name.
 */
export function metricsCsv(runs: readonly Run[]): string {
  const groups = [...new Set(runs.flatMap((run) => run.series.groups))];
  const header = [
    ...leading, 'loss', 'gradientNorm', ...groups.map((name) => `gradientNorm.${name}`),
    'clipRatio', 'rate', 'tokensPerSecond', ...measures, 'baseline',
  ]; // prettier-ignore
  const lines = [header.map(csvField).join(',')];
  for (const run of runs)
    for (const row of rowsOf(run)) lines.push(header.map((name) => csvField(row[name])).join(','));
  return lines.join('\r\n') + '\r\n';
}

type Row = Record<string, string | number | undefined>;

function* rowsOf(run: Run): Generator<Row> {
  const { series } = run;
  const common = { run: run.record.name, id: run.record.id };
  for (const event of series.baselines) {
    yield { ...common, event: event.event, ...figuresOf(event), baseline: event.name };
  }
  let next = 0;
  for (let i = 0; i < series.step.length; i++) {
    const step = series.step.at(i) ?? 0;
    for (; next < series.evaluations.length && series.evaluations[next].step < step; next++)
      yield evaluation(run, next);
    const row: Row = { ...common, event: 'step', step, time: series.time.at(i), epoch: series.epoch.at(i) };
    for (const [name, column] of Object.entries(series.values)) row[name] = column.at(i);
    series.groups.forEach((name, group) => (row[`gradientNorm.${name}`] = series.groupNorms[group].at(i)));
    yield row;
  }
  for (; next < series.evaluations.length; next++) yield evaluation(run, next);
}

function evaluation(run: Run, index: number): Row {
  const event = run.series.evaluations[index];
  const { step, time } = event;
  const common = { run: run.record.name, id: run.record.id, event: 'evaluation', step, time };
  return { ...common, epoch: run.series.epochAt(step), ...figuresOf(event) };
}

function figuresOf(event: Measures): Row {
  return Object.fromEntries(measures.map((name) => [name, event[name]]));
}
