import * as tf from '@tensorflow/tfjs-core';
import { argmax } from '../../generation/distribution';
import { sampleTokens } from '../../generation/sample';
import type { LabelToSequenceModel } from '../../models/label-to-sequence';
import { scoped } from '../../ops/scope';
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy';
import { Random } from '../../random';
import type { Recipe } from '../../recipe/schema';
import { batchOf, type SequenceBatch } from '../../text/sequence-batch';
import type { Tokenizer } from '../../text/tokenizer';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';

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

/** Held-out sequences that are measured in one slice. */
const SLICE = 64;
/** Labels that a sample shows one text of. */
const SHOWN = 4;

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
    const { logits, targets, weights } = this.read(this.data.train, indices, random);
    const { labelSmoothing } = this.recipe.training;
    return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.tensor1d(weights), {
      smoothing: labelSmoothing,
    });
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    const { validation } = this.data;
    let [loss, right, tokens] = [0, 0, 0];
    for (let from = 0; from < validation.ids.length; from += SLICE) {
      const indices = Int32Array.from(validation.ids.slice(from, from + SLICE).keys(), (k) => from + k);
      scoped(() => {
        const { logits, targets, weights } = this.read(validation, indices);
        const count = weights.reduce((sum, weight) => sum + weight, 0);
        const mean = softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.tensor1d(weights));
        loss += mean.dataSync()[0] * count;
        tokens += count;
        const scores = logits.dataSync<'float32'>();
        const [, classes] = logits.shape;
        weights.forEach((weight, row) => {
          if (weight > 0 && argmax(scores, row * classes, classes) === targets[row]) right++;
        });
      });
      yield;
    }
    return { loss: loss / tokens, accuracy: right / tokens, tokens };
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
      yield* writeSequence(this.model, label, tokenizer, { length: sampleLength, temperature, random });
      yield '\n';
    }
  }

  dispose(): void {
    this.model.dispose();
  }

  /** Scores of the next token at every step of a batch; a weight of 0 marks padding. */
  private read(texts: LabelledTexts, indices: Int32Array, random?: Random) {
    const batch = batchOf({ kind: 'ids', items: texts.ids }, indices);
    const { inputs, targets, weights } = shifted(batch);
    const state = this.model.stateOf(Array.from(indices, (index) => texts.labels[index]));
    const { logits } = this.model.forward(tf.tensor1d(inputs, 'int32'), state, {
      training: random && { random },
    });
    return { logits, targets, weights };
  }
}

/** Writes a text up to <eos>, piece by piece. */
export function* writeSequence(
  model: LabelToSequenceModel,
  label: number,
  tokenizer: Tokenizer,
  options: { length: number; temperature: number; random: Random },
): Generator<string, void> {
  const { end, begin, pad, unknown } = tokenizer.special;
  const forbidden = [begin, pad, unknown].filter((id) => id !== undefined);
  const ids: number[] = [];
  let told = 0;
  for (const { id } of sampleTokens(model.of(label), new Int32Array(0), { ...options, forbidden })) {
    if (id === end) return;
    ids.push(id);
    const text = tokenizer.decode(ids);
    yield text.slice(told);
    told = text.length;
  }
}

/** Inputs (all but the last token), targets (all but the first) and 1 where there is a target: each [(T − 1)·B]. */
function shifted({ ids, time, batch, lengths }: SequenceBatch) {
  const all = ids ?? new Int32Array(time * batch);
  const weights = new Float32Array((time - 1) * batch);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length - 1; t++) weights[t * batch + b] = 1;
  });
  return { inputs: all.slice(0, (time - 1) * batch), targets: all.slice(batch), weights };
}
