import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { crfDecode, crfLogLikelihood, crfMarginals, type AllowedTransitions } from '../../../src/core/ops/crf';
import { expectClose, noise } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import type { Numbers } from './reference';

/** All sequences of `length` tags out of `count`. */
function everySequence(length: number, count: number): number[][] {
  if (length === 0) return [[]];
  return everySequence(length - 1, count).flatMap((tags) => Array.from({ length: count }, (_, tag) => [...tags, tag]));
}

interface Chain {
  emissions: Numbers;
  transitions: Numbers;
  start: Numbers;
  end: Numbers;
}

function scoreOf({ emissions, transitions, start, end }: Chain, at: number, tags: number[], count: number): number {
  if (tags.length === 0) return 0;
  return tags.reduce(
    (sum, tag, t) => sum + emissions[at + t * count + tag] + (t > 0 ? transitions[tags[t - 1] * count + tag] : 0),
    start[tags[0]] + end[tags[tags.length - 1]],
  );
}

/** Likelihoods, marginals and best tags by trying all sequences. */
function enumerate(chain: Chain, tags: Numbers, lengths: number[], time: number, count: number) {
  const likelihoods: number[] = [];
  const marginals = new Float64Array(lengths.length * time * count);
  const best: number[] = [];
  lengths.forEach((length, b) => {
    const at = b * time * count;
    const all = everySequence(length, count);
    const scores = all.map((sequence) => scoreOf(chain, at, sequence, count));
    const highest = Math.max(...scores);
    const logZ = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
    const wanted = Array.from({ length }, (_, t) => tags[b * time + t]);
    likelihoods.push(scoreOf(chain, at, wanted, count) - (length === 0 ? 0 : logZ));
    all.forEach((sequence, s) =>
      sequence.forEach((tag, t) => (marginals[at + t * count + tag] += Math.exp(scores[s] - logZ))),
    );
    const winner = all[scores.indexOf(highest)];
    best.push(...Array.from({ length: time }, (_, t) => winner[t] ?? -1));
  });
  return { likelihoods, marginals, best };
}

const SIZES = [
  { time: 1, count: 1, lengths: [1] },
  { time: 1, count: 3, lengths: [1, 0] },
  { time: 4, count: 3, lengths: [4, 2, 0, 1] },
  { time: 3, count: 9, lengths: [3, 2] },
  { time: 2, count: 18, lengths: [2, 1, 2] },
];
const tagsOf = (size: number, count: number) => Int32Array.from({ length: size }, (_, k) => (k * 5 + 1) % count);
const shapesOf = ({ time, count, lengths }: (typeof SIZES)[number]) => ({
  emissions: [lengths.length, time, count],
  transitions: [count, count],
  start: [count],
  end: [count],
});
type Parts = [tf.Tensor3D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];

onEachBackend(() => {
  describe.each(SIZES)('time $time, $count tags, lengths $lengths', (size) => {
    const { time, count, lengths } = size;
    const tags = tagsOf(lengths.length * time, count);

    test('the likelihood and its gradients agree with all sequences tried', () => {
      checkOperation({
        inputs: shapesOf(size),
        reference: ([emissions, transitions, start, end]) => [
          enumerate({ emissions, transitions, start, end }, tags, lengths, time, count).likelihoods,
        ],
        op: (inputs) => {
          const [emissions, ...rest] = inputs as Parts;
          const wanted = tf.tensor2d(tags, [lengths.length, time], 'int32');
          return [crfLogLikelihood(emissions, wanted, tf.tensor1d(lengths, 'int32'), ...rest)];
        },
        scale: 2,
      });
    });

    test.each([1, 100])('marginals and the best tags agree with all sequences tried, scale %i', (scale) => {
      tf.tidy(() => {
        const shapes: number[][] = Object.values(shapesOf(size));
        const values = shapes.map((shape, k) => noise(tf.util.sizeFromShape(shape), k + 7).map((z) => z * scale));
        const [emissions, transitions, start, end] = values;
        const expected = enumerate({ emissions, transitions, start, end }, tags, lengths, time, count);
        const tensors: tf.Tensor[] = values.map((array, k) => tf.tensor(array.slice(), shapes[k]));
        const [e, ...rest] = tensors as Parts;
        const steps = tf.tensor1d(lengths, 'int32');
        expectClose(
          [crfMarginals(e, steps, ...rest).dataSync()],
          [expected.marginals],
          ['marginals'],
          1e-6 * (scale + 19),
        );
        const decoded = crfDecode(e, steps, ...rest);
        expect([...decoded.tags.dataSync()]).toEqual(expected.best);
        expect(decoded.tags.dtype).toBe('int32');
      });
    });
  });

  test('what is not allowed has no share; scores of any size stay finite; NaN passes', () => {
    tf.tidy(() => {
      const lengths = tf.tensor1d([3], 'int32');
      const tags = tf.tensor2d([0, 1, 1], [1, 3], 'int32');
      const zeros: Parts = [tf.zeros([1, 3, 2]), tf.zeros([2, 2]), tf.zeros([2]), tf.zeros([2])];
      // 1 may not come first, and 0 not after 1: 000, 001, 011 are left.
      const allowed: AllowedTransitions = {
        transitions: tf.tensor2d([1, 1, 0, 1], [2, 2]),
        start: tf.tensor1d([1, 0]),
        end: tf.ones([2]),
      };
      const likelihood = (parts: Parts) =>
        crfLogLikelihood(parts[0], tags, lengths, parts[1], parts[2], parts[3], allowed);
      expect(likelihood(zeros).dataSync()[0]).toBeCloseTo(-Math.log(3), 5);
      const [e, ...rest] = zeros;
      const shares = crfMarginals(e, lengths, ...rest, allowed).dataSync();
      [1, 0, 2 / 3, 1 / 3, 1 / 3, 2 / 3].forEach((share, k) => expect(shares[k]).toBeCloseTo(share, 5));
      const tempting = tf.tensor3d([0, 50, 0, 9, 5, 0], [1, 3, 2]);
      expect([...crfDecode(tempting, lengths, ...rest, allowed).tags.dataSync()]).toEqual([0, 1, 1]);
      const forbidden = crfLogLikelihood(e, tf.tensor2d([1, 0, 0], [1, 3], 'int32'), lengths, ...rest, allowed);
      expect(forbidden.dataSync()[0]).toBeLessThan(-1e8);

      const huge = [1e4, -1e4, -1e4, 1e4, -1e4, 1e4];
      expect(likelihood([tf.tensor3d(huge, [1, 3, 2]), rest[0], rest[1], rest[2]]).dataSync()[0]).toBeCloseTo(0, 5);
      expect(likelihood([tf.tensor3d([NaN, 0, 0, 0, 0, 0], [1, 3, 2]), ...rest]).dataSync()[0]).toBeNaN();
      const none = tf.zeros<tf.Rank.R1>([0], 'int32');
      expect(crfLogLikelihood(tf.zeros([0, 3, 2]), tf.zeros([0, 3], 'int32'), none, ...rest).shape).toEqual([0]);
      expect(crfDecode(tf.zeros([0, 3, 2]), none, ...rest).tags.shape).toEqual([0, 3]);
    });
  });
});
