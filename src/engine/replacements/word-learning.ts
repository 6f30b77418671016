import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program, floatWord } from '../program';
import { expectShape, register } from './kernel';

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

/**
 * LearnWords: one pass over ids [N] int32 (-1 unknown word, -2 line end), each thread its share, which changes input and
 * output [V, R] and dice [threads, 2] IN PLACE. R is a multiple of 16, at most 1024. keep, chance, alias [V], pathStart
 * [V + 1] and path [P] are int32, see kernels/embeddings.c and core/embeddings/learner.ts.
 * @returns losses [threads, 2]: the sum of the losses that were measured, and their number
 */
export function registerWordLearning(backendName: string): void {
  register<LearnInputs, LearnAttrs>(backendName, 'LearnWords', (inputs, attrs, backend) => {
    const [vocabulary, row] = inputs.input.shape;
    const { threads } = backend.pool;
    const { window, negative } = attrs;
    if (row % ROW_UNIT || row > MOST_FEATURES || negative >= MOST_TARGETS || window < 1)
      throw new Error(`LearnWords: rows of ${row}, a window of ${window} and ${negative} negatives do not fit.`);
    expectShape('LearnWords', 'output', inputs.output, [vocabulary, row]);
    expectShape('LearnWords', 'dice', inputs.dice, [threads, 2]);
    expectShape('LearnWords', 'pathStart', inputs.pathStart, [vocabulary + 1]);
    for (const name of ['keep', 'chance', 'alias'] as const)
      expectShape('LearnWords', name, inputs[name], [vocabulary]);
    const ids = backend.values(inputs.ids) as Int32Array;
    if (ids.some((id) => id >= vocabulary)) throw new Error(`LearnWords: an id is not below ${vocabulary}.`);
    const losses = backend.output([threads, 2]);
    (backend.values(losses) as Float32Array).fill(0);
    const { ids: words, input, output, keep, chance, alias, pathStart, path, dice } = inputs;
    const blocks = [words, input, output, keep, chance, alias, pathStart, path, dice, losses];
    backend.run(() =>
      new Program().add(
        'learnWords',
        [
          ...[MODELS[attrs.model], window, negative, vocabulary, row, ids.length],
          ...[floatWord(attrs.rate), floatWord(attrs.lastRate)],
          ...blocks.map((tensor) => backend.address(tensor)),
        ],
        ids.length * row * window * Math.max(1, negative),
      ),
    );
    return losses;
  });
}
