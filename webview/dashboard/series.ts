import type {
  BaselineEvent,
  EvaluationEvent,
  FinishedEvent,
  ProgressEvent,
  RunEvent,
  SampleEvent,
  StartedEvent,
  StepEvent,
} from '../../src/core/runs/events';
import { Column, lowerBound } from './column';
import { SmoothedColumn } from './smoothing';

/** Above so many steps the page keeps every second pair of rows only; the run folder stays complete. */
export const MOST_ROWS = 200_000;
/** Samples that the page remembers. */
const MOST_SAMPLES = 200;

export const metrics = ['loss', 'gradientNorm', 'clipRatio', 'rate', 'tokensPerSecond'] as const;
export type Metric = (typeof metrics)[number];

/**
 * What one run has said so far, in columns, in order of steps. The same event may arrive twice (once in the host's answer
 * and once by itself); it counts once. A `started` event takes back everything after its step: a run that goes on from
 * a checkpoint writes those steps anew.
 */
export class RunSeries {
  readonly step = new Column();
  readonly time = new Column();
  readonly epoch = new Column();
  readonly values: Record<Metric, Column> = {
    loss: new Column(),
    gradientNorm: new Column(),
    clipRatio: new Column(),
    rate: new Column(),
    tokensPerSecond: new Column(),
  };
  /** Gradient norm of each parameter group, in the order of `groups`. */
  groupNorms: Column[] = [];
  groups: string[] = [];
  clip = 0;
  evaluations: EvaluationEvent[] = [];
  samples: SampleEvent[] = [];
  warnings: string[] = [];
  /** The last word on each baseline, in the order in which they came. */
  baselines: BaselineEvent[] = [];
  finished: FinishedEvent | undefined;
  last: StepEvent | undefined;
  /** How far a model is that learns in one pass. */
  progress: ProgressEvent | undefined;
  /** Whether the model learns in steps or in one pass; undefined until the run has told. */
  kind: StartedEvent['kind'];
  paused = false;
  /** Raised when rows were taken away: what was computed from them starts anew. */
  version = 0;
  private readonly smoothed = new Map<Column, SmoothedColumn>();

  /** Returns whether anything changed. */
  apply(event: RunEvent): boolean {
    switch (event.event) {
      case 'started':
        return this.start(event);
      case 'progress':
        this.progress = event;
        return true;
      case 'step':
        return this.addStep(event);
      case 'evaluation':
        return this.addEvaluation(event);
      case 'sample':
        return this.addSample(event);
      case 'baseline':
        this.baselines = [...this.baselines.filter(({ name }) => name !== event.name), event];
        return true;
      case 'finished':
        this.finished = event;
        this.paused = false;
        return true;
      case 'paused':
      case 'continued':
        this.paused = event.event === 'paused';
        return true;
      case 'warning':
        if (this.warnings.includes(event.message)) return false;
        this.warnings.push(event.message);
        return true;
      default:
        return false;
    }
  }

  /** Smoothed values of one of this run's columns; `weight` 0 gives the column itself. */
  smooth(column: Column, weight: number): Float64Array {
    if (weight === 0) return column.values;
    let smoothed = this.smoothed.get(column);
    if (smoothed?.weight !== weight) {
      smoothed = new SmoothedColumn(weight);
      this.smoothed.set(column, smoothed);
    }
    return smoothed.follow(column, this.version);
  }

  /** Passes over the text at a step, between the steps that are known. */
  epochAt(step: number): number {
    const steps = this.step.values;
    if (steps.length === 0) return 0;
    const after = lowerBound(steps, step);
    const epochs = this.epoch.values;
    if (after === 0) return steps[0] > 0 ? (epochs[0] * step) / steps[0] : epochs[0];
    if (after === steps.length) return epochs[after - 1];
    const share = (step - steps[after - 1]) / (steps[after] - steps[after - 1]);
    return epochs[after - 1] + share * (epochs[after] - epochs[after - 1]);
  }

  /** The evaluation with the lowest loss. */
  best(): EvaluationEvent | undefined {
    let best: EvaluationEvent | undefined;
    for (const one of this.evaluations) if (!best || one.validationLoss < best.validationLoss) best = one;
    return best;
  }

  private start(event: StartedEvent): boolean {
    const keep = event.resumed ? upperBound(this.step.values, event.step) : 0;
    for (const column of this.columns()) column.truncate(keep);
    const last = event.resumed ? event.step : -1;
    this.evaluations = this.evaluations.filter((one) => one.step <= last);
    this.samples = this.samples.filter((one) => one.step <= last);
    if (!event.resumed) this.baselines = [];
    this.setGroups(event.groups);
    this.clip = event.clip;
    this.kind = event.kind ?? 'steps';
    this.progress = undefined;
    this.finished = undefined;
    this.paused = false;
    if (this.last && this.last.step > last) this.last = undefined;
    this.version++;
    return true;
  }

  private setGroups(groups: string[]): void {
    if (groups.length === this.groups.length && groups.every((name, i) => name === this.groups[i])) return;
    this.groups = groups;
    this.groupNorms = groups.map(() => {
      const column = new Column();
      for (let i = 0; i < this.step.length; i++) column.push(NaN);
      return column;
    });
  }

  private addStep(event: StepEvent): boolean {
    if (event.step <= (this.step.last() ?? -1)) return false;
    this.step.push(event.step);
    this.time.push(event.time);
    this.epoch.push(event.epoch);
    for (const metric of metrics) this.values[metric].push(event[metric] ?? NaN);
    this.groupNorms.forEach((column, i) => column.push(event.groupNorms?.[i] ?? NaN));
    this.last = event;
    if (this.step.length > MOST_ROWS) this.thin();
    return true;
  }

  private addEvaluation(event: EvaluationEvent): boolean {
    if (event.step <= (this.evaluations.at(-1)?.step ?? -1)) return false;
    this.evaluations.push(event);
    return true;
  }

  private addSample(event: SampleEvent): boolean {
    for (let i = this.samples.length - 1; i >= 0 && this.samples[i].step >= event.step; i--) {
      const other = this.samples[i];
      if (other.step > event.step || (other.text === event.text && other.temperature === event.temperature))
        return false;
    }
    this.samples.push(event);
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
    return true;
  }

  /** Of each four rows keeps those with the lowest and the highest loss. */
  private thin(): void {
    const loss = this.values.loss.values;
    const rows: number[] = [];
    for (let i = 0; i < loss.length; i += 4) {
      let low = i;
      let high = i;
      for (let j = i; j < Math.min(i + 4, loss.length); j++) {
        if (loss[j] < loss[low]) low = j;
        if (loss[j] >= loss[high]) high = j;
      }
      rows.push(Math.min(low, high));
      if (low !== high) rows.push(Math.max(low, high));
    }
    if (rows.at(-1) !== loss.length - 1) rows.push(loss.length - 1);
    for (const column of this.columns()) column.select(rows);
    this.version++;
  }

  private columns(): Column[] {
    return [this.step, this.time, this.epoch, ...Object.values(this.values), ...this.groupNorms];
  }
}

function upperBound(values: ArrayLike<number>, value: number): number {
  let index = lowerBound(values, value);
  while (index < values.length && values[index] === value) index++;
  return index;
}
