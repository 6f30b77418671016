import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../../layers/dense-layer';
import type { NamedVariable } from '../../layers/parameters';
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy';
import type { Random } from '../../random';
import type { TaggerBatch } from '../tagger/neural/tagger-batch';
import { BidirectionalEncoder, withinLengths, type BidirectionalEncoderShape } from './bidirectional-encoder';

export type BidirectionalLanguageModelShape = BidirectionalEncoderShape & {
  /** V, words with the unknown one. */
  words: number;
};

/** Name of the layer that predicts words. */
export const OUTPUT = 'output';

/** Mean surprise of the words that are followed, or preceded, by another, in nats a word. */
export interface DirectionLosses {
  forward: tf.Scalar;
  backward: tf.Scalar;
}

/**
 * A biLM (Peters et al., 2018): two language models that share what makes a vector of a word's characters, and the output
 * layer. One predicts each word from those before it, the other from those behind it. Words are read by their characters
 * alone, so that every word has a vector.
 *
 * The sentence's first word is predicted by the forward model, and its last one by the backward model, from what stands for
 * the outside of the sentence. Parameters are those of `BidirectionalEncoder`, "output.weight" [V, H] and "output.bias".
 */
export class BidirectionalLanguageModel {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string> = new Set();
  private readonly encoder: BidirectionalEncoder;
  private readonly output: DenseLayer;

  /**
   * @param random draws the initial parameters
   * Throws UserError when the recipe reads no characters.
   */
  constructor(
    readonly shape: BidirectionalLanguageModelShape,
    random: Random,
  ) {
    this.encoder = new BidirectionalEncoder(shape, random);
    this.output = new DenseLayer(OUTPUT, shape.hidden, shape.words, random);
    this.parameters = [...this.encoder.parameters, ...this.output.parameters];
  }

  /**
   * Mean loss of both directions in nats a word. Run it in a tidy.
   * @param random draws dropout masks; without it nothing is dropped
   */
  losses(batch: TaggerBatch, random?: Random): DirectionLosses {
    const targets = tf.tensor1d(batch.words, 'int32');
    const counted = tf.tensor1d(withinLengths(batch));
    const [forward, backward] = this.encoder.tops(batch, random && { random }).map((top, direction) => {
      // Word t stands at t + 1 of the enclosed sentence: forward it is predicted from t, backward from t + 2.
      const rows: tf.Tensor2D = tf.reshape(tf.slice(top, [2 * direction, 0, 0], [batch.time, batch.batch, -1]), [
        batch.time * batch.batch,
        this.shape.hidden,
      ]);
      return softmaxCrossEntropy(this.output.forward(rows), targets, counted);
    });
    return { forward, backward };
  }

  /** See `BidirectionalEncoder.layers`. */
  layers(batch: TaggerBatch): tf.Tensor3D[] {
    return this.encoder.layers(batch);
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }
}
