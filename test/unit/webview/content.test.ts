import { describe, expect, it } from 'vitest';
import type { View } from '../../../webview/dashboard/charts/content';
import { describeChart } from '../../../webview/dashboard/charts/describe';
import { gradientContent } from '../../../webview/dashboard/charts/gradient';
import { lossContent } from '../../../webview/dashboard/charts/loss';
import { rateContent, speedContent } from '../../../webview/dashboard/charts/simple';
import { identityOf } from '../../../webview/dashboard/identity';
import { readSettings } from '../../../webview/dashboard/settings';
import { baseline, evaluation, pageRun, started, steps } from './events';

const palette = ['#000001', '#000002', '#000003', '#000004', '#000005', '#000006'];
const theme = {
  background: '#fff', foreground: '#111111', quiet: '#222222', grid: '#333333', axis: '#444444', focus: '#555555', tooltipBackground: '#fff',
  tooltipForeground: '#000', tooltipBorder: '#000', selection: '#000', palette, highContrast: false, font: 'sans', fontSize: 13,
}; // prettier-ignore

function viewOf(count: number, settings: object = {}): View {
  const runs = Array.from({ length: count }, (_, i) => {
    const run = pageRun(`run${i}`, [started(), ...steps(1, 300), baseline, evaluation(100, 2.5), evaluation(300, 1.5)]);
    return { run, name: `run${i}`, identity: identityOf(i), colour: palette[i] };
  });
  return { runs, settings: readSettings(settings), theme, layersOf: count === 1 ? '/runs/run0' : undefined };
}

describe('loss chart', () => {
  it('draws training raw and smoothed, validation, and one baseline for all', () => {
    const content = lossContent(viewOf(2));
    expect(content.lines.map((line) => line.key)).toEqual(
      ['0', '1'].flatMap((i) => ['raw', 'training', 'validation'].map((kind) => `/runs/run${i} ${kind}`)),
    );
    expect(content.references).toEqual([{ value: 2, label: '6-gram, Kneser-Ney: 2.000', colour: '#111111' }]);
    expect(content.lines.filter((line) => line.silent).map((line) => line.key)).toEqual([
      '/runs/run0 raw',
      '/runs/run1 raw',
    ]);
  });

  it('draws each step once when nothing is smoothed', () => {
    const content = lossContent(viewOf(1, { smoothing: 0 }));
    expect(content.lines.map((line) => line.name)).toEqual(['Training', 'Validation']);
    expect(content.key.map((entry) => entry.label)).toEqual(['Training', 'Validation', 'Baseline']);
  });

  it('tells runs apart by colour, dash and shape, and a lone run its validation by colour', () => {
    const [alone] = [lossContent(viewOf(1)).lines.slice(1)];
    expect(alone.map((line) => line.look.colour)).toEqual(['#000001', '#000002']);
    const lines = lossContent(viewOf(2)).lines.filter((line) => line.name === 'Training');
    expect(lines[0].look.dash).not.toEqual(lines[1].look.dash);
    expect(lossContent(viewOf(2)).lines[5].look).toMatchObject({ colour: '#000002', shape: 'triangle' });
  });

  it('changes units of lines, baseline and table together', () => {
    const content = lossContent(viewOf(1, { unit: 'perplexity' }));
    expect(content.references[0].value).toBeCloseTo(Math.exp(2));
    expect(content.lines[2].transform?.(1.5)).toBeCloseTo(Math.exp(1.5));
    const table = content.table(100);
    expect(table.caption).toBe('Loss in perplexity, newest last. Baseline of run0: 7.389 (6-gram, Kneser-Ney).');
    expect(table.rows.map((row) => [row[0], row[1], row[5]])).toEqual([['run0', '100', '12.18'], ['run0', '300', '4.482']]); // prettier-ignore
  });

  it('puts evaluations where the horizontal axis has them', () => {
    for (const [horizontal, xs] of [['step', [100, 300]], ['time', [10, 30]], ['epoch', [1, 3]]] as const) {
      expect(lossContent(viewOf(1, { horizontal })).lines[2].xs).toEqual(xs);
    } // prettier-ignore
  });

  it('says its last values in words', () => {
    const words = describeChart('Loss', lossContent(viewOf(1, { smoothing: 0 })), 'step');
    expect(words).toBe(
      'Loss chart over steps, run0. Training: 0.0133. Validation: 1.500. 6-gram, Kneser-Ney: 2.000. A table with the values follows.',
    );
    expect(describeChart('Loss', lossContent(viewOf(0)), 'step')).toBe('Loss chart. Nothing measured yet.');
  });
});

describe('gradient chart', () => {
  it('draws total, layers of one run and the clip threshold', () => {
    const content = gradientContent(viewOf(1));
    expect(content.lines.map((line) => line.name)).toEqual(['Norm', 'Norm', 'embedding', 'output']);
    expect(content.references.map((one) => one.label)).toEqual(['Clip threshold 1.000']);
    expect(content.scale).toBe('logarithmic');
    expect(new Set(content.lines.slice(1).map((line) => line.look.colour)).size).toBe(3);
    expect(content.table(20).columns).toEqual(['Run', 'Step', 'Time', 'Epochs', 'All layers', 'embedding', 'output']);
  });

  it('draws no layers of several runs until one is chosen, and no threshold where nothing is clipped', () => {
    const view = viewOf(2);
    expect(gradientContent(view).lines.map((line) => line.name)).toEqual(['Norm', 'Norm', 'Norm', 'Norm']);
    view.layersOf = '/runs/run1';
    expect(gradientContent(view).lines.filter((line) => line.name === 'output').map((line) => line.run.name)).toEqual(['run1']); // prettier-ignore
    for (const { run } of view.runs) run.series.clip = 0;
    expect(gradientContent(view).references).toEqual([]);
  });
});

describe('small charts', () => {
  it('smooth the speed and never the rate', () => {
    expect(rateContent(viewOf(1)).lines).toHaveLength(1);
    expect(speedContent(viewOf(1)).lines).toHaveLength(2);
    const table = rateContent(viewOf(2)).table(40);
    expect(table.rows).toHaveLength(40);
    expect(table.caption).toContain('40 of 600 rows');
  });
});
