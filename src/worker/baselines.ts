import { UserError } from '../core/errors';
import type { Counter, Evaluation } from '../core/training/learner';

export interface BaselineResult {
  name: string;
  /** Undefined when it could not be fitted; `fault` then says why in a sentence. */
  evaluation: Evaluation | undefined;
  fault?: string;
  /** Sentences about what was fitted. */
  warnings: string[];
  /** Counts or weights that it keeps. */
  parameters: number;
  /** Seconds that counting and measuring took. */
  seconds: number;
}

/** Fits and measures the baselines one after the other, a few milliseconds at each `work`, beside a model that trains. */
export class BaselineWork {
  private readonly waiting: Counter[];
  private current: { counter: Counter; steps: Generator<unknown, Evaluation>; seconds: number } | undefined;

  constructor(baselines: readonly Counter[]) {
    this.waiting = [...baselines];
  }

  /** Whether nothing is left to do. */
  get done(): boolean {
    return this.waiting.length === 0 && this.current === undefined;
  }

  /** Works for about so many milliseconds, or until a baseline is ready, which is the answer. */
  work(milliseconds: number): BaselineResult | undefined {
    this.current ??= this.next();
    const { current } = this;
    if (!current) return undefined;
    const from = performance.now();
    const ended = (evaluation: Evaluation | undefined, fault?: string): BaselineResult => {
      this.current = undefined;
      const { counter } = current;
      const { name, parameterCount: parameters, warnings = [] } = counter;
      counter.dispose();
      const seconds = current.seconds + (performance.now() - from) / 1000;
      return { name, evaluation, fault, warnings, parameters, seconds };
    };
    try {
      do {
        const { done, value } = current.steps.next();
        if (done) return ended(value);
      } while (performance.now() - from < milliseconds);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return ended(undefined, error.message);
    }
    current.seconds += (performance.now() - from) / 1000;
    return undefined;
  }

  private next(): BaselineWork['current'] {
    const counter = this.waiting.shift();
    return counter && { counter, steps: fitAndMeasure(counter), seconds: 0 };
  }
}

function* fitAndMeasure(counter: Counter): Generator<unknown, Evaluation> {
  yield* counter.fitInSlices();
  return yield* counter.evaluateInSlices();
}
