/** Optimisers in float64 and plain loops; see reference.ts. */
import type { OptimiserOptions } from '../../../src/core/ops/optimiser';
import type { Numbers } from './reference';

interface Own {
  p: number;
  g: number;
  slots: number[];
}
type Scalar = (own: Own, options: OptimiserOptions, rate: number, step: number) => Own;

const adam =
  (decoupled: boolean): Scalar =>
  ({ p, g, slots: [m, v] }, { beta1, beta2, epsilon, weightDecay }, rate, step) => {
    const d = decoupled ? g : g + weightDecay * p;
    const mean = beta1 * m + (1 - beta1) * d;
    const square = beta2 * v + (1 - beta2) * d * d;
    const from = decoupled ? p * (1 - rate * weightDecay) : p;
    const deviation = Math.sqrt(square / (1 - beta2 ** step)) + epsilon;
    return { p: from - (rate * (mean / (1 - beta1 ** step))) / deviation, g, slots: [mean, square] };
  };

const EQUATIONS: Record<OptimiserOptions['optimiser'], { slots: string[]; step: Scalar }> = {
  sgd: { slots: [], step: ({ p, g }, o, rate) => ({ p: p - rate * (g + o.weightDecay * p), g, slots: [] }) },
  momentum: {
    slots: ['momentum_buffer'],
    step: ({ p, g, slots: [u] }, o, rate) => {
      const d = g + o.weightDecay * p;
      const velocity = o.momentum * u + d;
      return { p: p - rate * (o.nesterov ? d + o.momentum * velocity : velocity), g, slots: [velocity] };
    },
  },
  adam: { slots: ['m', 'v'], step: adam(false) },
  adamw: { slots: ['m', 'v'], step: adam(true) },
  rmsprop: {
    slots: ['square_avg'],
    step: ({ p, g, slots: [s] }, o, rate) => {
      const d = g + o.weightDecay * p;
      const square = o.decay * s + (1 - o.decay) * d * d;
      return { p: p - (rate * d) / (Math.sqrt(square) + o.epsilon), g, slots: [square] };
    },
  },
  adagrad: {
    slots: ['sum'],
    step: ({ p, g, slots: [s] }, o, rate) => {
      const d = g + o.weightDecay * p;
      return { p: p - (rate * d) / (Math.sqrt(s + d * d) + o.epsilon), g, slots: [s + d * d] };
    },
  },
  asgd: {
    slots: ['ax'],
    step: ({ p, g, slots: [ax] }, o, rate, step) => {
      const next = p - rate * (g + o.weightDecay * p);
      return { p: next, g, slots: [ax + (next - ax) / Math.max(1, step - 1 - (o.averageFrom ?? 0))] };
    },
  },
};

/**
 * Takes a step for each of `gradients` (by step, then by parameter).
 * @param rate of step 1, 2, ...
 */
export function optimise(
  start: Numbers[],
  options: OptimiserOptions,
  gradients: Numbers[][],
  rate: (step: number) => number,
): { p: Float64Array[]; slots: Record<string, Float64Array[]> } {
  const p = start.map((values) => Float64Array.from(values));
  const { slots: names, step: equation } = EQUATIONS[options.optimiser];
  const slots = names.map(() => p.map((values) => new Float64Array(values.length)));
  gradients.forEach((given, s) => {
    const cut = given.map((g) =>
      Float64Array.from(g, (x) => (options.clipValue > 0 ? Math.max(-options.clipValue, Math.min(options.clipValue, x)) : x)),
    ); // prettier-ignore
    const norm = Math.sqrt(cut.reduce((sum, g) => sum + g.reduce((part, x) => part + x * x, 0), 0));
    const shrink = options.clip > 0 ? Math.min(1, options.clip / (norm + 1e-6)) : 1;
    p.forEach((values, k) => {
      values.forEach((_, i) => {
        const own = { p: values[i], g: cut[k][i] * shrink, slots: slots.map((slot) => slot[k][i]) };
        const after = equation(own, options, rate(s + 1), s + 1);
        values[i] = after.p;
        slots.forEach((slot, n) => (slot[k][i] = after.slots[n]));
      });
    });
  });
  return { p, slots: Object.fromEntries(names.map((name, n) => [name, slots[n]])) };
}
