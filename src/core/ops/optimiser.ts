import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './kernels';
import { RULES, type RuleName, type StepRates } from './optimiser-rules';
import { scoped } from './scope';
import { setValues, zeroVariable } from './variables';

export type OptimiserName = 'adam' | 'adamw' | 'sgd' | 'momentum' | 'rmsprop' | 'adagrad' | 'asgd';

export interface OptimiserOptions {
  optimiser: OptimiserName;
  /** Adam: share of the old mean gradient that is kept. */
  beta1: number;
  /** Adam: share of the old mean square that is kept. */
  beta2: number;
  /** Adam, RMSprop, Adagrad: what is added to the root. */
  epsilon: number;
  /** momentum: share of the old velocity that is kept. */
  momentum: number;
  /** momentum: look ahead along the velocity (Nesterov). */
  nesterov: boolean;
  /** RMSprop: share of the old mean square that is kept (α). */
  decay: number;
  /** Weight decay: decoupled for adamw, else the factor of an L2 penalty's gradient; 0 for none. */
  weightDecay: number;
  /** Greatest global L2 norm of the gradient; 0 does not clip. */
  clip: number;
  /** Greatest absolute value of each element of the gradient; 0 does not clip. It comes before `clip`. */
  clipValue: number;
  /** asgd: steps before the mean begins; 0 if left out. */
  averageFrom?: number;
}

/** What an optimiser remembers; copies. */
export interface OptimiserState {
  /** Steps taken. */
  step: number;
  /** By the slot's name, one array for each parameter in their order: adam's and adamw's m and v, momentum_buffer, ... */
  slots: Record<string, Float32Array[]>;
  /** asgd: steps before the mean began. */
  averageFrom?: number;
}

/** Norms of one step's gradient before any clipping; `global` is not finite when the step was left out. */
export interface GradientNorms {
  global: number;
  /** One for each parameter. */
  each: number[];
}

/** The mean of the parameters over the steps (Polyak and Juditsky, 1992). */
export interface Averaging {
  /** Begins the mean anew with the next step, as NT-ASGD does when the validation loss no longer falls. */
  restart(): void;
  /** Exchanges parameters and means, to evaluate or to save the means; a second call exchanges them back. */
  swap(): void;
}

export interface Optimiser {
  /**
   * One step. `gradients` are in the order of the parameters and stay the caller's.
   * With a gradient that is not finite nothing changes, and the answer's `global` is not finite.
   */
  apply(gradients: tf.Tensor[], rate: number): GradientNorms;
  state(): OptimiserState;
  /** Takes over a state of the same optimiser and parameters. */
  restore(state: OptimiserState): void;
  /** Only for asgd. */
  readonly average?: Averaging;
  dispose(): void;
}

/** So that a gradient of zero does not divide by zero; as in the fused kernel and in PyTorch. */
const CLIP_EPSILON = 1e-6;

/**
 * An optimiser over all parameters, each step one fused kernel where the backend has it. With g the clipped gradient
 * (elements cut to ±clipValue first, then all multiplied by min(1, clip / norm)), plus weightDecay·p for all but adamw,
 * the steps equal those of PyTorch's optimisers:
 *
 *     sgd        p −= rate·g
 *     momentum   u = momentum·u + g, p −= rate·u; with Nesterov p −= rate·(g + momentum·u)
 *     adam       m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g², p −= rate · m/(1 − β1^t) / (√(v/(1 − β2^t)) + ε)
 *                (Kingma and Ba, 2015)
 *     adamw      the same after p *= 1 − rate·weightDecay (Loshchilov and Hutter, 2019)
 *     rmsprop    s = α·s + (1 − α)·g², p −= rate·g / (√s + ε) (Tieleman and Hinton, 2012)
 *     adagrad    s += g², p −= rate·g / (√s + ε) (Duchi et al., 2011)
 *     asgd       sgd, and the mean of p: ax += (p − ax) / max(1, t − 1 − averageFrom) (PyTorch's ASGD with lambd = 0)
 *
 * @param parameters stay the caller's
 */
export function createOptimiser(parameters: tf.Variable[], options: OptimiserOptions): Optimiser {
  return new RuleOptimiser(parameters, options);
}

class RuleOptimiser implements Optimiser {
  readonly average?: Averaging;
  private step = 0;
  private averageFrom: number;
  private swapped = false;
  private readonly rule: RuleName;
  /** For each slot, one variable for each parameter. */
  private readonly slots: tf.Variable[][];

  constructor(
    private readonly parameters: tf.Variable[],
    private readonly options: OptimiserOptions,
  ) {
    this.rule = options.optimiser === 'momentum' && options.nesterov ? 'nesterov' : options.optimiser;
    this.slots = RULES[this.rule].slots.map(() => parameters.map((p) => zeroVariable(p.shape)));
    this.averageFrom = options.averageFrom ?? 0;
    if (this.rule !== 'asgd') return;
    // Copies: assign() would share the values, which the fused kernel changes in place.
    parameters.forEach((p, k) => setValues(this.slots[0][k], p.dataSync()));
    this.average = { restart: () => (this.averageFrom = this.step), swap: () => this.swap() };
  }

  apply(gradients: tf.Tensor[], rate: number): GradientNorms {
    if (this.swapped) throw new Error('The parameters are exchanged with their means: swap them back before a step.');
    const rates = this.ratesOf(rate);
    const norms = hasKernel('OptimiserStep') ? this.applyFused(gradients, rates) : this.applyComposed(gradients, rates);
    if (Number.isFinite(norms.global)) this.step++;
    return norms;
  }

  state(): OptimiserState {
    const copies = this.slots.map((variables) => variables.map((slot) => Float32Array.from(slot.dataSync())));
    const slots = Object.fromEntries(RULES[this.rule].slots.map((name, s) => [name, copies[s]]));
    return { step: this.step, slots, ...(this.average && { averageFrom: this.averageFrom }) };
  }

  restore({ step, slots, averageFrom = 0 }: OptimiserState): void {
    this.step = step;
    this.averageFrom = averageFrom;
    RULES[this.rule].slots.forEach((name, s) => {
      this.slots[s].forEach((variable, k) => setValues(variable, slots[name][k]));
    });
  }

  dispose(): void {
    tf.dispose(this.slots);
  }

  private ratesOf(rate: number): StepRates {
    const { beta1, beta2, epsilon, momentum, decay, weightDecay } = this.options;
    const step = this.step + 1;
    const average = 1 / Math.max(1, step - 1 - this.averageFrom);
    return { rate, beta1, beta2, epsilon, momentum, decay, weightDecay, step, average };
  }

  private applyFused(gradients: tf.Tensor[], rates: StepRates): GradientNorms {
    const inputs: Record<string, tf.Tensor> = {};
    this.parameters.forEach((parameter, k) => {
      inputs[`p${k}`] = parameter;
      inputs[`g${k}`] = gradients[k];
      this.slots.forEach((slot, s) => (inputs['ab'[s] + String(k)] = slot[k]));
    });
    const { clip, clipValue } = this.options;
    const count = this.parameters.length;
    const result = runKernel<tf.Tensor1D>('OptimiserStep', inputs, {
      ...rates,
      ...{ rule: this.rule, clip, clipValue, count },
    });
    const norms = Array.from(result.dataSync());
    result.dispose();
    return { global: norms[count], each: norms.slice(0, count) };
  }

  private applyComposed(gradients: tf.Tensor[], rates: StepRates): GradientNorms {
    return scoped(() => {
      const norms = normsOf(gradients);
      if (!Number.isFinite(norms.global)) return norms;
      const { clip, clipValue } = this.options;
      const cut = clipValue > 0 ? gradients.map((g) => tf.clipByValue(g, -clipValue, clipValue)) : gradients;
      const norm = clipValue > 0 && clip > 0 ? normsOf(cut).global : norms.global;
      const shrink = clip > 0 ? Math.min(1, clip / (norm + CLIP_EPSILON)) : 1;
      this.parameters.forEach((parameter, k) => {
        const own = this.slots.map((slot) => slot[k]);
        const after = RULES[this.rule].update(parameter, tf.mul(cut[k], shrink), own, rates);
        parameter.assign(after.p);
        own.forEach((slot, s) => slot.assign(after.slots[s]));
      });
      return norms;
    });
  }

  private swap(): void {
    this.swapped = !this.swapped;
    this.parameters.forEach((parameter, k) => {
      const mean = this.slots[0][k];
      const values = mean.dataSync().slice();
      mean.assign(parameter);
      setValues(parameter, values);
    });
  }
}

function normsOf(gradients: tf.Tensor[]): GradientNorms {
  const sums = gradients.map((gradient) => tf.sum(tf.square(gradient)).dataSync()[0]);
  return { global: Math.sqrt(sums.reduce((a, b) => a + b, 0)), each: sums.map(Math.sqrt) };
}
