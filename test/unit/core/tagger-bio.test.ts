import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BioRule } from '../../../src/core/models/tagger/bio';
import { CrfTagger } from '../../../src/core/models/tagger/crf';
import { featuresOf } from '../../../src/core/models/tagger/crf-features';
import { HmmTagger } from '../../../src/core/models/tagger/hmm';
import { Lexicon } from '../../../src/core/models/tagger/lexicon';
import { MostFrequentTagger } from '../../../src/core/models/tagger/most-frequent-tag';
import { TagScheme } from '../../../src/core/models/tagger/neural/tag-scheme';
import { PerceptronTagger } from '../../../src/core/models/tagger/perceptron';
import { readTexts, type Tensors } from '../../../src/core/models/tagger/tables';
import { Random } from '../../../src/core/random';
import { chunksOf } from '../../../src/core/text/chunks';
import { finish } from '../../helpers/finish';

const TAGS = ['O', 'B-x', 'I-x', 'B-y', 'I-y'];
const rule = BioRule.of(TAGS) as BioRule;
// Words that stand inside of entities only, and types that are mixed up, so that a decoder without the rule breaks it.
const SENTENCES = [
  'New/B-x York/I-x is/O big/O',
  'New/B-y York/I-y Times/I-y is/O read/O',
  'Old/B-x York/I-x City/I-x',
  'Times/B-y City/I-y was/O read/O',
  'big/O Times/B-y',
].map((text) => {
  const pairs = text.split(' ').map((pair) => pair.split('/'));
  return { words: pairs.map(([word]) => word), tags: pairs.map(([, tag]) => TAGS.indexOf(tag)) };
});
const WORDS = [...new Set(SENTENCES.flatMap(({ words }) => words)), 'zebra', 'Yorks'];
const sentence = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 });

const options = { tags: TAGS.length, rule };
const taggers = {
  crf: finish(
    CrfTagger.trainInSlices(SENTENCES, { ...options, passes: 5, l2: 0.1, minCount: 1, random: new Random(1) }),
  ),
  'hmm, bigrams': finish(HmmTagger.trainInSlices(SENTENCES, { ...options, order: 2 })),
  hmm: finish(HmmTagger.trainInSlices(SENTENCES, { ...options, order: 3 })),
  'hmm after Baum-Welch': finish(HmmTagger.trainInSlices(SENTENCES, { ...options, order: 3, iterations: 2 })),
  perceptron: finish(PerceptronTagger.trainInSlices(SENTENCES, { ...options, epochs: 3, random: new Random(1) })),
  'most frequent tag': finish(MostFrequentTagger.trainInSlices(SENTENCES, TAGS.length, rule)),
};

/** Said without the rule's own code. */
function isWhole(tags: readonly string[]): boolean {
  return tags.every((tag, i) => {
    if (!tag.startsWith('I-')) return true;
    const before = tags[i - 1] ?? 'O';
    return before === tag || before === `B${tag.slice(1)}`;
  });
}
const namesOf = (ids: ArrayLike<number>): string[] => Array.from(ids, (id) => TAGS[id]);

function wholePaths(length: number): number[][] {
  const all = (rest: number): number[][] =>
    rest === 0 ? [[]] : all(rest - 1).flatMap((path) => TAGS.map((_, tag) => [...path, tag]));
  return all(length).filter((path) => isWhole(namesOf(path)));
}

/** Checks best tags and marginals against all whole sequences with their scores, logarithms without normalisation. */
function expectBest(tagger: CrfTagger | HmmTagger, words: string[], score: (path: number[]) => number): void {
  const paths = wholePaths(words.length).map((path) => ({ path, weight: Math.exp(score(path)) }));
  const all = paths.reduce((sum, { weight }) => sum + weight, 0);
  const { tags, probabilities } = tagger.read(words);
  const most = Math.max(...paths.map(({ weight }) => weight));
  expect(Math.exp(score(Array.from(tags))) / most).toBeCloseTo(1, 6);
  words.forEach((_, i) =>
    TAGS.forEach((_, tag) => {
      const own = paths.filter(({ path }) => path[i] === tag).reduce((sum, { weight }) => sum + weight, 0);
      expect(probabilities[i * TAGS.length + tag]).toBeCloseTo(own / all, 5);
    }),
  );
}

const tensorsOf = (tagger: CrfTagger | HmmTagger): Tensors =>
  new Map(tagger.tensors().map((tensor) => [tensor.name, tensor]));

describe('with BIO', () => {
  test.each(Object.entries(taggers))('%s never goes on with what did not begin', (_, tagger) => {
    fc.assert(
      fc.property(sentence, (words) => {
        const { tags, probabilities } = tagger.read(words);
        expect(namesOf(tags)).toSatisfy(isWhole);
        const sums = words.map((_, i) => probabilities.slice(i * 5, i * 5 + 5).reduce((sum, p) => sum + p, 0));
        for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
        if (tagger instanceof PerceptronTagger) {
          tags.forEach((tag, i) =>
            TAGS.forEach((_, other) =>
              expect(probabilities[i * 5 + other]).toBeLessThanOrEqual(probabilities[i * 5 + tag]),
            ),
          );
        }
      }),
    );
  });

  test('the CRF finds the best of all whole sequences, and their marginals', () => {
    const tagger = taggers.crf;
    const tensors = tensorsOf(tagger);
    const ids = new Map(readTexts(tensors, 'features').map((name, id) => [name, id]));
    const weight = tensors.get('weight')?.data as Float32Array;
    const size = TAGS.length;
    const [pairs, start] = [ids.size * size, ids.size * size + size * size];
    const saved = CrfTagger.fromTensors(tensors, size, rule);
    fc.assert(
      fc.property(sentence, (words) => {
        const features = featuresOf(words).map((names) => names.flatMap((name) => ids.get(name) ?? []));
        expectBest(saved, words, (path) =>
          path.reduce((sum, tag, i) => {
            const own = features[i].reduce((all, feature) => all + weight[feature * size + tag], 0);
            return sum + own + (i === 0 ? weight[start + tag] : weight[pairs + path[i - 1] * size + tag]);
          }, 0),
        );
      }),
      { numRuns: 30 },
    );
  });

  test.each(['hmm', 'hmm after Baum-Welch'] as const)('the %s finds the best of all whole sequences', (name) => {
    const tensors = tensorsOf(taggers[name]);
    const tagger = HmmTagger.fromTensors(tensors, TAGS.length, rule);
    const used = Lexicon.fromTensors(tensors, TAGS.length, tensors.has('expected.words') ? 'expected' : 'lexicon');
    const transitions = tensors.get('transitions')?.data as Float32Array;
    const size = TAGS.length + 1;
    const known = fc.array(fc.constantFrom(...used.words.keys()), { minLength: 1, maxLength: 4 });
    const emission = (word: string, tag: number): number => {
      const counts = used.words.get(word) as Float64Array;
      const inside = TAGS.indexOf(TAGS[tag].replace('B-', 'I-'));
      const least = TAGS[tag].startsWith('B-') ? counts[inside] / 10 : 0;
      return Math.log(Math.max(counts[tag], least) / used.tags[tag]);
    };
    fc.assert(
      fc.property(known, (words) => {
        expectBest(tagger, words, (path) => {
          const steps = [TAGS.length, TAGS.length, ...path, TAGS.length];
          const moves = steps.slice(2).map((c, i) => transitions[(steps[i] * size + steps[i + 1]) * size + c]);
          const own = path.map((tag, i) => emission(words[i], tag));
          return [...moves, ...own].reduce((sum, log) => sum + log, 0);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('a softmax head chooses tags one by one, and what goes on with nothing begins an entity', () => {
    const scheme = new TagScheme(TAGS, false);
    fc.assert(
      fc.property(fc.array(fc.nat(TAGS.length - 1), { maxLength: 8 }), (chosen) => {
        const seen = namesOf(scheme.seen(Int32Array.from(chosen)));
        expect(seen).toSatisfy(isWhole);
        expect(chunksOf(seen)).toEqual(chunksOf(namesOf(chosen)));
      }),
    );
  });
});

test('tags that are no BIO have no rule', () => {
  expect(BioRule.of(['NOUN', 'VERB'])).toBeUndefined();
  expect(BioRule.of(['O', 'I-x'])).toBeUndefined();
  expect(BioRule.of(['O', 'B-x', 'I-x', 'E-x'])).toBeUndefined();
  expect(BioRule.of(['exon', 'intron'])).toBeUndefined();
});
