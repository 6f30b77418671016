import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program, RULES, floatWord } from '../program';
import { expectShape, register } from './kernel';

interface OptimiserAttrs {
  rule: keyof typeof RULES;
  /** Number of parameters n; the inputs are p0..p(n-1), g0.., and the slots a0.., b0.. as far as the rule has them. */
  count: number;
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  momentum: number;
  /** RMSprop's share of the old mean square. */
  decay: number;
  weightDecay: number;
  /** 1 for the first step. */
  step: number;
  /** asgd: share of the new parameters in their mean. */
  average: number;
  /** Greatest global norm of the gradients; 0 or Infinity for none. */
  clip: number;
  /** Greatest absolute value of a gradient's element; 0 or Infinity for none. */
  clipValue: number;
}

/** Work of one element's update, in multiplications. */
const UPDATE = 8;

const finite = (value: number) => (Number.isFinite(value) ? value : 0);

/** The floats of `Rates` in kernels/optimiser.c. */
function ratesOf(attrs: OptimiserAttrs): number[] {
  const { rule, rate, beta1, beta2, momentum, decay, weightDecay, step } = attrs;
  const isAdam = rule === 'adam' || rule === 'adamw';
  const first = isAdam ? beta1 : rule === 'asgd' ? attrs.average : momentum;
  const second = isAdam ? beta2 : decay;
  const decoupled = rule === 'adamw';
  return [
    isAdam ? rate / (1 - beta1 ** step) : rate,
    ...[first, 1 - first, second, 1 - second],
    isAdam ? 1 / Math.sqrt(1 - beta2 ** step) : 1,
    ...[attrs.epsilon, finite(attrs.clip), finite(attrs.clipValue)],
    ...(decoupled ? [0, 1 - rate * weightDecay] : [weightDecay, 1]),
  ];
}

/**
 * OptimiserStep: updates all parameters p and their slots a and b IN PLACE by the gradients g, cut to ±clipValue and
 * then clipped by their global norm. Tensors that share their values with p, a or b (tf.variable, identity, reshape)
 * change with them.
 * @returns norms [n + 1]: L2 norm of each gradient before clipping, the global one last. NaN where not finite; then
 *   no parameter is changed.
 */
export function registerOptimiser(backendName: string): void {
  register<Record<string, TensorInfo>, OptimiserAttrs>(backendName, 'OptimiserStep', (inputs, attrs, backend) => {
    const { count } = attrs;
    for (let k = 0; k < count; k++)
      for (const letter of 'gab')
        if (inputs[letter + k]) expectShape('OptimiserStep', letter + k, inputs[letter + k], inputs[`p${k}`].shape);
    const sizes = Array.from({ length: count }, (_, k) => util.sizeFromShape(inputs[`p${k}`].shape));
    const norms = backend.output([count + 1]);
    const { normChunk } = backend.pool.facts;
    const sumWords = 2 * sizes.reduce((sum, size) => sum + Math.ceil(size / normChunk), 0);
    const limit = finite(attrs.clipValue);
    // Scratch: the chunks' sums (float64), the sizes (int32), the norms of the cut gradients.
    backend.run(
      (scratch) => {
        const program = new Program();
        const layout = { sums: scratch, sizes: scratch + sumWords * 4, norms: backend.address(norms) };
        backend.scratchView('int32', layout.sizes, count).set(sizes);
        addNorms(program, inputs, sizes, { ...layout, limit: 0 }, backend);
        const cut = { ...layout, norms: layout.sizes + count * 4, limit };
        if (limit > 0) addNorms(program, inputs, sizes, cut, backend);
        const atNorms = [layout.norms, (limit > 0 ? cut : layout).norms].map((address) => address + count * 4);
        const rates = ratesOf(attrs).map(floatWord);
        for (let k = 0; k < count; k++) {
          const addresses = [...'pgab'].map((letter) => (inputs[letter + k] ? backend.address(inputs[letter + k]) : 0));
          const words = [RULES[attrs.rule], sizes[k], ...addresses, ...atNorms, ...rates];
          program.add('update', words, UPDATE * sizes[k]);
        }
        return program;
      },
      sumWords + 2 * count + 1,
    );
    return norms;
  });
}

/** Adds what computes the norms of all gradients, their elements cut to `limit` (0: as they are). */
function addNorms(
  program: Program,
  inputs: Record<string, TensorInfo>,
  sizes: number[],
  at: { sums: number; sizes: number; norms: number; limit: number },
  backend: HeapBackend,
): void {
  let { sums } = at;
  sizes.forEach((size, k) => {
    program.small('squares', [size], [backend.address(inputs[`g${k}`]), sums], size, at.limit);
    sums += Math.ceil(size / backend.pool.facts.normChunk) * 8;
  });
  program.small('norms', [sizes.length], [at.sizes, at.sums, at.norms], 0);
}
