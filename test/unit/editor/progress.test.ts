import { describe, expect, it, vi } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import type { RunEvent } from '../../../src/core/runs/events';
import { figures, headline } from '../../../src/editor/runs/figures';
import { isBetter } from '../../../src/editor/runs/measures';
import { advance, noProgress } from '../../../src/editor/runs/progress';
import { endStatus, jobStatus } from '../../../src/editor/train/status-text';
import { unitOf } from '../../../src/cli/words';
import type { Job } from '../../../src/editor/train/jobs';

vi.mock('vscode', () => ({
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)])) },
}));

const started = (task: string, kind: 'steps' | 'counts'): RunEvent => ({
  ...{ event: 'started', step: 0, time: 0, resumed: false, groups: [], clip: 0, parameters: 0, kind, task },
});
const at = { step: 1, time: 1 };
const step: RunEvent = {
  ...{ event: 'step', ...at, epoch: 1, loss: 0.5, gradientNorm: 1, groupNorms: [], clipRatio: 1, rate: 1 },
  ...{ tokensPerSecond: 100, progress: 0.5, secondsLeft: 65 },
};
const text = (...events: RunEvent[]) => {
  const progress = events.reduce(advance, noProgress());
  const job: Job = { label: 'a.tsv', paused: false, stopping: false, progress };
  return { text: jobStatus(job).text.replace(/^\$\(\S+\) /, ''), tooltip: jobStatus(job).tooltip };
};

describe('the status bar by task', () => {
  it('shows how far a model is that learns in one pass, and then its figure', () => {
    const counts = started('classification', 'counts');
    const progress: RunEvent = { event: 'progress', ...at, progress: 0.456, secondsLeft: 3 };
    expect(text(counts).text).toBe('Preparing a.tsv');
    expect(text(counts, progress).text).toBe('Fitting 45 % · 0:03 left');
    const measured: RunEvent = { event: 'evaluation', ...at, validationLoss: 2, accuracy: 0.789, best: true };
    expect(text(counts, progress, measured).text).toBe('78.9 % right · 0:03 left');
  });

  it('shows a classifier by the loss until it is measured, then by what it gets right', () => {
    const begun = [started('classification', 'steps'), step];
    expect(text(...begun).text).toBe('loss 0.50 · 1:05 left');
    const measured: RunEvent = { event: 'evaluation', ...at, validationLoss: 0.4, accuracy: 0.9, f1: 0.8, best: true };
    const shown = text(...begun, measured);
    expect(shown.text).toBe('90.0 % right · 1:05 left');
    expect(shown.tooltip).toContain('Held-out data: 90.0 % right, F1 0.80 (best 90.0 % right)');
  });

  it('shows several labels by F1, a series by its error, and nothing that is no number', () => {
    const evaluation = (measures: object): RunEvent => ({ event: 'evaluation', ...at, validationLoss: 1, best: true, ...measures }); // prettier-ignore
    expect(text(started('multi-label', 'steps'), step, evaluation({ f1: 0.613 })).text).toMatch(/^F1 0\.61/);
    expect(text(started('series', 'steps'), step, evaluation({ rmse: 2.3456 })).text).toMatch(/^RMSE 2\.35/);
    const others = ['classification', 'multi-label', 'series', 'language-model', 'label-to-sequence', 'contextual'];
    for (const task of others) {
      const { text: line, tooltip } = text(started(task, 'steps'), step, evaluation({}));
      expect(line + tooltip, task).not.toMatch(/NaN|undefined/);
    }
  });

  it('keeps the baseline that is hardest to beat in what people look at', () => {
    const baseline = (name: string, validationLoss: number, accuracy: number): RunEvent => ({
      ...{ event: 'baseline', ...at, seconds: 1, name, validationLoss, accuracy },
    });
    const events = [baseline('certain and wrong', 0.3, 0.6), baseline('doubtful and right', 0.9, 0.8)];
    expect(text(started('classification', 'steps'), ...events).tooltip).toContain('doubtful and right: 80.0 % right');
    expect(text(started('language-model', 'steps'), ...events).tooltip).toContain('certain and wrong: 0.30 nats');
  });

  it('counts words where each gets a vector, also in its sentence', () => {
    const events = [started('contextual', 'steps'), step];
    const progress = events.reduce(advance, noProgress());
    expect(progress.task).toBe('contextual');
    const speed = (task: 'contextual' | 'tagging') => {
      const record = {
        name: 'a',
        recipe: parseRecipe({ task, tokens: { unit: 'word' }, model: { characters: 'cnn' } }, ''),
      };
      const job = { label: 'a', paused: false, stopping: false, progress, record } as unknown as Job;
      return jobStatus(job).tooltip;
    };
    expect(speed('contextual')).toContain('100 words a second');
    expect(speed('tagging')).toContain('100 tokens a second');
    const recipe = parseRecipe({ task: 'contextual', tokens: { unit: 'word' }, model: { characters: 'cnn' } }, '');
    expect(unitOf({ recipe })).toEqual({ one: 'word', many: 'words' });
  });

  it('ends with the figure of the best model', () => {
    const recipe = parseRecipe({ task: 'series', source: { format: 'numbers' } }, '');
    const record = { recipe, best: { step: 3, validationLoss: 0.1, rmse: 4.321 } };
    const finished = { event: 'finished', ...at, reason: 'done', metrics: { validationLoss: 0.1 } } as const;
    const result = { run: '', finished, record } as unknown as NonNullable<Parameters<typeof endStatus>[0]['result']>;
    expect(endStatus({ label: 'a', result })).toMatchObject({ text: '$(check) RMSE 4.32', error: false });
  });
});

describe('figures', () => {
  it('are missing where they were not measured', () => {
    expect(headline('classification', { validationLoss: 1 })).toBeUndefined();
    expect(headline('series', undefined)).toBeUndefined();
    expect(figures('classification', { validationLoss: 1 })).toBe('validation loss 1.000');
    expect(figures('multi-label', { validationLoss: 1, f1: 0.5 })).toBe('F1 0.50, validation loss 1.000');
    expect(figures('language-model', { validationLoss: 1.6 })).toBe('validation loss 1.600 nats');
  });

  it('are better up or down, by task', () => {
    expect(isBetter('classification', { accuracy: 0.8 }, { accuracy: 0.7 })).toBe(true);
    expect(isBetter('series', { rmse: 0.8 }, { rmse: 0.7 })).toBe(false);
    expect(isBetter('series', { rmse: 0.8 }, undefined)).toBe(true);
    expect(isBetter('series', {}, { rmse: 1 })).toBe(false);
  });
});
