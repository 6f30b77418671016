// Milliseconds of each kernel in one training step of a character LSTM (batch 32, time 64, vocabulary 65, input table),
// minimum over the repetitions:   node test/parity/engine/bundle.mjs bench/recurrent-kernels.ts [THREADS] [BUILD]
// BUILD: native, 'native (avx2)', ..., relaxed or plain.
import * as tf from '@tensorflow/tfjs-core';
import type { KernelBuild } from '../src/engine/modules';
import { prepareBackend } from '../src/engine/select';

const TIME = 64;
const BATCH = 32;
const VOCABULARY = 65;
const REPETITIONS = 15;

const [threads = 2, build = 'relaxed'] = [Number(process.argv[2] || 2), process.argv[3]];

/** Uniform numbers in -scale..scale; any will do, the time does not depend on them. */
function fill(shape: number[], scale = 0.1): tf.Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * 12.9898)),
    shape,
  );
}
const integers = (count: number) =>
  tf.tensor1d(
    Int32Array.from({ length: count }, (_, i) => (i * 7919) % VOCABULARY),
    'int32',
  );

/** One step's kernels in their order; `time` is told each one's name. */
function trainingStep(
  units: number,
  time: <R>(name: string, body: () => R) => R,
  state: ReturnType<typeof parameters>,
): void {
  const rows = TIME * BATCH;
  const run = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap = {}) =>
    time(kernel, () => tf.engine().runKernel(kernel, inputs as never, attrs) as unknown as tf.Tensor[]);
  const one = (kernel: string, inputs: Record<string, tf.Tensor>, attrs?: tf.NamedAttrMap) =>
    run(kernel, inputs, attrs) as unknown as tf.Tensor;
  const [embedding, inputWeight, inputBias, weight, bias, outWeight, outBias] = state.parameters;
  const { ids, labels, weights, zero } = state;

  const table = one('Dense', { x: embedding, weight: inputWeight, bias: inputBias });
  const x = tf.reshape(one('Embedding', { table, ids }), [TIME, BATCH, 4 * units]);
  const [y, hN, cN, reserve] = run('LstmSequence', { x, weight, bias, h0: zero, c0: zero });
  const flat = tf.reshape(y, [rows, units]);
  const logits = one('Dense', { x: flat, weight: outWeight, bias: outBias });
  const [, lossReserve] = run('SoftmaxCrossEntropy', { logits, labels, weights });

  const attrs = { rows, classes: VOCABULARY };
  const dlogits = one('SoftmaxCrossEntropyGrad', { reserve: lossReserve, dloss: state.one }, attrs);
  const [dflat, doutWeight, doutBias] = run('DenseGrad', { x: flat, weight: outWeight, dy: dlogits });
  const dy = tf.reshape(dflat, y.shape);
  const last = { dhN: tf.zerosLike(hN), dcN: tf.zerosLike(cN) };
  const [dx, dweight, dbias] = run('LstmSequenceGrad', { weight, h0: zero, c0: zero, y, reserve, dy, ...last });
  const dtable = one('EmbeddingGrad', { ids, dy: tf.reshape(dx, [rows, 4 * units]) }, { vocabulary: VOCABULARY });
  const [dembedding, dinputWeight, dinputBias] = run('DenseGrad', { x: embedding, weight: inputWeight, dy: dtable });

  const gradients = [dembedding, dinputWeight, dinputBias, dweight, dbias, doutWeight, doutBias];
  const inputs: Record<string, tf.Tensor> = {};
  state.parameters.forEach((p, k) =>
    Object.assign(inputs, {
      [`p${k}`]: p,
      [`g${k}`]: gradients[k],
      [`a${k}`]: state.means[k],
      [`b${k}`]: state.squares[k],
    }),
  );
  const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1, momentum: 0, decay: 0, average: 1 };
  const limits = { clip: 1, clipValue: 0, weightDecay: 0 };
  run('OptimiserStep', inputs, { rule: 'adam', count: gradients.length, ...rates, ...limits });
}

function parameters(units: number) {
  const width = units / 2;
  const shapes = [
    [VOCABULARY, width],
    [4 * units, width],
    [4 * units],
    [4 * units, units],
    [4 * units],
    [VOCABULARY, units],
    [VOCABULARY],
  ];
  return {
    parameters: shapes.map((shape) => fill(shape)),
    means: shapes.map((shape) => tf.zeros(shape)),
    squares: shapes.map((shape) => tf.zeros(shape)),
    ids: integers(TIME * BATCH),
    labels: integers(TIME * BATCH),
    weights: tf.ones([TIME * BATCH]),
    zero: tf.zeros([BATCH, units]),
    one: tf.scalar(1),
  };
}

async function main(): Promise<void> {
  const engine = await prepareBackend({
    choice: 'kernels',
    threads,
    threadScript: process.env.KERNEL_THREAD,
    nativeFolder: process.env.NATIVE_FOLDER ?? 'dist/native',
    builds: [build as KernelBuild],
  });
  console.log(`${engine.backend}, ${engine.build} build, ${engine.threads} threads ${engine.notes.join(' ')}`);
  for (const units of [128, 192, 256]) {
    const state = parameters(units);
    const least: Record<string, number> = {};
    let step = Infinity;
    for (let i = 0; i < REPETITIONS; i++) {
      const sums: Record<string, number> = {};
      const timed = <R>(name: string, body: () => R): R => {
        const begin = performance.now();
        const result = body();
        sums[name] = (sums[name] ?? 0) + performance.now() - begin;
        return result;
      };
      const begin = performance.now();
      tf.tidy(() => trainingStep(units, timed, state));
      step = Math.min(step, performance.now() - begin);
      for (const [name, ms] of Object.entries(sums)) least[name] = Math.min(least[name] ?? Infinity, ms);
    }
    const sum = Object.values(least).reduce((a, b) => a + b, 0);
    const parts = Object.entries(least).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
    console.log(`H${units}: step ${step.toFixed(1)}, sum of kernels ${sum.toFixed(1)} ms  (${parts.join(', ')})`);
    tf.dispose(Object.values(state));
  }
  await engine.close();
}

void main();
