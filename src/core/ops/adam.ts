import type * as tf from '@tensorflow/tfjs-core';
import { createOptimiser, type GradientNorms, type Optimiser } from './optimiser';

export type { GradientNorms } from './optimiser';
export { setValues } from './variables';

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled weight decay; 0 is plain Adam. */
  weightDecay: number;
  /** Greatest global L2 norm of the gradient; 0 does not clip. */
  clip: number;
}

/** What Adam remembers, in the order of its parameters; copies. */
export interface AdamState {
  step: number;
  m: Float32Array[];
  v: Float32Array[];
}

/** The optimiser `adamw` under the names that the trainer's checkpoints use; see `createOptimiser`. */
export class Adam {
  private readonly optimiser: Optimiser;

  constructor(parameters: tf.Variable[], { beta1, beta2, epsilon, weightDecay, clip }: AdamOptions) {
    const unused = { momentum: 0, nesterov: false, decay: 0, clipValue: 0 };
    const options = { beta1, beta2, epsilon, weightDecay, clip, ...unused };
    this.optimiser = createOptimiser(parameters, { optimiser: 'adamw', ...options });
  }

  apply(gradients: tf.Tensor[], rate: number): GradientNorms {
    return this.optimiser.apply(gradients, rate);
  }

  state(): AdamState {
    const { step, slots } = this.optimiser.state();
    return { step, m: slots.m, v: slots.v };
  }

  /** Takes over a state of the same parameters. */
  restore({ step, m, v }: AdamState): void {
    this.optimiser.restore({ step, slots: { m, v } });
  }

  dispose(): void {
    this.optimiser.dispose();
  }
}
