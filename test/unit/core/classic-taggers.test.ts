import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCrfGradient, CrfTagger } from '../../../src/core/models/tagger/crf';
import { HmmTagger } from '../../../src/core/models/tagger/hmm';
import { bestChain, chainMarginals } from '../../../src/core/models/tagger/linear-chain';
import { MostFrequentTagger } from '../../../src/core/models/tagger/most-frequent-tag';
import { PerceptronTagger } from '../../../src/core/models/tagger/perceptron';
import { Random } from '../../../src/core/random';
import { sentencesOfText } from '../../../src/core/text/tagged/sentences';
import { finish } from '../../helpers/finish';

const numbers = (random: Random, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => random.normal());

function pathsOf(length: number, size: number): number[][] {
  if (length === 0) return [[]];
  return pathsOf(length - 1, size).flatMap((path) => Array.from({ length: size }, (_, k) => [...path, k]));
}

const TEXTS = [
  'the/0 can/1 rusts/2',
  'dogs/1 can/2',
  'the/0 dogs/1 bark/2',
  'they/1 walk/2',
  'a/0 walk/1 helps/2',
  'dogs/1 can/1',
  'the/0 walk/2',
];
const SENTENCES = TEXTS.map((text) => {
  const pairs = text.split(' ').map((pair) => pair.split('/'));
  return { words: pairs.map(([word]) => word), tags: pairs.map(([, tag]) => Number(tag)) };
});

describe('linear chain', () => {
  it('agrees with enumeration', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 3 }), (seed, length, size) => {
        const random = new Random(seed);
        const [emissions, transitions, start] = [length * size, size * size, size].map((n) => numbers(random, n));
        const score = (path: number[]): number =>
          path.reduce(
            (sum, k, t) => sum + emissions[t * size + k] + (t === 0 ? start[k] : transitions[path[t - 1] * size + k]),
            0,
          );
        const paths = pathsOf(length, size);
        const logPartition = Math.log(paths.reduce((sum, path) => sum + Math.exp(score(path)), 0));
        const chain = { size, emissions, transitions, start };
        const found = chainMarginals(chain);
        expect(found.logPartition).toBeCloseTo(logPartition, 9);
        for (let at = 0; at < length * size; at++) {
          const own = paths.filter((path) => path[Math.floor(at / size)] === at % size);
          const p = own.reduce((sum, path) => sum + Math.exp(score(path) - logPartition), 0);
          expect(found.tokens[at]).toBeCloseTo(p, 9);
        }
        const best = paths.reduce((high, path) => (score(path) > score(high) ? path : high));
        expect(Array.from(bestChain(chain))).toEqual(best);
      }),
      { numRuns: 50 },
    );
  });
});

describe('CRF', () => {
  it('has the gradient of finite differences', () => {
    const [size, features] = [3, 4];
    const values = numbers(new Random(1), features * size + size * size + size);
    const sentence = { features: [[0, 1], [2], [1, 3]].map((own) => Int32Array.from(own)), tags: [0, 2, 1] };
    const weights = { size, features, values };
    const into = new Float64Array(values.length);
    addCrfGradient(sentence, weights, { into, rate: 1 });
    const nothing = { into: new Float64Array(values.length), rate: 0 };
    for (let at = 0; at < values.length; at++) {
      const moved = [1e-5, -1e-5].map((by) => {
        const other = values.slice();
        other[at] += by;
        return addCrfGradient(sentence, { size, features, values: other }, nothing);
      });
      expect(into[at]).toBeCloseTo((moved[0] - moved[1]) / 2e-5, 6);
    }
  });
});

describe('classic taggers', () => {
  const models = {
    crf: [
      finish(CrfTagger.trainInSlices(SENTENCES, { tags: 3, passes: 20, l2: 0.1, minCount: 1, random: new Random(1) })),
      CrfTagger,
    ],
    hmm: [finish(HmmTagger.trainInSlices(SENTENCES, { tags: 3, order: 3 })), HmmTagger],
    'hmm after Baum-Welch': [
      finish(HmmTagger.trainInSlices(SENTENCES, { tags: 3, order: 2, iterations: 2 })),
      HmmTagger,
    ],
    perceptron: [
      finish(PerceptronTagger.trainInSlices(SENTENCES, { tags: 3, epochs: 5, random: new Random(1) })),
      PerceptronTagger,
    ],
    'most frequent tag': [finish(MostFrequentTagger.trainInSlices(SENTENCES, 3)), MostFrequentTagger],
  } as const;

  it.each(Object.entries(models))('%s has probabilities, and comes back from its tensors', (_, [model, kind]) => {
    const words = ['the', 'zebra', 'can'];
    const answer = model.read(words);
    for (let i = 0; i < words.length; i++) {
      expect(answer.probabilities.slice(i * 3, (i + 1) * 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
    const again = kind.fromTensors(new Map(model.tensors().map((tensor) => [tensor.name, tensor])), 3).read(words);
    expect(again.tags).toEqual(answer.tags);
    again.probabilities.forEach((p, at) => expect(p).toBeCloseTo(answer.probabilities[at], 4));
    expect(() => kind.fromTensors(new Map(), 3)).toThrow('damaged');
  });

  it.each([2, 3] as const)('Baum-Welch never lowers the likelihood, order %i', (order) => {
    const likelihoods = [0, 1, 2, 3, 4, 5].map((iterations) => {
      const model = finish(HmmTagger.trainInSlices(SENTENCES, { tags: 3, order, iterations }));
      return SENTENCES.reduce((sum, { words }) => sum + model.logLikelihood(words), 0);
    });
    for (let n = 1; n < likelihoods.length; n++)
      expect(likelihoods[n]).toBeGreaterThanOrEqual(likelihoods[n - 1] - 1e-9);
    expect(likelihoods[5]).toBeGreaterThan(likelihoods[0]);
  });
});

describe('sentencesOfText', () => {
  it('takes lines for sentences and cuts long ones behind a mark', () => {
    const found = [...sentencesOfText('A b.\n\nOne two. Three four five', 4)];
    expect(found.map(({ tokens }) => tokens.join(' '))).toEqual(['A b .', 'One two .', 'Three four five']);
    expect(found.map(({ starts }) => starts[0])).toEqual([0, 6, 15]);
  });
});
