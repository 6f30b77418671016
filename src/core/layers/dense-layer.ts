import type * as tf from '@tensorflow/tfjs-core';
import { dense } from '../ops/dense';
import type { Random } from '../random';
import { matrix, uniform, vector, type Matrix, type NamedVariable, type Vector } from './parameters';

/** An affine map with PyTorch's `nn.Linear` parameters, which start uniform in ±1/√inputs as PyTorch's do. */
export class DenseLayer {
  readonly parameters: NamedVariable[];
  readonly weight: Matrix;
  readonly bias: Vector;

  /** @param name what parameters' names begin with: "output" has "output.weight" [O, I] and "output.bias" [O] */
  constructor(name: string, inputs: number, outputs: number, random: Random) {
    const bound = 1 / Math.sqrt(inputs);
    this.weight = matrix(uniform(outputs * inputs, bound, random), outputs, inputs);
    this.bias = vector(uniform(outputs, bound, random));
    this.parameters = [
      { name: `${name}.weight`, variable: this.weight },
      { name: `${name}.bias`, variable: this.bias },
    ];
  }

  /** [N, I] -> [N, O] */
  forward(x: tf.Tensor2D): tf.Tensor2D {
    return dense(x, this.weight, this.bias);
  }
}
