import { recipeSchema, type RecipeInput } from '../../src/core/recipe/schema';
import type { BaselineEvent, EvaluationEvent, Measures, RunEvent } from '../../src/core/runs/events';
import type { RunRecord } from '../../src/core/runs/record';
import type { DashboardRun } from '../../src/protocol/dashboard';
import { eventsOf, recordOf, type RunPlan } from './fixtures';

const figures = (label: string, precision: number, recall: number, count: number) => ({
  ...{ label, precision, recall, count },
  f1: (2 * precision * recall) / (precision + recall),
});
const classes = [figures('negative', 0.89, 0.86, 310), figures('positive', 0.86, 0.88, 290)];
const confusion = [
  [267, 43],
  [35, 255],
];
const baselines: (Measures & { name: string; parameters: number; seconds: number })[] = [
  { name: 'naive Bayes, words', validationLoss: 0.52, accuracy: 0.789, f1: 0.788, parameters: 20_412, seconds: 0.03 },
  { name: 'logistic regression, 2-grams', validationLoss: 0.47, accuracy: 0.771, f1: 0.77, parameters: 41_207, seconds: 0.31 }, // prettier-ignore
  { name: 'most frequent class', validationLoss: 0.693, accuracy: 0.517, f1: 0.341, parameters: 2, seconds: 0.01 },
];
const told = (all: typeof baselines): BaselineEvent[] =>
  all.map((one) => ({ event: 'baseline', step: 1, time: 0.5, ...one }));

function run(plan: RunPlan, recipe: RecipeInput, change: Partial<RunRecord>, events: RunEvent[]): DashboardRun {
  const record: RunRecord = {
    ...recordOf(plan),
    recipe: recipeSchema.parse({ name: plan.name, ...recipe }),
    source: { label: 'opinions.tsv', bytes: 81_204, sha256: '1'.repeat(64) },
    ...change,
  };
  return { folder: `/workspace/.sequence-lab/runs/${plan.id}`, record, events, live: false };
}

/** A classifier that learns in steps, with its baselines, accuracy, F1 and classes. */
export function classifierRun(): DashboardRun {
  const plan: RunPlan = { id: 'run-classifier', name: 'sentiment · opinions', steps: 500, evaluations: 12 };
  const events = eventsOf(plan).flatMap((event): RunEvent[] => {
    if (event.event === 'baseline') return told(baselines);
    if (event.event === 'started') return [{ ...event, kind: 'steps', task: 'classification' }];
    if (event.event === 'step') return [{ ...event, loss: event.loss * 0.17 }];
    if (event.event === 'sample')
      return [
        { ...event, text: '✓ negative 98 %: the cast was not fresh\n✗ positive 61 %: that show was quite dull\n' },
      ];
    if (event.event !== 'evaluation') return [event];
    const accuracy = 0.87 - 0.35 * Math.exp(-event.step / 90);
    const { step, time, best, validationLoss } = event;
    return [{ event: 'evaluation', step, time, best, validationLoss: validationLoss * 0.18, accuracy, f1: accuracy - 0.003, classes, confusion }]; // prettier-ignore
  });
  const last = events.findLast((event): event is EvaluationEvent => event.event === 'evaluation');
  const best = last && { step: last.step, validationLoss: last.validationLoss, accuracy: last.accuracy, f1: last.f1 };
  const recipe: RecipeInput = { task: 'classification', tokens: { unit: 'word' }, model: { cell: 'gru' } };
  return run(plan, recipe, { best, baseline: baselines[1], baselines }, events);
}

/** A classifier that only counts: no steps, one evaluation. */
export function counterRun(): DashboardRun {
  const plan: RunPlan = { id: 'run-counter', name: 'naive-bayes · opinions', steps: 1, created: '2026-11-22T15:00:00.000Z' }; // prettier-ignore
  const measured = { validationLoss: 0.52, accuracy: 0.789, f1: 0.788 };
  const at = { step: 1, time: 0.04 };
  const events: RunEvent[] = [
    { event: 'started', step: 0, time: 0, resumed: false, groups: [], clip: 0, parameters: 20_412, kind: 'counts', task: 'classification' }, // prettier-ignore
    { event: 'evaluation', ...at, ...measured, best: true, classes, confusion },
    { event: 'sample', ...at, text: '✓ negative 98 %: the cast was not fresh\n', temperature: 0.8 },
    ...told(baselines.slice(1)),
    { event: 'finished', ...at, reason: 'done', metrics: measured },
  ];
  const recipe: RecipeInput = { task: 'classification', tokens: { unit: 'word' }, model: { kind: 'naive-bayes' } };
  const change = { parameters: 20_412, best: { step: 1, ...measured }, baseline: baselines[1], baselines: baselines.slice(1), time: 0.04 }; // prettier-ignore
  return run(plan, recipe, change, events);
}

/** A series: squared errors, and RMSE in its own units. */
export function seriesRun(): DashboardRun {
  const plan: RunPlan = { id: 'run-series', name: 'load · load.csv', steps: 400, created: '2026-11-22T14:00:00.000Z' };
  const last = { name: 'last value', validationLoss: 0.21, rmse: 4.1, parameters: 0, seconds: 0.01 };
  const events = eventsOf(plan).flatMap((event): RunEvent[] => {
    if (event.event === 'baseline') return [{ event: 'baseline', step: 1, time: 0.1, ...last }];
    if (event.event === 'started') return [{ ...event, kind: 'steps', task: 'series' }];
    if (event.event === 'sample') return [{ ...event, text: 'load 47.2 (expected 46.9), temperature 9.1 (expected 9.3)\n' }]; // prettier-ignore
    if (event.event !== 'evaluation') return [event];
    const { step, time, best, validationLoss } = event;
    return [{ event: 'evaluation', step, time, best, validationLoss: validationLoss / 10, rmse: validationLoss * 1.5 }];
  });
  const final = events.findLast((event): event is EvaluationEvent => event.event === 'evaluation');
  const best = final && { step: final.step, validationLoss: final.validationLoss, rmse: final.rmse };
  const recipe: RecipeInput = { task: 'series', source: { format: 'numbers' }, model: { hidden: 64 } };
  return run(plan, recipe, { best, baseline: last, baselines: [last], source: { label: 'load.csv', bytes: 1, sha256: '2'.repeat(64) } }, events); // prettier-ignore
}
