import * as tf from '@tensorflow/tfjs-core';
import type { RecurrentClassifier } from '../../models/recurrent-classifier';
import type { SeriesModel } from '../../models/series-model';
import { scoped } from '../../ops/scope';
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy';
import type { Random } from '../../random';
import { addingBatch, COPIED, copyBatch, copySteps, SYMBOLS, type CopyBatch, type Part } from '../../text/synthetic';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';

/** Held-out examples. */
export const HELD_OUT = 1000;
/** Steps · sequences that are measured in one slice, at most. */
const SLICE = 8192;
/** Held-out examples that a sample shows. */
const SHOWN = 5;
/** An answer to the adding problem that is less far off is right (Hochreiter and Schmidhuber, 1997). */
export const TOLERANCE = 0.04;

/** Where examples come from. */
export interface Origin {
  seed: number;
  /** `training.length` of the recipe. */
  length: number;
}

/** Sums over some held-out examples. */
interface Measured {
  loss: number;
  /** Targets that the loss is of, those that are counted as right or wrong, and the right ones. */
  targets: number;
  counted: number;
  right: number;
}

/** Learning a problem whose examples are made when they are needed. */
abstract class GeneratedTask implements ExampleTask {
  abstract readonly model: ExampleTask['model'] & { dispose(): void };
  readonly hasValidation = true;

  /** @param lengths steps of each sequence */
  constructor(
    protected readonly origin: Origin,
    readonly lengths: number,
  ) {}

  abstract loss(numbers: Int32Array, random: Random): tf.Scalar;
  protected abstract measure(numbers: Int32Array): Measured;
  /** A held-out example and the answer to it, as a line for people. */
  protected abstract show(number: number): string;

  *evaluateInSlices(): Generator<void, Evaluation> {
    const sum: Measured = { loss: 0, targets: 0, counted: 0, right: 0 };
    const batch = Math.max(1, Math.floor(SLICE / this.lengths));
    for (let from = 0; from < HELD_OUT; from += batch) {
      const numbers = Int32Array.from({ length: Math.min(batch, HELD_OUT - from) }, (_, k) => from + k);
      const { loss, targets, counted, right } = scoped(() => this.measure(numbers));
      sum.loss += loss;
      sum.targets += targets;
      sum.counted += counted;
      sum.right += right;
      yield;
    }
    return { loss: sum.loss / sum.targets, tokens: sum.targets, accuracy: sum.right / sum.counted };
  }

  *sampleInSlices(step: number): Generator<string, void> {
    for (let k = 0; k < SHOWN; k++) yield `${scoped(() => this.show((step * SHOWN + k) % HELD_OUT))}\n`;
  }

  dispose(): void {
    this.model.dispose();
  }

  protected from(part: Part): Origin & { part: Part } {
    return { ...this.origin, part };
  }
}

/** The adding problem: a squared error after the last step; right is what is less than 0.04 off. */
export class AddingTask extends GeneratedTask {
  /** @param model reads value and marker, gives one number */
  constructor(
    readonly model: RecurrentClassifier,
    origin: Origin,
  ) {
    super(origin, origin.length);
  }

  loss(numbers: Int32Array, random: Random): tf.Scalar {
    const batch = addingBatch(numbers, this.from('train'));
    const answers = tf.reshape(this.model.logits(batch, random), [batch.batch]);
    return tf.mean(tf.squaredDifference(answers, tf.tensor1d(batch.sums)));
  }

  protected measure(numbers: Int32Array): Measured {
    const batch = addingBatch(numbers, this.from('held-out'));
    const answers = this.model.logits(batch).dataSync();
    return measureSums(batch.sums, answers);
  }

  protected show(number: number): string {
    const batch = addingBatch(Int32Array.of(number), this.from('held-out'));
    const [answer] = this.model.logits(batch).dataSync();
    const [sum] = batch.sums;
    const marked = Array.from({ length: batch.time }, (_, t) => t).filter((t) => batch.values[2 * t + 1] === 1);
    const terms = marked.map((t) => `${batch.values[2 * t].toFixed(3)} (step ${t + 1})`).join(' + ');
    return `${tick(Math.abs(answer - sum) < TOLERANCE)} ${terms} = ${sum.toFixed(3)}, answered ${answer.toFixed(3)}`;
  }
}

/** What answers to the adding problem are worth. */
export function measureSums(sums: Float32Array, answers: ArrayLike<number>): Measured {
  const { length } = sums;
  const measured: Measured = { loss: 0, targets: length, counted: length, right: 0 };
  sums.forEach((sum, b) => {
    measured.loss += (answers[b] - sum) ** 2;
    if (Math.abs(answers[b] - sum) < TOLERANCE) measured.right++;
  });
  return measured;
}

/** The copy problem: nats a step; right are symbols that were remembered. */
export class CopyTask extends GeneratedTask {
  /** @param model reads and gives a number for each symbol */
  constructor(
    readonly model: SeriesModel,
    origin: Origin,
  ) {
    super(origin, copySteps(origin.length));
  }

  loss(numbers: Int32Array, random: Random): tf.Scalar {
    const batch = copyBatch(numbers, this.from('train'));
    return lossOf(this.logits(batch, random), batch);
  }

  protected measure(numbers: Int32Array): Measured {
    const batch = copyBatch(numbers, this.from('held-out'));
    const logits = this.logits(batch);
    const targets = batch.time * batch.batch;
    const said = this.said(logits, batch);
    const wanted = batch.targets.subarray(targets - said.length);
    const right = said.reduce((count, symbol, k) => count + (symbol === wanted[k] ? 1 : 0), 0);
    return { loss: lossOf(logits, batch).dataSync()[0] * targets, targets, counted: said.length, right };
  }

  protected show(number: number): string {
    const batch = copyBatch(Int32Array.of(number), this.from('held-out'));
    const said = letters(this.said(this.logits(batch), batch));
    const wanted = letters(batch.targets.subarray(-COPIED));
    return `${tick(said === wanted)} ${wanted}, answered ${said}`;
  }

  private logits({ time, batch, values }: CopyBatch, random?: Random): tf.Tensor2D {
    return this.model.forward(tf.tensor3d(values, [time, batch, SYMBOLS]), this.model.zeroState(batch), random).y;
  }

  /** The most probable symbols of the last ten steps, [10·B]. */
  private said(logits: tf.Tensor2D, { batch }: CopyBatch): Int32Array {
    const count = COPIED * batch;
    const scores = tf.slice(logits, [logits.shape[0] - count, 0], [count, SYMBOLS]).dataSync();
    return Int32Array.from({ length: count }, (_, row) => {
      let best = 0;
      for (let k = 1; k < SYMBOLS; k++) if (scores[row * SYMBOLS + k] > scores[row * SYMBOLS + best]) best = k;
      return best;
    });
  }
}

function lossOf(logits: tf.Tensor2D, { targets }: CopyBatch): tf.Scalar {
  return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.ones<tf.Rank.R1>([targets.length]));
}

/** "a" to "h"; "_" is the blank and "!" the signal. */
function letters(symbols: Int32Array): string {
  return Array.from(symbols, (symbol) => 'abcdefgh_!'[symbol]).join('');
}

function tick(isRight: boolean): string {
  return isRight ? '✓' : '✗';
}
