import { recipeSchema, type RecipeInput } from '../../src/core/recipe/schema';
import type { RunEvent, StepEvent } from '../../src/core/runs/events';
import type { RunRecord } from '../../src/core/runs/record';
import type { DashboardRun } from '../../src/protocol/dashboard';

/** Small deterministic noise, so that pictures repeat. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

export interface RunPlan {
  id: string;
  name: string;
  recipe?: RecipeInput;
  steps: number;
  /** Steps after which the budget ends. */
  budget?: number;
  /** Loss that the run tends to. */
  floor?: number;
  live?: boolean;
  status?: RunRecord['status'];
  created?: string;
  seed?: number;
  evaluations?: number;
}

const GROUPS = ['embedding', 'rnn.0', 'output'];
export const BASELINE = {
  name: '6-gram, Kneser-Ney',
  validationLoss: 1.834,
  perplexity: Math.exp(1.834),
  bitsPerCharacter: 1.834 * Math.LOG2E,
};

/** A record as the worker would have written it at the end of `plan`. */
export function recordOf(plan: RunPlan): RunRecord {
  const events = eventsOf(plan);
  const best = events.filter((event) => event.event === 'evaluation').at(-1);
  const created = plan.created ?? '2026-11-22T15:30:12.000Z';
  return {
    schemaVersion: 1,
    id: plan.id,
    name: plan.name,
    status: plan.status ?? (plan.live ? 'running' : 'done'),
    created,
    updated: created,
    recipe: recipeSchema.parse({ name: 'character-lstm', ...plan.recipe }),
    source: { label: 'the-lighthouse.txt', bytes: 81_204, sha256: '0'.repeat(64) },
    environment: { version: '0.1.0', backend: 'kernels', threads: 2, node: '20.20.2', platform: 'linux-x64' },
    parameters: 214_336,
    best: best && { step: best.step, validationLoss: best.validationLoss, perplexity: best.perplexity },
    baseline: BASELINE,
    step: plan.steps,
    time: plan.steps * 0.031,
  };
}

/** Everything that such a run would have said, from its start to `plan.steps`. */
export function eventsOf(plan: RunPlan): RunEvent[] {
  const random = noise(plan.seed ?? 7);
  const budget = plan.budget ?? plan.steps;
  const every = Math.max(1, Math.round(budget / (plan.evaluations ?? 40)));
  const events: RunEvent[] = [
    { event: 'started', step: 0, time: 0, resumed: false, groups: GROUPS, clip: 1, parameters: 214_336 },
  ];
  for (let step = 1; step <= plan.steps; step++) {
    const event = stepOf(step, budget, plan.floor ?? 1.42, random);
    events.push(event);
    if (step === Math.min(60, plan.steps))
      events.push({ event: 'baseline', step, time: event.time, seconds: 1.2, ...BASELINE });
    if (step % every === 0 || step === plan.steps) events.push(...measure(event, plan.floor ?? 1.42, budget, random));
  }
  if (!plan.live) {
    const { time } = events.at(-1) ?? { time: 0 };
    events.push({ event: 'finished', step: plan.steps, time, reason: 'done', metrics: {} });
  }
  return events;
}

function stepOf(step: number, budget: number, floor: number, random: () => number): StepEvent {
  const progress = step / budget;
  const loss = floor + 2.75 * Math.exp(-step / (budget * 0.055)) + 0.32 * Math.exp(-progress * 3.2) + random() * 0.11;
  const spike = step % 911 === 700 ? 5 : 1;
  const norm = (0.42 + 1.9 * Math.exp(-step / (budget * 0.03)) + random() * 0.24) * spike;
  return {
    event: 'step',
    step,
    time: step * 0.031,
    epoch: step * 0.0282,
    loss,
    gradientNorm: norm,
    groupNorms: [norm * (0.16 + random() * 0.05), norm * (0.83 + random() * 0.1), norm * (0.52 + random() * 0.1)],
    clipRatio: Math.min(1, 1 / norm),
    rate: 4e-3 * (progress < 0.02 ? progress / 0.02 : 0.5 * (1 + Math.cos((Math.PI * (progress - 0.02)) / 0.98))),
    tokensPerSecond: 66_000 + random() * 5_000 - (step % 140 < 4 ? 21_000 : 0),
    progress,
    secondsLeft: (budget - step) * 0.031,
  };
}

const phrases = [
  'the lamp the sea the the night and the he sand',
  'KEEPER. The lamp has burned the long of the night,\nAnd still the water does not know my name.',
  'MARA. I heard the bell beneath the harbour wall,\nIt rang for those who had not yet come home.\n\nKEEPER. Then light the lamp, and let it ring again.',
];

function measure(at: StepEvent, floor: number, budget: number, random: () => number): RunEvent[] {
  const { step, time } = at;
  const over = Math.max(0, at.progress - 0.75) * 0.35;
  const validationLoss =
    floor + 0.14 + 2.7 * Math.exp(-step / (budget * 0.06)) + 0.3 * Math.exp(-at.progress * 3) + over + random() * 0.025;
  const sample = phrases[Math.min(2, Math.floor(at.progress * 6))];
  return [
    {
      event: 'evaluation', step, time, validationLoss, perplexity: Math.exp(validationLoss),
      bitsPerCharacter: validationLoss * Math.LOG2E, accuracy: 0.5, best: true,
    },
    { event: 'sample', step, time, temperature: 0.8, text: `${sample}\n(${step})` },
  ]; // prettier-ignore
}

export function folderOf(plan: RunPlan): string {
  return `/workspace/.sequence-lab/runs/${plan.id}`;
}

export function dashboardRun(plan: RunPlan, withEvents = true): DashboardRun {
  return {
    folder: folderOf(plan),
    record: recordOf(plan),
    events: withEvents ? eventsOf(plan) : [],
    live: plan.live ?? false,
  };
}
