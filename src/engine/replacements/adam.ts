import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program, floatWord } from '../program';
import { expectShape, register } from './kernel';

interface AdamAttrs {
  /** Number of parameters n; the inputs are p0..p(n-1), g0.., m0.., v0... */
  count: number;
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** 1 for the first step. */
  step: number;
  /** Greatest global norm of the gradients; 0 or Infinity for none. */
  clip: number;
  /** Decoupled weight decay; 0 for plain Adam. */
  weightDecay: number;
}

/**
 * AdamStep: updates all parameters p and moments m and v IN PLACE by the gradients g, clipped by their global norm.
 * Tensors that share their values with p, m or v (tf.variable, identity, reshape) change with them.
 * @returns norms [n + 1]: L2 norm of each gradient before clipping, the global one last. NaN where not finite; then
 *   no parameter is changed.
 */
export function registerAdam(backendName: string): void {
  register<Record<string, TensorInfo>, AdamAttrs>(backendName, 'AdamStep', (inputs, attrs, backend) => {
    const { count, step } = attrs;
    const { normChunk } = backend.pool.facts;
    const all = (letter: string) => Array.from({ length: count }, (_, k) => inputs[letter + k]);
    const [p, g, m, v] = [all('p'), all('g'), all('m'), all('v')];
    p.forEach(({ shape }, k) => {
      expectShape('AdamStep', `g${k}`, g[k], shape);
      expectShape('AdamStep', `m${k}`, m[k], shape);
      expectShape('AdamStep', `v${k}`, v[k], shape);
    });
    const sizes = p.map(({ shape }) => util.sizeFromShape(shape));
    const chunks = sizes.map((size) => Math.ceil(size / normChunk));
    const sumWords = 2 * chunks.reduce((sum, n) => sum + n, 0);
    const norms = backend.output([count + 1]);
    const atNorms = backend.address(norms);
    const clip = Number.isFinite(attrs.clip) ? attrs.clip : 0;
    const rates = [
      ...[attrs.rate, attrs.beta1, attrs.beta2, attrs.epsilon],
      ...[1 / (1 - attrs.beta1 ** step), 1 / (1 - attrs.beta2 ** step)],
      ...[clip, 1 - attrs.rate * attrs.weightDecay],
    ].map(floatWord);
    // Scratch: the chunks' sums (float64), then the sizes (int32).
    backend.run(
      (scratch) => {
        const program = new Program();
        const atSizes = scratch + sumWords * 4;
        new Int32Array(backend.heap.buffer, atSizes, count).set(sizes);
        let sums = scratch;
        for (let k = 0; k < count; k++) {
          program.small('squares', [sizes[k]], [backend.address(g[k]), sums], sizes[k]);
          sums += chunks[k] * 8;
        }
        program.small('norms', [count], [atSizes, scratch, atNorms], 0);
        for (let k = 0; k < count; k++) {
          const addresses = [p[k], g[k], m[k], v[k]].map((tensor) => backend.address(tensor));
          program.add('adam', [sizes[k], ...addresses, atNorms + count * 4, ...rates], 8 * sizes[k]);
        }
        return program;
      },
      sumWords + Math.max(1, count),
    );
    return norms;
  });
}
