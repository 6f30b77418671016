import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../layers/dense-layer';
import type { NamedVariable } from '../layers/parameters';
import { RecurrentStack, type ModelState } from '../layers/recurrent-stack';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';

export type SeriesShape = ModelOf<'recurrent'> & { columns: number };

/** Recurrent layers over vectors with a linear layer: from each value of a series to the next one. */
export class SeriesModel {
  readonly parameters: NamedVariable[];
  private readonly stack: RecurrentStack;
  private readonly output: DenseLayer;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: SeriesShape,
    random: Random,
  ) {
    const { columns } = shape;
    this.stack = new RecurrentStack({ ...shape, inputs: columns }, random);
    this.output = new DenseLayer('output', this.stack.outputSize, columns, random);
    this.parameters = [...this.stack.parameters, ...this.output.parameters];
  }

  zeroState(batch: number): ModelState {
    return this.stack.zeroState(batch);
  }

  /**
   * The value expected after each. Run it in a tidy; keep what of the state must live on.
   * @param x [T, B, columns], scaled
   * @param random draws dropout masks; without it nothing is dropped
   * @returns y [T·B, columns]
   */
  forward(x: tf.Tensor3D, state: ModelState, random?: Random): { y: tf.Tensor2D; state: ModelState } {
    const [time, batch] = x.shape;
    const read = this.stack.forward(x, state, { training: random && { random } });
    const rows: tf.Tensor2D = tf.reshape(read.y, [time * batch, this.stack.outputSize]);
    return { y: this.output.forward(rows), state: read.state };
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }
}
