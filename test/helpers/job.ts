import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseRecipe } from '../../src/core/recipe';
import type { Recipe, RecipeInput } from '../../src/core/recipe/schema';
import { decodeEvents } from '../../src/core/runs/metrics-log';
import type { RunEvent, StepEvent } from '../../src/core/runs/events';
import { COMMAND, CONTROL, type CommandName, type TrainJob, type WorkerEvents } from '../../src/protocol/worker';
import { Backends } from '../../src/worker/backend';
import { Control } from '../../src/worker/control';
import type { JobContext } from '../../src/worker/job-context';
import { someText } from './temporary';

type Notifications = WorkerEvents['notifications'];
export type Heard = { [K in keyof Notifications]: { name: K; params: Notifications[K] } }[keyof Notifications];

/** A thread's surroundings without the thread: jobs run in the test, and what they say is kept. */
export class Bench {
  readonly heard: Heard[] = [];
  readonly backends = new Backends({ role: 'train', threads: 1, backend: 'kernels', moduleFolders: [] }, undefined);
  private readonly buffer = new SharedArrayBuffer(64);

  readonly context: JobContext = {
    setup: { version: '0.0.0', threads: 1, backend: 'kernels' },
    backends: this.backends,
    control: new Control(this.buffer),
    notify: (name, params) => {
      // As a message channel would, so that later changes of the record do not reach back.
      this.heard.push(structuredClone({ name, params }) as Heard);
    },
  };

  command(name: CommandName): void {
    Atomics.store(new Int32Array(this.buffer), CONTROL.command, COMMAND[name]);
  }

  /** Events that were sent. */
  events(): RunEvent[] {
    return this.heard.flatMap((each) => (each.name === 'events' ? each.params.events : []));
  }
}

/** A model that trains a step in a millisecond or two. */
export function tinyRecipe(more: RecipeInput = {}): Recipe {
  const { model, training, evaluation, ...rest } = more;
  return parseRecipe(
    {
      name: 'tiny',
      model: { hidden: 12, embedding: 8, ...model },
      training: { steps: 24, batch: 4, length: 16, ...training },
      evaluation: { every: 6, sampleLength: 12, baselineOrder: 3, ...evaluation },
      threads: 1,
      ...rest,
    },
    '',
  );
}

export function tinyJob(runsFolder: string, more: RecipeInput = {}): TrainJob {
  return { recipe: tinyRecipe(more), source: { kind: 'text', text: someText(2400), label: 'words.txt' }, runsFolder };
}

/** The log of a run. */
export function logOf(run: string): RunEvent[] {
  return decodeEvents(readFileSync(path.join(run, 'metrics.jsonl'), 'utf8'));
}

/** What of a log follows from recipe, text and step alone: no clock, no sittings. */
export function numbersOf(events: RunEvent[]): object[] {
  return events
    .filter(({ event }) => event === 'step' || event === 'evaluation' || event === 'sample')
    .map((event) => {
      const rest: Partial<StepEvent> = { ...(event as StepEvent) };
      delete rest.time;
      delete rest.tokensPerSecond;
      delete rest.secondsLeft;
      return rest;
    });
}
