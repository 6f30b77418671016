import * as tf from '@tensorflow/tfjs-core';
import { mixLine } from '../../models/contextual/scalar-mix';
import type { SequenceClassifier } from '../../models/sequence-classifier';
import { scoped } from '../../ops/scope';
import { sigmoidCrossEntropy } from '../../ops/sigmoid-cross-entropy';
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy';
import type { Random } from '../../random';
import type { Recipe } from '../../recipe/schema';
import { lengthGroups } from '../../text/length-groups';
import { batchOf, lengthsOf, onlyOne, type Sequences } from '../../text/sequence-batch';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';
import { classificationFigures, multiLabelFigures } from '../metrics';
import { balancedWeights } from './labels';

/** Examples with the places of their labels; exactly one each unless there may be several. */
export interface LabelledSequences {
  sequences: Sequences;
  labels: Int32Array[];
}

export interface ClassificationData {
  train: LabelledSequences;
  validation: LabelledSequences;
  /** All labels. */
  labels: string[];
  /** Whether an example may have several labels, or none. */
  multiple: boolean;
  /** Text of some tokens, for people. */
  decode(ids: Int32Array): string;
  /** Text of a held-out example, for people. */
  show(index: number): string;
}

/** Steps · sequences that are measured in one slice, at most. */
const SLICE = 4096;
/** The same where a biLM reads them, too: that takes most of the time. */
const SLICE_IN_CONTEXT = 256;
/** Held-out examples that a sample shows. */
const SHOWN = 5;
/** A label is given when its probability is at least so much. */
export const THRESHOLD = 0.5;

/** Learning one label, or several, of whole sequences. */
export class ClassificationTask implements ExampleTask {
  readonly lengths: Int32Array;
  private readonly classWeights?: Float32Array;

  constructor(
    private readonly recipe: Recipe,
    readonly model: SequenceClassifier & { dispose(): void },
    private readonly data: ClassificationData,
  ) {
    this.lengths = lengthsOf(data.train.sequences);
    if (recipe.training.classWeights === 'balanced') {
      this.classWeights = balancedWeights(data.train.labels, data.labels.length);
    }
  }

  get hasValidation(): boolean {
    return this.data.validation.labels.length > 0;
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    const { sequences, labels } = this.data.train;
    const logits = this.model.logits(batchOf(sequences, indices), random);
    const chosen = Array.from(indices, (index) => labels[index]);
    return this.lossOf(logits, chosen, this.recipe.training.labelSmoothing);
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    const { validation, labels, multiple } = this.data;
    const { sequences } = validation;
    const probabilities: Float32Array[] = [];
    let loss = 0;
    const slice = sequences.kind === 'ids' && sequences.contexts ? SLICE_IN_CONTEXT : SLICE;
    for (const indices of lengthGroups(lengthsOf(sequences), slice)) {
      scoped(() => {
        const logits = this.model.logits(batchOf(sequences, indices));
        const chosen = indices.map((index) => validation.labels[index]);
        loss += this.lossOf(logits, chosen, 0).dataSync()[0] * indices.length;
        const shares = rowsOf(multiple ? tf.sigmoid(logits) : tf.softmax(logits));
        indices.forEach((index, k) => (probabilities[index] = shares[k]));
      });
      yield;
    }
    const tokens = validation.labels.length;
    const figures = multiple
      ? multiLabelFigures(
          validation.labels,
          probabilities.map((row) => chosenLabels(row)),
          labels,
        )
      : classificationFigures(
          validation.labels.map(([label]) => label),
          probabilities.map(largest),
          labels,
        );
    return { loss: loss / tokens, tokens, ...figures, mix: this.model.mixture?.() };
  }

  /** Some held-out examples with what the model says of them, and how it mixes the layers of a biLM. */
  *sampleInSlices(step: number): Generator<string, void> {
    const mix = this.model.mixture?.();
    const { validation, labels, multiple } = this.data;
    const count = validation.labels.length;
    for (let k = 0; k < Math.min(SHOWN, count); k++) {
      const index = (step * SHOWN + k) % count;
      const [shares] = predictAll(this.model, onlyOne(validation.sequences, index), multiple);
      const said = multiple ? chosenLabels(shares) : Int32Array.of(largest(shares));
      const names = Array.from(said, (id) => `${labels[id]} ${Math.round(shares[id] * 100)} %`).join(', ') || 'none';
      const right = validation.labels[index].join() === said.join();
      yield `${right ? '✓' : '✗'} ${names}: ${this.data.show(index)}\n`;
    }
    if (mix) yield mixLine(mix);
  }

  dispose(): void {
    this.model.dispose();
  }

  private lossOf(logits: tf.Tensor2D, labels: Int32Array[], smoothing: number): tf.Scalar {
    const rows = tf.ones<tf.Rank.R1>([labels.length]);
    if (this.data.multiple) return sigmoidCrossEntropy(logits, manyHot(labels, this.data.labels.length), rows);
    const ids = tf.tensor1d(
      labels.map(([label]) => label),
      'int32',
    );
    const classWeights = this.classWeights && tf.tensor1d(this.classWeights);
    return softmaxCrossEntropy(logits, ids, rows, { smoothing, classWeights });
  }
}

/** Probabilities of the classes for each sequence. */
export function predictAll(model: SequenceClassifier, sequences: Sequences, multiple: boolean): Float32Array[] {
  const answers: Float32Array[] = [];
  for (const indices of lengthGroups(lengthsOf(sequences), SLICE)) {
    const rows = scoped(() => {
      const logits = model.logits(batchOf(sequences, indices));
      return rowsOf(multiple ? tf.sigmoid(logits) : tf.softmax(logits));
    });
    indices.forEach((index, k) => (answers[index] = rows[k]));
  }
  return answers;
}

function rowsOf(values: tf.Tensor2D): Float32Array[] {
  const [rows, width] = values.shape;
  const data = values.dataSync<'float32'>();
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
}

function manyHot(labels: Int32Array[], classes: number): tf.Tensor2D {
  const values = new Float32Array(labels.length * classes);
  labels.forEach((each, row) => each.forEach((label) => (values[row * classes + label] = 1)));
  return tf.tensor2d(values, [labels.length, classes]);
}

function chosenLabels(shares: Float32Array): Int32Array {
  return Int32Array.from(shares.keys()).filter((label) => shares[label] >= THRESHOLD);
}

/** Place of the greatest number. */
export function largest(shares: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < shares.length; k++) if (shares[k] > shares[best]) best = k;
  return best;
}
