import { hasSquaredError } from '../../../src/core/recipe/tasks';
import { nearestIndex } from '../column';
import { fade } from '../../common/colour';
import { formatClock, formatCount, formatValue, lossIn } from '../format';
import type { Run } from '../state';
import { t } from '../strings';
import { spread, type TableContent } from '../../common/table-content';
import {
  hasSteps,
  positionOf,
  rawOpacity,
  REFERENCE_DASH,
  rowPositions,
  type ChartContent,
  type KeyEntry,
  type Line,
  type Reference,
  type ShownRun,
  type View,
} from './content';

/** Training loss raw and smoothed, validation points, and the baseline of each run, in the unit of the page. */
export function lossContent(view: View): ChartContent {
  const { settings } = view;
  return {
    lines: view.runs.flatMap((run) => linesOf(run, view)),
    references: baselines(view),
    key: keyOf(view),
    scale: settings.scale.loss,
    axisTitle: view.runs.length > 0 && view.runs.every(isSeries) ? t('axis.squared') : t(`axis.${settings.unit}`),
    fromZero: false,
    format: formatValue,
    table: (mostRows) => lossTable(view, mostRows),
  };
}

function isSeries({ run }: ShownRun): boolean {
  return hasSquaredError(run.record.recipe.task);
}

function linesOf(shown: ShownRun, view: View): Line[] {
  const { settings } = view;
  const { run, identity, colour } = shown;
  const transform = lossIn(settings.unit, run);
  if (!transform) return [];
  const { series } = run;
  const xs = rowPositions(run, settings.horizontal);
  const raw = series.values.loss.values;
  const smoothing = settings.smoothing > 0;
  const lines: Line[] = [];
  if (smoothing) {
    const look = { colour: fade(colour, rawOpacity(view)), width: 1, dash: [] };
    lines.push({
      key: `${run.folder} raw`,
      run: shown,
      name: t('key.raw'),
      xs,
      ys: raw,
      transform,
      look,
      order: 3,
      silent: true,
    });
  }
  lines.push({
    key: `${run.folder} training`,
    run: shown,
    name: t('tip.training'),
    xs,
    ys: series.smooth(series.values.loss, settings.smoothing),
    transform,
    look: { colour, width: smoothing ? 2 : 1.25, dash: identity.dash },
    order: 2,
    raw: smoothing ? raw : undefined,
  });
  lines.push({
    key: `${run.folder} validation`,
    run: shown,
    name: t('tip.validation'),
    xs: series.evaluations.map((event) => positionOf(run, settings.horizontal, event)),
    ys: series.evaluations.map((event) => event.validationLoss),
    transform,
    look: { colour: validationColour(shown, view), width: 1.5, dash: [], shape: identity.shape },
    pointRadius: 3.5,
    order: 1,
    sparse: true,
  });
  return lines;
}

/** Alone, a run's validation has a colour of its own; among others the colour says which run it is. */
function validationColour(shown: ShownRun, view: View): string {
  if (view.runs.length > 1) return shown.colour;
  return view.theme.palette[shown.identity.color === 1 ? 0 : 1];
}

/** One line for each baseline; runs on the same text share theirs. */
function baselines(view: View): Reference[] {
  const references = new Map<string, Reference>();
  for (const { run } of view.runs) {
    const transform = lossIn(view.settings.unit, run);
    if (!transform) continue;
    for (const { name, validationLoss } of baselinesOf(run)) {
      const value = transform(validationLoss);
      const label = `${name}: ${formatValue(value)}`;
      references.set(label, { value, label, colour: view.theme.foreground });
    }
  }
  return [...references.values()];
}

/** Those that the run has told of; of a run whose events are not here yet, what its record says. */
function baselinesOf({ series, record }: Run): { name: string; validationLoss: number }[] {
  if (series.baselines.length > 0) return series.baselines;
  return record.baselines ?? (record.baseline ? [record.baseline] : []);
}

function trainingKey(view: View, colour: string): KeyEntry[] {
  if (view.settings.smoothing === 0) {
    return [{ label: t('key.trainingRaw'), look: { colour, width: 1.25, dash: [] } }];
  }
  const faint = fade(colour, rawOpacity(view) + 0.2);
  return [
    { label: t('key.training'), look: { colour, width: 2, dash: [] } },
    { label: t('key.raw'), look: { colour: faint, width: 1.25, dash: [] } },
  ];
}

function keyOf(view: View): KeyEntry[] {
  const first = view.runs[0];
  if (!first) return [];
  const many = view.runs.length > 1;
  const colour = many ? view.theme.foreground : first.colour;
  const validation = many ? view.theme.foreground : validationColour(first, view);
  const entries = hasSteps(view) ? trainingKey(view, colour) : [];
  entries.push({
    label: t('key.validation'),
    look: { colour: validation, width: 1.5, dash: [], shape: first.identity.shape },
  });
  entries.push({
    label: t('key.baseline'),
    look: { colour: view.theme.foreground, width: 1.25, dash: REFERENCE_DASH },
  });
  return entries;
}

function lossTable(view: View, mostRows: number): TableContent {
  const rows: string[][] = [];
  let all = 0;
  const share = Math.max(2, Math.floor(mostRows / Math.max(1, view.runs.length)));
  for (const { run, name } of view.runs) {
    const transform = lossIn(view.settings.unit, run);
    if (!transform) continue;
    const { series } = run;
    const training = series.smooth(series.values.loss, view.settings.smoothing);
    all += series.evaluations.length;
    for (const index of spread(series.evaluations.length, share)) {
      const event = series.evaluations[index];
      const row = nearestIndex(series.step.values, event.step);
      rows.push([
        name, formatCount(event.step), formatClock(event.time), formatValue(series.epochAt(event.step)),
        row < 0 ? formatValue(undefined) : formatValue(transform(training[row])), formatValue(transform(event.validationLoss)),
      ]); // prettier-ignore
    }
  }
  const caption = [t('table.captionLoss', { unit: t(`unit.${view.settings.unit}`) })];
  for (const { run, name } of view.runs) {
    const transform = lossIn(view.settings.unit, run);
    if (!transform) continue;
    for (const baseline of baselinesOf(run)) {
      const value = formatValue(transform(baseline.validationLoss));
      caption.push(t('table.baseline', { name, value, baseline: baseline.name }));
    }
  }
  if (rows.length < all) caption.push(t('table.thinned', { shown: rows.length, all: formatCount(all) }));
  const columns = [
    t('table.run'),
    t('table.step'),
    t('table.time'),
    t('table.epoch'),
    t('table.training'),
    t('table.validation'),
  ];
  return { caption: caption.join(' '), columns, rows };
}
