import * as tf from '@tensorflow/tfjs-core';

/** What an optimiser's equations need besides the parameter, its gradient and its slots. */
export interface StepRates {
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  momentum: number;
  /** Share of RMSprop's old mean square that is kept. */
  decay: number;
  weightDecay: number;
  /** Steps including this one; 1 for the first. */
  step: number;
  /** Share of the new parameters in their mean. */
  average: number;
}

/** How one parameter p and its slots change for the gradient g; the answer holds the new slots, then the new p. */
export interface Rule {
  /** Names of what is remembered for each parameter. */
  slots: readonly string[];
  update(p: tf.Tensor, g: tf.Tensor, slots: tf.Tensor[], rates: StepRates): { p: tf.Tensor; slots: tf.Tensor[] };
}

/** Names of the rules, as the fused kernel knows them. */
export type RuleName = 'sgd' | 'momentum' | 'nesterov' | 'adam' | 'adamw' | 'rmsprop' | 'adagrad' | 'asgd';

/** a·x + b·y */
const blend = (a: number, x: tf.Tensor, b: number, y: tf.Tensor) => tf.add(tf.mul(x, a), tf.mul(y, b));
const descend = (p: tf.Tensor, rate: number, direction: tf.Tensor) => tf.sub(p, tf.mul(direction, rate));
/** Weight decay as an L2 penalty: its gradient is added to g. */
const penalised = (p: tf.Tensor, g: tf.Tensor, { weightDecay }: StepRates) =>
  weightDecay === 0 ? g : tf.add(g, tf.mul(p, weightDecay));

function heavyBall(nesterov: boolean): Rule {
  return {
    slots: ['momentum_buffer'],
    update(p, gradient, [buffer], rates) {
      const g = penalised(p, gradient, rates);
      const velocity = blend(rates.momentum, buffer, 1, g);
      const direction = nesterov ? blend(1, g, rates.momentum, velocity) : velocity;
      return { p: descend(p, rates.rate, direction), slots: [velocity] };
    },
  };
}

function adam(decoupled: boolean): Rule {
  return {
    slots: ['m', 'v'],
    update(p, gradient, slots, rates) {
      const { rate, beta1, beta2, epsilon, weightDecay, step } = rates;
      const g = decoupled ? gradient : penalised(p, gradient, rates);
      const m = blend(beta1, slots[0], 1 - beta1, g);
      const v = blend(beta2, slots[1], 1 - beta2, tf.square(g));
      const deviation = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon);
      const from = decoupled && weightDecay > 0 ? tf.mul(p, 1 - rate * weightDecay) : p;
      return { p: descend(from, rate / (1 - beta1 ** step), tf.div(m, deviation)), slots: [m, v] };
    },
  };
}

/** The equations, as PyTorch's optimisers have them; see `createOptimiser`. */
export const RULES: Record<RuleName, Rule> = {
  sgd: {
    slots: [],
    update: (p, g, _, rates) => ({ p: descend(p, rates.rate, penalised(p, g, rates)), slots: [] }),
  },
  momentum: heavyBall(false),
  nesterov: heavyBall(true),
  adam: adam(false),
  adamw: adam(true),
  rmsprop: {
    slots: ['square_avg'],
    update(p, gradient, [mean], rates) {
      const g = penalised(p, gradient, rates);
      const square = blend(rates.decay, mean, 1 - rates.decay, tf.square(g));
      const direction = tf.div(g, tf.add(tf.sqrt(square), rates.epsilon));
      return { p: descend(p, rates.rate, direction), slots: [square] };
    },
  },
  adagrad: {
    slots: ['sum'],
    update(p, gradient, [sum], rates) {
      const g = penalised(p, gradient, rates);
      const total = tf.add(sum, tf.square(g));
      const direction = tf.div(g, tf.add(tf.sqrt(total), rates.epsilon));
      return { p: descend(p, rates.rate, direction), slots: [total] };
    },
  },
  asgd: {
    slots: ['ax'],
    update(p, g, [mean], rates) {
      const next = descend(p, rates.rate, penalised(p, g, rates));
      return { p: next, slots: [tf.add(mean, tf.mul(tf.sub(next, mean), rates.average))] };
    },
  },
};
