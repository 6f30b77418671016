import type * as tf from '@tensorflow/tfjs-core';
import type { LabelToSequenceModel } from '../../models/label-to-sequence';
import { Random } from '../../random';
import type { Recipe } from '../../recipe/schema';
import type { Tokenizer } from '../../text/tokenizer';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';
import { enclosedLoss, evaluateEnclosed, scoreEnclosed, writeEnclosed, type NextTokenScores } from './enclosed-texts';

/** Texts as ids between <bos> and <eos>, each with one label. */
export interface LabelledTexts {
  ids: Int32Array[];
  labels: number[];
}

export interface LabelToSequenceData {
  train: LabelledTexts;
  validation: LabelledTexts;
  labels: string[];
  tokenizer: Tokenizer;
}

/** Labels that a sample shows one text of. */
const SHOWN = 4;
/** The model of a label has read <bos>. */
const NOTHING = new Int32Array(0);

/** Learning to write a sequence from its label. */
export class LabelToSequenceTask implements ExampleTask {
  readonly lengths: Int32Array;

  constructor(
    private readonly recipe: Recipe,
    readonly model: LabelToSequenceModel,
    private readonly data: LabelToSequenceData,
  ) {
    this.lengths = Int32Array.from(data.train.ids, (ids) => ids.length);
  }

  get hasValidation(): boolean {
    return this.data.validation.ids.length > 0;
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    return enclosedLoss(this.read(this.data.train, indices, random), this.recipe.training.labelSmoothing);
  }

  evaluateInSlices(): Generator<void, Evaluation> {
    const { validation } = this.data;
    return evaluateEnclosed(validation.ids.length, (indices) => this.read(validation, indices));
  }

  /** A text for some of the labels. */
  *sampleInSlices(step: number): Generator<string, void> {
    const { labels, tokenizer } = this.data;
    const { sampleLength, temperature } = this.recipe.evaluation;
    if (sampleLength === 0) return;
    const random = new Random(this.recipe.seed ^ Math.imul(step, 0x9e3779b1));
    for (let k = 0; k < Math.min(SHOWN, labels.length); k++) {
      const label = (step + k) % labels.length;
      yield `${labels[label]}: `;
      yield* writeEnclosed(this.model.of(label), NOTHING, tokenizer, { length: sampleLength, temperature, random });
      yield '\n';
    }
  }

  dispose(): void {
    this.model.dispose();
  }

  private read({ ids, labels }: LabelledTexts, indices: Int32Array, random?: Random): NextTokenScores {
    return scoreEnclosed(ids, indices, (inputs) => {
      const state = this.model.stateOf(Array.from(indices, (index) => labels[index]));
      return this.model.forward(inputs, state, { training: random && { random } }).logits;
    });
  }
}
