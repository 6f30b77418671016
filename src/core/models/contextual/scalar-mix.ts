import * as tf from '@tensorflow/tfjs-core';
import { vector, type NamedVariable, type Vector } from '../../layers/parameters';

/** How much each layer counts, 1 together, and what their sum is multiplied with. */
export interface LayerMix {
  weights: number[];
  scale: number;
}

/** The mix in a line, for people. */
export function mixLine({ weights, scale }: LayerMix): string {
  const shares = weights.map((share, n) => `${n === 0 ? 'characters' : `layer ${n}`} ${Math.round(100 * share)} %`);
  return `biLM: ${shares.join(', ')}, times ${scale.toFixed(2)}\n`;
}

/**
 * A learned mean of layers, γ · Σ s_j · x_j with s = softmax(w) (Peters et al., 2018, equation 1): "mix.weight" [layers],
 * which begins at 0, so that all layers count alike, and "mix.gamma" [1], which begins at 1.
 */
export class ScalarMix {
  readonly parameters: NamedVariable[];
  private readonly weight: Vector;
  private readonly gamma: Vector;

  constructor(private readonly layers: number) {
    this.weight = vector(new Float32Array(layers));
    this.gamma = vector(Float32Array.of(1));
    this.parameters = [
      { name: 'mix.weight', variable: this.weight },
      { name: 'mix.gamma', variable: this.gamma },
    ];
  }

  /** Run it in a tidy. @param x a layer a row, [layers, N]; no gradient is asked of it @returns [1, N] */
  forward(x: tf.Tensor2D): tf.Tensor2D {
    const shares: tf.Tensor2D = tf.reshape(tf.mul(tf.softmax(this.weight), this.gamma), [1, this.layers]);
    return tf.matMul(shares, x);
  }

  /** What has been learned. */
  values(): LayerMix {
    const exponents = Array.from(this.weight.dataSync(), Math.exp);
    const sum = exponents.reduce((all, each) => all + each, 0);
    return { weights: exponents.map((each) => each / sum), scale: this.gamma.dataSync()[0] };
  }
}
