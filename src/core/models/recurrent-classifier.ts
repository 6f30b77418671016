import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../layers/dense-layer';
import { EmbeddingLayer } from '../layers/embedding-layer';
import type { NamedVariable } from '../layers/parameters';
import { Pooling } from '../layers/pooling';
import { RecurrentStack } from '../layers/recurrent-stack';
import type { SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import type { SequenceBatch } from '../text/sequence-batch';
import type { SequenceClassifier } from './sequence-classifier';

export type RecurrentClassifierShape = ModelOf<'recurrent'> & {
  classes: number;
  /** What is read: tokens of a vocabulary, or vectors of a size. */
  reads: { vocabulary: number; vectors?: Float32Array } | { columns: number };
};

/** Bound of word vectors that are learned from nothing (Kim, 2014): with few texts, larger ones are learned by heart. */
const BOUND = 0.25;

/** Many to one: recurrent layers over tokens or vectors, their states pooled, and a linear layer. */
export class RecurrentClassifier implements SequenceClassifier {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string>;
  private readonly embedding?: EmbeddingLayer;
  private readonly stack: RecurrentStack;
  private readonly pooling: Pooling;
  private readonly output: DenseLayer;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: RecurrentClassifierShape,
    random: Random,
  ) {
    const { reads, classes, pooling, bidirectional, hidden } = shape;
    if ('vocabulary' in reads && shape.input === 'embedding') {
      const { vocabulary, vectors } = reads;
      // A model that goes on or answers has no file at hand: its table comes from a checkpoint.
      const frozen = shape.frozen && shape.embeddingFile !== '';
      this.embedding = new EmbeddingLayer({ ...shape, vocabulary }, random, { vectors, frozen, bound: BOUND });
    }
    this.stack = new RecurrentStack({ ...shape, inputs: inputSize(shape) }, random);
    const { outputSize } = this.stack;
    this.pooling = new Pooling(pooling, outputSize, bidirectional === 'concat' ? hidden : outputSize, random);
    this.output = new DenseLayer('output', outputSize, classes, random);
    const layers = [this.embedding, this.stack, this.pooling, this.output];
    this.parameters = layers.flatMap((layer) => layer?.parameters ?? []);
    this.frozen = this.embedding?.frozen ?? new Set();
  }

  logits(batch: SequenceBatch, random?: Random): tf.Tensor2D {
    const lengths = tf.tensor1d(batch.lengths, 'int32');
    const training = random && { random };
    const state = this.stack.zeroState(batch.batch);
    const { y } = this.stack.forward(this.input(batch, random), state, { lengths, training });
    return this.output.forward(this.pooling.pool(y, batch.lengths));
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  private input({ ids, values, time, batch }: SequenceBatch, random?: Random): SequenceInput {
    const { reads } = this.shape;
    if ('columns' in reads) return tf.tensor3d(values ?? [], [time, batch, reads.columns]);
    const tokens = tf.tensor1d(ids ?? [], 'int32');
    return this.embedding?.forward(tokens, batch, random && { random }) ?? { oneHot: reads.vocabulary, ids: tokens };
  }
}

function inputSize({ reads, input, embedding }: RecurrentClassifierShape): number {
  if ('columns' in reads) return reads.columns;
  return input === 'embedding' ? embedding : reads.vocabulary;
}
