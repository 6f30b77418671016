import type * as tf from '@tensorflow/tfjs-core';
import type { NeuralLanguageModel } from '../../models/neural-language-model';
import { Random } from '../../random';
import type { Recipe } from '../../recipe/schema';
import type { Tokenizer } from '../../text/tokenizer';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';
import { enclosedLoss, evaluateEnclosed, scoreEnclosed, writeEnclosed, type NextTokenScores } from './enclosed-texts';

/** Texts that stand by themselves, as ids between <bos> and <eos>. */
export interface SentenceData {
  train: Int32Array[];
  validation: Int32Array[];
  tokenizer: Tokenizer;
}

/** Texts that a sample shows. */
const SHOWN = 4;

/** A language model of texts that know nothing of one another: each begins with <bos> and a state of zeros. */
export class SentenceTask implements ExampleTask {
  readonly lengths: Int32Array;

  constructor(
    private readonly recipe: Recipe,
    readonly model: NeuralLanguageModel,
    private readonly data: SentenceData,
  ) {
    this.lengths = Int32Array.from(data.train, (ids) => ids.length);
  }

  get hasValidation(): boolean {
    return this.data.validation.length > 0;
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    return enclosedLoss(scoresOf(this.model, this.data.train, indices, random), this.recipe.training.labelSmoothing);
  }

  evaluateInSlices(): Generator<void, Evaluation> {
    return evaluateSentences(this.model, this.data.validation);
  }

  *sampleInSlices(step: number): Generator<string, void> {
    const { tokenizer } = this.data;
    const { sampleLength, temperature } = this.recipe.evaluation;
    if (sampleLength === 0) return;
    const random = new Random(this.recipe.seed ^ Math.imul(step, 0x9e3779b1));
    const start = Int32Array.of(tokenizer.special.begin ?? 0);
    for (let k = 0; k < SHOWN; k++) {
      const length = Math.ceil(sampleLength / SHOWN);
      yield* writeEnclosed(this.model, start, tokenizer, { length, temperature, random });
      yield '\n';
    }
  }

  dispose(): void {
    this.model.dispose();
  }
}

/** Figures of a model on texts between <bos> and <eos>, a slice at each `next()`. */
export function evaluateSentences(model: NeuralLanguageModel, items: Int32Array[]): Generator<void, Evaluation> {
  return evaluateEnclosed(items.length, (indices) => scoresOf(model, items, indices));
}

function scoresOf(
  model: NeuralLanguageModel,
  items: Int32Array[],
  indices: Int32Array,
  random?: Random,
): NextTokenScores {
  return scoreEnclosed(
    items,
    indices,
    (inputs) => model.forward(inputs, model.zeroState(indices.length), { training: random && { random } }).logits,
  );
}
