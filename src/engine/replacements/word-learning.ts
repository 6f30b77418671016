import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program, floatWord } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/** Models with their numbers in kernels/embeddings.c. */
const MODELS = { skipgram: 0, cbow: 1 } as const;
/** Limits of kernels/embeddings.c: targets of one step, floats of a row. */
const [MOST_TARGETS, MOST_FEATURES] = [64, 1024];
/** Floats of a row are a multiple of every build's vectors. */
const ROW_UNIT = 16;

interface LearnAttrs {
  model: keyof typeof MODELS;
  window: number;
  /** 0: hierarchical softmax. */
  negative: number;
  rate: number;
  lastRate: number;
}
interface LearnInputs {
  ids: TensorInfo;
  input: TensorInfo;
  output: TensorInfo;
  keep: TensorInfo;
  chance: TensorInfo;
  alias: TensorInfo;
  pathStart: TensorInfo;
  path: TensorInfo;
  dice: TensorInfo;
}
interface SubwordInputs extends LearnInputs {
  rowStart: TensorInfo;
  rows: TensorInfo;
  echo: TensorInfo;
}

/**
 * LearnWords: one pass over ids [N] int32 (-1 unknown word, -2 line end), each thread its share, which changes input and
 * output [V, R] and dice [threads, 2] IN PLACE. R is a multiple of 16, at most 1024. keep, chance, alias [V], pathStart
 * [V + 1] and path [P] are int32, see kernels/embeddings.c and core/embeddings/learner.ts.
 * @returns losses [threads, 2]: the sum of the losses that were measured, and their number
 *
 * LearnSubwords: the same, where input is [I, R] and a word's vector the mean of some of its rows: rows [P] int32 with
 * rowStart [V + 1], each word one at least, and echo [V], see kernels/subwords.c and core/embeddings/subword-learner.ts.
 */
export function registerWordLearning(backendName: string): void {
  register<LearnInputs, LearnAttrs>(backendName, 'LearnWords', (inputs, attrs, backend) => {
    expectShape('LearnWords', 'input', inputs.input, inputs.output.shape);
    return run('LearnWords', inputs, attrs, backend, [], 1);
  });
  register<SubwordInputs, LearnAttrs>(backendName, 'LearnSubwords', (inputs, attrs, backend) => {
    const [vocabulary] = inputs.output.shape;
    const { rowStart, rows, echo } = inputs;
    expectShape('LearnSubwords', 'rowStart', rowStart, [vocabulary + 1]);
    expectShape('LearnSubwords', 'echo', echo, [vocabulary]);
    const starts = backend.values(rowStart);
    for (let word = 0; word < vocabulary; word++)
      if (starts[word + 1] <= starts[word]) throw new Error(`LearnSubwords: word ${word} has no row.`);
    if (starts[0] !== 0 || starts[vocabulary] !== rows.shape[0])
      throw new Error('LearnSubwords: rowStart does not go from 0 to the number of rows.');
    expectInRange('LearnSubwords', backend.values(rows) as Int32Array, inputs.input.shape[0], 'row');
    return run('LearnSubwords', inputs, attrs, backend, [rowStart, rows, echo], 4);
  });
}

function run(
  kernel: 'LearnWords' | 'LearnSubwords',
  inputs: LearnInputs,
  attrs: LearnAttrs,
  backend: HeapBackend,
  more: TensorInfo[],
  reads: number,
): TensorInfo {
  const [vocabulary, row] = inputs.output.shape;
  const { threads } = backend.pool;
  const { window, negative } = attrs;
  if (row % ROW_UNIT || row > MOST_FEATURES || negative >= MOST_TARGETS || window < 1)
    throw new Error(`${kernel}: rows of ${row}, a window of ${window} and ${negative} negatives do not fit.`);
  if (inputs.input.shape[1] !== row) throw new Error(`${kernel}: input and output have rows of two widths.`);
  expectShape(kernel, 'dice', inputs.dice, [threads, 2]);
  expectShape(kernel, 'pathStart', inputs.pathStart, [vocabulary + 1]);
  for (const name of ['keep', 'chance', 'alias'] as const) expectShape(kernel, name, inputs[name], [vocabulary]);
  const ids = backend.values(inputs.ids) as Int32Array;
  if (ids.some((id) => id >= vocabulary)) throw new Error(`${kernel}: an id is not below ${vocabulary}.`);
  const losses = backend.output([threads, 2]);
  (backend.values(losses) as Float32Array).fill(0);
  const { ids: words, input, output, keep, chance, alias, pathStart, path, dice } = inputs;
  const blocks = [words, input, output, keep, chance, alias, pathStart, path, dice, losses, ...more];
  backend.run(() =>
    new Program().add(
      kernel === 'LearnWords' ? 'learnWords' : 'learnSubwords',
      [
        ...[MODELS[attrs.model], window, negative, vocabulary, row, ids.length],
        ...[floatWord(attrs.rate), floatWord(attrs.lastRate)],
        ...blocks.map((tensor) => backend.address(tensor)),
      ],
      ids.length * row * window * Math.max(1, negative) * reads,
    ),
  );
  return losses;
}
