import { UserError } from '../core/errors';
import { NgramModel } from '../core/models/ngram';
import type { Recipe } from '../core/recipe/schema';

/** More training tokens than this are not counted: the baseline must be ready in seconds. */
export const MAX_COUNTED = 5_000_000;

export interface BaselineResult {
  name: string;
  /** Mean over held-out tokens, nats; undefined when it could not be counted. */
  loss: number | undefined;
  /** Seconds that counting and measuring took. */
  seconds: number;
  /** One sentence for each thing that a person should know. */
  warnings: string[];
}

/** Counts and measures the n-gram baseline, a few milliseconds at each `work`, beside a model that trains. */
export class BaselineWork {
  private readonly steps: Generator<number, { name: string; loss: number }>;
  private readonly warnings: string[] = [];
  private seconds = 0;

  constructor(recipe: Recipe, train: Int32Array, validation: Int32Array, vocabulary: number) {
    const counted = train.subarray(0, MAX_COUNTED);
    if (counted.length < train.length) {
      this.warnings.push(
        `The n-gram baseline counts the first ${MAX_COUNTED.toLocaleString('en-US')} of ${train.length.toLocaleString('en-US')} training characters.`,
      );
    }
    this.steps = countAndMeasure(counted, validation, { order: recipe.evaluation.baselineOrder, vocabulary });
  }

  /** Works for about so many milliseconds; the result when it is done. */
  work(milliseconds: number): BaselineResult | undefined {
    const from = performance.now();
    try {
      for (;;) {
        const { done, value } = this.steps.next();
        if (done) return this.result(value, from);
        if (performance.now() - from >= milliseconds) break;
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.warnings.push(error.message);
      return this.result({ name: '', loss: undefined }, from);
    }
    this.seconds += (performance.now() - from) / 1000;
    return undefined;
  }

  private result({ name, loss }: { name: string; loss: number | undefined }, from: number): BaselineResult {
    this.seconds += (performance.now() - from) / 1000;
    return { name, loss, seconds: this.seconds, warnings: this.warnings };
  }
}

function* countAndMeasure(
  train: Int32Array,
  validation: Int32Array,
  options: { order: number; vocabulary: number },
): Generator<number, { name: string; loss: number }> {
  const model = yield* NgramModel.trainInSlices(train, options);
  const { loss } = yield* model.evaluateInSlices(validation);
  return { name: model.name, loss };
}
