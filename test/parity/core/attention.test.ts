import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { attention, attentionPooling, type AttentionScore } from '../../../src/core/ops/attention';
import { maskedSoftmax } from '../../../src/core/ops/masked-softmax';
import { expectClose, noisy } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import type { Numbers } from './reference';
import { affine, attend, inner, maskedSoftmax as referenceSoftmax, pairScores } from './reference-losses';

interface Kind {
  kind: AttentionScore['kind'];
  /** Shapes of its parameters for queries of H, keys of G and A = 4. */
  shapes: (width: number, keyWidth: number) => Record<string, number[]>;
  op: (parameters: tf.Tensor[]) => AttentionScore;
  score: (parameters: Numbers[]) => (q: number[], k: number[]) => number;
}
const A = 4;
const KINDS: Kind[] = [
  { kind: 'dot', shapes: () => ({}), op: () => ({ kind: 'dot' }), score: () => inner },
  {
    kind: 'scaled',
    shapes: () => ({}),
    op: () => ({ kind: 'scaled' }),
    score: () => (q, k) => inner(q, k) / Math.sqrt(q.length),
  },
  {
    kind: 'general',
    shapes: (width, keyWidth) => ({ weight: [width, keyWidth] }),
    op: ([weight]) => ({ kind: 'general', weight: weight as tf.Tensor2D }),
    score:
      ([weight]) =>
      (q, k) =>
        inner(q, affine(weight, k)),
  },
  {
    kind: 'additive',
    shapes: (width, keyWidth) => ({ queryWeight: [A, width], keyWeight: [A, keyWidth], bias: [A], v: [A] }),
    op: ([queryWeight, keyWeight, bias, v]) => ({
      kind: 'additive',
      queryWeight: queryWeight as tf.Tensor2D,
      keyWeight: keyWeight as tf.Tensor2D,
      bias: bias as tf.Tensor1D,
      v: v as tf.Tensor1D,
    }),
    score:
      ([queryWeight, keyWeight, bias, v]) =>
      (q, k) => {
        const keyed = affine(keyWeight, k);
        return inner(
          v,
          affine(queryWeight, q, bias).map((value, a) => Math.tanh(value + keyed[a])),
        );
      },
  },
];

onEachBackend(() => {
  describe.each(KINDS)('$kind attention', ({ kind, shapes, op, score }) => {
    // batch, queries, time, width, lengths
    test.each([
      { batch: 1, count: 1, time: 1, width: 1, lengths: undefined },
      { batch: 3, count: 2, time: 5, width: 3, lengths: [5, 1, 0] },
      { batch: 2, count: 7, time: 19, width: 5, lengths: [17, 4] },
    ])('batch $batch, $count queries, time $time, width $width', ({ batch, count, time, width, lengths }) => {
      const keyWidth = kind === 'dot' || kind === 'scaled' ? width : width + 1;
      const valueWidth = 2;
      checkOperation({
        inputs: {
          queries: [batch, count, width],
          keys: [batch, time, keyWidth],
          values: [batch, time, valueWidth],
          ...shapes(width, keyWidth),
        },
        reference: ([queries, keys, values, ...parameters]) => {
          const scores = pairScores(queries, keys, { batch, queries: count, time }, score(parameters));
          return attend(scores, values, lengths ?? new Array<number>(batch).fill(time), time);
        },
        op: ([queries, keys, values, ...parameters]) => {
          const steps = lengths && tf.tensor1d(lengths, 'int32');
          const [q, k, v] = [queries, keys, values] as tf.Tensor3D[];
          const { context, weights } = attention(q, k, v, op(parameters), steps);
          return [context, weights];
        },
      });
    });
  });

  test.each([[undefined], [[4, 1, 0]]])('attention pooling, lengths %j', (lengths) => {
    const [batch, time, width] = [3, 4, 5];
    checkOperation({
      inputs: { states: [batch, time, width], weight: [A, width], bias: [A], query: [A] },
      reference: ([states, weight, bias, query]) => {
        const nothing = new Float64Array(batch);
        const scores = pairScores(nothing, states, { batch, queries: 1, time }, (_, s) =>
          inner(query, affine(weight, s, bias).map(Math.tanh)),
        );
        return attend(scores, states, lengths ?? new Array<number>(batch).fill(time), time);
      },
      op: ([states, weight, bias, query]) => {
        const parameters = { weight, bias, query } as { weight: tf.Tensor2D; bias: tf.Tensor1D; query: tf.Tensor1D };
        const pooled = attentionPooling(states as tf.Tensor3D, parameters, lengths && tf.tensor1d(lengths, 'int32'));
        return [pooled.context, pooled.weights];
      },
    });
  });

  test('what lies behind the end of a sequence changes nothing, not even NaN; large scores stay finite', () => {
    tf.tidy(() => {
      const { tensor, values } = noisy([2, 3, 6], 1, 1e4);
      const lengths = [4, 6];
      const expected = referenceSoftmax(values, lengths, 6);
      const spoilt = values.map((value, i) => (i < 18 && i % 6 >= 4 ? NaN : value));
      const steps = tf.tensor1d(lengths, 'int32');
      for (const scores of [tensor as tf.Tensor3D, tf.tensor3d(spoilt, [2, 3, 6])]) {
        expectClose([maskedSoftmax(scores, steps).dataSync()], [expected], ['weights']);
      }
      const broken = maskedSoftmax(tf.tensor3d([NaN, 1, 2, 3], [1, 1, 4]), tf.tensor1d([4], 'int32'));
      expect([...broken.dataSync()].every(Number.isNaN)).toBe(true);
      expect(maskedSoftmax(tf.zeros([0, 2, 3]), tf.zeros([0], 'int32')).shape).toEqual([0, 2, 3]);
    });
  });
});
