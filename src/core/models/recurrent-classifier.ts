import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../layers/dense-layer';
import { EmbeddingLayer } from '../layers/embedding-layer';
import { dropSteps } from '../layers/masks';
import type { NamedVariable } from '../layers/parameters';
import { Pooling } from '../layers/pooling';
import { RecurrentStack } from '../layers/recurrent-stack';
import { embedding } from '../ops/embedding';
import type { SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import type { NamedTensor } from '../runs/safetensors';
import type { SequenceBatch } from '../text/sequence-batch';
import { ContextualInput, type ContextualShape } from './contextual/contextual-input';
import type { LayerMix } from './contextual/scalar-mix';
import type { SequenceClassifier } from './sequence-classifier';

export type RecurrentClassifierShape = ModelOf<'recurrent'> & {
  classes: number;
  /** What is read: tokens of a vocabulary, or vectors of a size. */
  reads: TokensRead | { columns: number };
};

interface TokensRead {
  vocabulary: number;
  vectors?: Float32Array;
  /** A biLM whose states are read, too; its weights, where they do not come from a checkpoint. */
  context?: { shape: ContextualShape; tensors?: Map<string, NamedTensor> };
}

/** Bound of word vectors that are learned from nothing (Kim, 2014): with few texts, larger ones are learned by heart. */
const BOUND = 0.25;

/** Many to one: recurrent layers over tokens or vectors, their states pooled, and a linear layer. */
export class RecurrentClassifier implements SequenceClassifier {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string>;
  private readonly embedding?: EmbeddingLayer;
  private readonly contextual?: ContextualInput;
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
    const context = 'vocabulary' in reads ? reads.context : undefined;
    if (context) this.contextual = new ContextualInput(context.shape);
    if (context?.tensors) this.contextual?.load(context.tensors);
    const inputs = inputSize(shape) + (this.contextual?.size ?? 0);
    this.stack = new RecurrentStack({ ...shape, inputs }, random);
    const { outputSize } = this.stack;
    this.pooling = new Pooling(pooling, outputSize, bidirectional === 'concat' ? hidden : outputSize, random);
    this.output = new DenseLayer('output', outputSize, classes, random);
    const layers = [this.embedding, this.stack, this.pooling, this.output, this.contextual];
    this.parameters = layers.flatMap((layer) => layer?.parameters ?? []);
    this.frozen = new Set([...(this.embedding?.frozen ?? []), ...(this.contextual?.frozen ?? [])]);
  }

  logits(batch: SequenceBatch, random?: Random): tf.Tensor2D {
    const lengths = tf.tensor1d(batch.lengths, 'int32');
    const training = random && { random };
    const state = this.stack.zeroState(batch.batch);
    const { y } = this.stack.forward(this.input(batch, random), state, { lengths, training });
    return this.output.forward(this.pooling.pool(y, batch.lengths));
  }

  mixture(): LayerMix | undefined {
    return this.contextual?.mixture();
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  private input({ ids, values, time, batch, contexts }: SequenceBatch, random?: Random): SequenceInput {
    const { reads } = this.shape;
    if ('columns' in reads) return tf.tensor3d(values ?? [], [time, batch, reads.columns]);
    const tokens = tf.tensor1d(ids ?? [], 'int32');
    const training = random && { random };
    const words = this.embedding?.forward(tokens, batch, training) ?? { oneHot: reads.vocabulary, ids: tokens };
    if (!this.contextual || 'oneHot' in words) return words;
    const { inputDropout, variational } = this.shape;
    const mixed = this.contextual.forward(contexts ?? [], time);
    const beside = tf.reshape(mixed, [time, batch, this.contextual.size]);
    const own = words instanceof tf.Tensor ? words : rowsOf(words, time, batch);
    return tf.concat([own, dropSteps(beside as tf.Tensor3D, inputDropout, variational, training)], 2);
  }
}

/** Vectors of tokens, [T, B, E]. */
function rowsOf({ table, ids }: { table: tf.Tensor2D; ids: tf.Tensor1D }, time: number, batch: number): tf.Tensor3D {
  return tf.reshape(embedding(table, ids), [time, batch, table.shape[1]]);
}

function inputSize({ reads, input, embedding }: RecurrentClassifierShape): number {
  if ('columns' in reads) return reads.columns;
  return input === 'embedding' ? embedding : reads.vocabulary;
}
