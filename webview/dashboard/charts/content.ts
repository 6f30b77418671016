import type { Identity, Look } from '../identity';
import type { Horizontal, ScaleKind, Settings } from '../settings';
import type { Run } from '../state';
import type { TableContent } from '../../common/table-content';
import type { Theme } from '../../common/colour';

/** A run on the charts. */
export interface ShownRun {
  run: Run;
  name: string;
  identity: Identity;
  colour: string;
}

/** Everything that the content of a chart follows from. */
export interface View {
  runs: ShownRun[];
  settings: Settings;
  theme: Theme;
  /** The run whose layers the gradient chart shows. */
  layersOf: string | undefined;
}

/** One line, or row of points, of a chart. */
export interface Line {
  key: string;
  run: ShownRun;
  /** What it is, for the tooltip and for screen readers. */
  name: string;
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
  /** Rising function from the stored value to the drawn one. */
  transform?: (value: number) => number;
  look: Look;
  pointRadius?: number;
  /** Lines with a higher number are drawn first, so below. */
  order: number;
  /** Left out of the tooltip. */
  silent?: boolean;
  /** Unsmoothed values behind a smoothed line, for the tooltip. */
  raw?: ArrayLike<number>;
  /** Points lie far apart: the tooltip says at which step. */
  sparse?: boolean;
}

/** A horizontal line with words on it. */
export interface Reference {
  value: number;
  label: string;
  colour: string;
}

export interface KeyEntry {
  label: string;
  look: Look;
}

export interface ChartContent {
  lines: Line[];
  references: Reference[];
  key: KeyEntry[];
  scale: ScaleKind;
  axisTitle: string;
  fromZero: boolean;
  format: (value: number) => string;
  table: (mostRows: number) => TableContent;
}

/** Whether there are, or may come, steps to show: some models learn in one pass. */
export function hasSteps({ runs }: View): boolean {
  return runs.length === 0 || runs.some(({ run }) => run.series.kind !== 'counts');
}

/** Whether steps have a gradient of the whole: word vectors are changed word by word. */
export function hasGradients({ runs, ...view }: View): boolean {
  const others = runs.filter(({ run }) => run.record.recipe.task !== 'embeddings');
  return runs.length === 0 || (others.length > 0 && hasSteps({ ...view, runs: others }));
}

/** Where the rows of a run lie along the horizontal axis. */
export function rowPositions(run: Run, horizontal: Horizontal): Float64Array {
  return run.series[horizontal].values;
}

/** Where a step lies along the horizontal axis. */
export function positionOf(run: Run, horizontal: Horizontal, at: { step: number; time: number }): number {
  if (horizontal === 'epoch') return run.series.epochAt(at.step);
  return at[horizontal];
}

/** Opacity of the unsmoothed line behind a smoothed one: the more runs, the quieter. */
export function rawOpacity(view: View): number {
  if (view.theme.highContrast) return view.runs.length > 1 ? 0.2 : 0.55;
  return view.runs.length > 1 ? 0.16 : 0.34;
}

export const REFERENCE_DASH = [5, 4] as const;
