import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { withMissCost } from '../../../src/core/models/tagger/neural/miss-cost';
import { TagScheme } from '../../../src/core/models/tagger/neural/tag-scheme';
import { tagTargets } from '../../../src/core/models/tagger/neural/tagger-batch';
import { CrfHead } from '../../../src/core/models/tagger/neural/tagger-head';
import { Random } from '../../../src/core/random';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const TAGS = ['O', 'a', 'b'];

function* sequences(length: number): Generator<number[]> {
  if (length === 0) yield [];
  else for (const rest of sequences(length - 1)) for (let tag = 0; tag < TAGS.length; tag++) yield [...rest, tag];
}

test('a CRF with a cost for misses has the softmax-margin of all sequences', () => {
  const tag = fc.nat(TAGS.length - 1);
  const token = fc.tuple(tag, fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }));
  fc.assert(
    fc.property(
      fc.array(token, { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0, max: 4, noNaN: true }),
      (tokens, cost) => {
        tf.tidy(() => {
          const head = new CrfHead(new TagScheme(TAGS, true), new Random(7));
          const [moves, start, end] = head.parameters.map(({ variable }) => variable.dataSync());
          const gold = tokens.map(([own]) => own);
          const scoreOf = (tags: number[], extra: number): number => {
            let sum = start[tags[0]] + end[tags[tags.length - 1]];
            tags.forEach((each, t) => {
              sum += tokens[t][1][each] + (t > 0 ? moves[tags[t - 1] * TAGS.length + each] : 0);
              if (each === 0 && gold[t] !== 0) sum += extra;
            });
            return sum;
          };
          const all = [...sequences(tokens.length)].reduce((sum, tags) => sum + Math.exp(scoreOf(tags, cost)), 0);
          const expected = (Math.log(all) - scoreOf(gold, cost)) / tokens.length;
          const targets = tagTargets([Int32Array.from(gold)], tokens.length);
          const scores = withMissCost(tf.tensor3d([tokens.map(([, row]) => row)]), targets, 0, cost);
          const loss = head.loss(scores, Int32Array.of(tokens.length), targets).dataSync()[0];
          expect(loss).toBeCloseTo(expected, 4);
        });
      },
    ),
    { numRuns: 40 },
  );
});

test('only tokens that count are dearer; without a cost or a tag for the outside nothing changes', () => {
  tf.tidy(() => {
    const scores = tf.zeros<tf.Rank.R3>([1, 3, 3]);
    const targets = tagTargets([Int32Array.of(1, 0, -1)], 3);
    expect([...withMissCost(scores, targets, 0, 2).dataSync()]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(withMissCost(scores, targets, 0, 0)).toBe(scores);
    expect(withMissCost(scores, targets, -1, 2)).toBe(scores);
  });
});
