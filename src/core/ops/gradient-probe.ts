import * as tf from '@tensorflow/tfjs-core';

/**
 * Receives ‖∂L/∂h_t‖ of every step of a recurrent layer while gradients are computed. Give it to the op in its options;
 * read `norms` after the backward pass.
 */
export class GradientProbe {
  /**
   * [T]: the Euclidean norm of the gradient of h_t, all sequences together, at input position t. It is the whole
   * gradient: what y_t received and what flows back from later steps. Zero where no gradient arrived.
   */
  norms = new Float32Array(0);

  /** Starts anew, for a sequence of so many steps. Ops call it on the way forward. */
  begin(time: number): void {
    this.norms = new Float32Array(time);
  }

  /** @param squares sums of squares, [T, B] */
  record(squares: ArrayLike<number>): void {
    const time = this.norms.length;
    const batch = squares.length / time;
    for (let t = 0; t < time; t++) {
      let sum = 0;
      for (let b = 0; b < batch; b++) sum += squares[t * batch + b];
      this.norms[t] = Math.sqrt(sum);
    }
  }

  /** h itself, whose gradient will be recorded as step t's. */
  watch(h: tf.Tensor2D, t: number): tf.Tensor2D {
    const watched = tf.customGrad((input) => ({
      value: tf.clone(input as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => {
        this.norms[t] = Math.sqrt(dy.dataSync<'float32'>().reduce((sum, value) => sum + value * value, 0));
        return tf.clone(dy);
      },
    }));
    return watched(h) as tf.Tensor2D;
  }
}
