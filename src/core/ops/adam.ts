import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './kernels';
import { scoped } from './scope';

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled weight decay; 0 is plain Adam. */
  weightDecay: number;
  /** Greatest global L2 norm of the gradient; 0 does not clip. */
  clip: number;
}

/** What an optimiser remembers, in the order of its parameters; copies. */
export interface AdamState {
  step: number;
  m: Float32Array[];
  v: Float32Array[];
}

/** Norms of one step's gradient before clipping; `global` is not finite when the step was left out. */
export interface GradientNorms {
  global: number;
  /** One for each parameter. */
  each: number[];
}

/** So that a gradient of zero does not divide by zero; as in the fused kernel. */
const CLIP_EPSILON = 1e-6;

/**
 * Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019) and clipping by the global norm:
 *
 *     g = gradient · min(1, clip / norm)    m = β1·m + (1 − β1)·g    v = β2·v + (1 − β2)·g²
 *     p = (1 − rate·decay)·p − rate · m/(1 − β1^step) / (√(v/(1 − β2^step)) + ε)
 *
 * One fused kernel over all parameters where the backend has it.
 */
export class Adam {
  /** Steps taken. */
  private step = 0;
  private readonly options: AdamOptions;
  private readonly m: tf.Variable[];
  private readonly v: tf.Variable[];

  constructor(
    private readonly parameters: tf.Variable[],
    { beta1, beta2, epsilon, weightDecay, clip }: AdamOptions,
  ) {
    // Only these: what else an options object may hold must not reach the kernel as an attribute.
    this.options = { beta1, beta2, epsilon, weightDecay, clip };
    this.m = parameters.map((p) => zeroVariable(p.shape));
    this.v = parameters.map((p) => zeroVariable(p.shape));
  }

  /**
   * One step. `gradients` are in the order of the parameters and stay the caller's.
   * With a gradient that is not finite nothing changes, and the answer's `global` is not finite.
   */
  apply(gradients: tf.Tensor[], rate: number): GradientNorms {
    const norms = hasKernel('AdamStep') ? this.applyFused(gradients, rate) : this.applyComposed(gradients, rate);
    if (Number.isFinite(norms.global)) this.step++;
    return norms;
  }

  state(): AdamState {
    const copy = (tensor: tf.Variable) => Float32Array.from(tensor.dataSync());
    return { step: this.step, m: this.m.map(copy), v: this.v.map(copy) };
  }

  /** Takes over a state of the same parameters. */
  restore(state: AdamState): void {
    this.step = state.step;
    for (const [variables, values] of [
      [this.m, state.m],
      [this.v, state.v],
    ] as const) {
      variables.forEach((variable, k) => setValues(variable, values[k]));
    }
  }

  dispose(): void {
    tf.dispose([this.m, this.v]);
  }

  private applyFused(gradients: tf.Tensor[], rate: number): GradientNorms {
    const inputs: Record<string, tf.Tensor> = {};
    this.parameters.forEach((parameter, k) => {
      inputs[`p${k}`] = parameter;
      inputs[`g${k}`] = gradients[k];
      inputs[`m${k}`] = this.m[k];
      inputs[`v${k}`] = this.v[k];
    });
    const count = this.parameters.length;
    const result = runKernel<tf.Tensor1D>('AdamStep', inputs, { ...this.options, count, rate, step: this.step + 1 });
    const norms = Array.from(result.dataSync());
    result.dispose();
    return { global: norms[count], each: norms.slice(0, count) };
  }

  private applyComposed(gradients: tf.Tensor[], rate: number): GradientNorms {
    return scoped(() => {
      const sums = gradients.map((gradient) => tf.sum(tf.square(gradient)).dataSync()[0]);
      const norms = { global: Math.sqrt(sums.reduce((a, b) => a + b, 0)), each: sums.map(Math.sqrt) };
      if (!Number.isFinite(norms.global)) return norms;
      const { clip } = this.options;
      const shrink = clip > 0 ? Math.min(1, clip / (norms.global + CLIP_EPSILON)) : 1;
      this.parameters.forEach((_, k) => this.update(k, tf.mul(gradients[k], shrink), rate));
      return norms;
    });
  }

  /** The equations above for parameter k; g is its clipped gradient. */
  private update(k: number, g: tf.Tensor, rate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    const step = this.step + 1;
    const m = tf.add(tf.mul(this.m[k], beta1), tf.mul(g, 1 - beta1));
    const v = tf.add(tf.mul(this.v[k], beta2), tf.mul(tf.square(g), 1 - beta2));
    const mean = tf.div(m, 1 - beta1 ** step);
    const deviation = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon);
    const change = tf.mul(tf.div(mean, deviation), rate);
    const decayed = weightDecay > 0 ? tf.mul(this.parameters[k], 1 - rate * weightDecay) : this.parameters[k];
    this.parameters[k].assign(tf.sub(decayed, change));
    this.m[k].assign(m);
    this.v[k].assign(v);
  }
}

/** Gives a variable new values, in its own memory. */
export function setValues(variable: tf.Variable, values: ArrayLike<number>): void {
  const fresh = tf.tensor(Float32Array.from(values), variable.shape);
  variable.assign(fresh);
  fresh.dispose();
}

function zeroVariable(shape: number[]): tf.Variable {
  const zeros = tf.zeros(shape);
  const variable = tf.variable(zeros, false);
  zeros.dispose();
  return variable;
}
