import { recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import type { EvaluationEvent, RunEvent, SampleEvent, StartedEvent, StepEvent } from '../../../src/core/runs/events';
import type { RunRecord } from '../../../src/core/runs/record';
import type { DashboardRun } from '../../../src/protocol/dashboard';
import { RunSeries } from '../../../webview/dashboard/series';
import type { Run } from '../../../webview/dashboard/state';

/** Small makers of events and runs for the tests of the page's pure parts. */
export function started(step = 0, resumed = false): StartedEvent {
  return { event: 'started', step, time: step / 10, resumed, groups: ['embedding', 'output'], clip: 1, parameters: 10 };
}

export function step(at: number, loss = 4 / (1 + at)): StepEvent {
  return {
    event: 'step',
    step: at,
    time: at / 10,
    epoch: at / 100,
    loss,
    gradientNorm: 2,
    groupNorms: [1, 1.5],
    clipRatio: 0.5,
    rate: 1e-3,
    tokensPerSecond: 60_000,
    progress: at / 1000,
    secondsLeft: 100 - at / 10,
  };
}

export function evaluation(at: number, validationLoss: number): EvaluationEvent {
  return {
    event: 'evaluation',
    step: at,
    time: at / 10,
    validationLoss,
    perplexity: Math.exp(validationLoss),
    best: true,
  };
}

export function sample(at: number, text = `text ${at}`): SampleEvent {
  return { event: 'sample', step: at, time: at / 10, text, temperature: 0.8 };
}

export const baseline: RunEvent = {
  event: 'baseline',
  step: 5,
  time: 0.5,
  name: '6-gram, Kneser-Ney',
  validationLoss: 2,
  perplexity: Math.exp(2),
  seconds: 1,
};

export function steps(from: number, to: number): StepEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => step(from + i));
}

export function record(id: string, change: Partial<RunRecord> = {}, recipe: RecipeInput = {}): RunRecord {
  return {
    schemaVersion: 1,
    id,
    name: id,
    status: 'running',
    created: '2026-01-02T03:04:05.000Z',
    updated: '2026-01-02T03:04:05.000Z',
    recipe: recipeSchema.parse(recipe),
    source: { label: 'text.txt', bytes: 1, sha256: '' },
    environment: { version: '0', backend: 'cpu', threads: 1, node: '20', platform: 'linux' },
    step: 0,
    time: 0,
    ...change,
  };
}

export function hostRun(id: string, events: RunEvent[], change: Partial<RunRecord> = {}, live = true): DashboardRun {
  return { folder: `/runs/${id}`, record: record(id, { step: 10, ...change }), events, live };
}

export function pageRun(id: string, events: RunEvent[], change: Partial<RunRecord> = {}, live = true): Run {
  const series = new RunSeries();
  for (const event of events) series.apply(event);
  return { folder: `/runs/${id}`, record: record(id, change), live, series, history: 'loaded', waiting: [] };
}
