import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearClassifier } from '../../src/core/models/bag/linear-classifier';
import { fromArpa } from '../../src/core/models/ngram/arpa-read';
import { toArpa } from '../../src/core/models/ngram/arpa-write';
import { ngramFromCheckpoint } from '../../src/core/models/ngram/checkpoint';
import type { NgramLanguageModel } from '../../src/core/models/ngram/model';
import { Random } from '../../src/core/random';
import type { NamedTensor } from '../../src/core/runs/safetensors';
import { NaiveBayesCounter } from '../../src/core/training/classifier-counter';
import { NgramCounter } from '../../src/core/training/ngram-counter';
import { resultOrSentence } from './outcome';
import { finish } from '../helpers/finish';

const decode = (ids: Int32Array): string => ids.join(' ');

function fitted<C extends { fitInSlices(): Generator<number, void> }>(counter: C): C {
  finish(counter.fitInSlices());
  return counter;
}

const sentences = ['2 3 4 2 3', '4 3 2', '2 3 3 4', '3 4 2 3 4 4', '5'].map((text) =>
  Int32Array.from(text.split(' ').map(Number)),
);
const counter = fitted(
  new NgramCounter(
    sentences,
    sentences,
    { order: 3, vocabulary: 7, begin: 0, end: 1 },
    { decode, length: 0, temperature: 1, random: new Random(1) },
  ),
);
const arpa = [...toArpa(counter.model, (id) => `w${id}`)].join('');

/** A model that was let in answers everything: probabilities, scores, and an ARPA file of its own. */
function use(model: NgramLanguageModel): void {
  for (let token = 0; token < Math.min(model.vocabulary, 8); token++) {
    const context = [token, 0, (token + 1) % model.vocabulary, token];
    expect(model.logProbability(context, token)).not.toBeNaN();
  }
  for (const score of model.initialScores()) expect(score).not.toBeNaN();
}

describe('hostile ARPA files', () => {
  it('a good file with lines dropped, doubled, swapped or with characters changed', () => {
    const lines = arpa.split('\n');
    const at = fc.nat(lines.length - 1);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('drop' as const), at }),
      fc.record({ kind: fc.constant('double' as const), at }),
      fc.record({ kind: fc.constant('swap' as const), at, with: at }),
      fc.record({
        kind: fc.constant('write' as const),
        at,
        column: fc.nat(20),
        text: fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom('\t', ' ', '-', '9e99', '-inf', 'NaN', 'w2', '<s>'),
        ),
      }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const copy = [...lines];
        for (const step of changes) {
          if (step.kind === 'drop') copy.splice(step.at, 1);
          else if (step.kind === 'double') copy.splice(step.at, 0, copy[step.at] ?? '');
          else if (step.kind === 'swap')
            [copy[step.at], copy[step.with]] = [copy[step.with] ?? '', copy[step.at] ?? ''];
          else {
            const line = copy[step.at] ?? '';
            copy[step.at] = line.slice(0, step.column) + step.text + line.slice(step.column + 1);
          }
        }
        const result = resultOrSentence(() => fromArpa(copy, 'hostile.arpa'));
        if (!result) return;
        accepted++;
        use(result.model);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('lines out of the words that such files are made of', () => {
    const word = fc.constantFrom(
      '\\data\\', '\\1-grams:', '\\2-grams:', '\\end\\', 'ngram', '1=1', '2=99999999999', '1=2', '-1', '-0.5', '-99', '0', 'a', 'b', '<s>', '</s>', '<unk>', '__proto__',
    ); // prettier-ignore
    const line = fc.array(word, { maxLength: 4 }).map((words) => words.join('\t'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const result = resultOrSentence(() => fromArpa(['\\data\\', ...lines], 'hostile.arpa'));
        if (result) use(result.model);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Tensors with single numbers changed, lengths changed, or whole ones missing. */
function damagedTensors(tensors: NamedTensor[]): fc.Arbitrary<Map<string, NamedTensor>> {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 12 }),
    fc.constantFrom(2 ** 31 - 1, -(2 ** 31), NaN, Infinity, 0.5),
  );
  const change = fc.record({
    tensor: fc.nat(tensors.length - 1),
    at: fc.nat(30),
    value: number,
    kind: fc.constantFrom('set', 'set', 'set', 'shorten', 'remove'),
  });
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const copy = tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
    const removed = new Set<number>();
    for (const { tensor, at, value, kind } of changes) {
      const own = copy[tensor];
      if (kind === 'set' && own.data.length > 0) own.data[at % own.data.length] = value;
      else if (kind === 'shorten' && own.data.length > 0) {
        own.data = own.data.slice(0, -1);
        own.shape = [own.data.length];
      } else if (kind === 'remove') removed.add(tensor);
    }
    return new Map(copy.filter((_, i) => !removed.has(i)).map((tensor) => [tensor.name, tensor]));
  });
}

const text = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom('0', '1', '2', '3', '-1', '1e9', 'NaN', '[]', '["a"]', 'arpa'),
);

describe('hostile checkpoints', () => {
  it('of n-gram models', () => {
    const { tensors, metadata } = counter.checkpoint();
    const wrong = fc.dictionary(fc.constantFrom('order', 'begin', 'end', 'smoothing', 'sparsity', 'warnings'), text, {
      maxKeys: 1,
    });
    fc.assert(
      fc.property(damagedTensors(tensors), wrong, (map, more) => {
        const model = resultOrSentence(() => ngramFromCheckpoint(map, { ...metadata, ...more }));
        if (model) use(model);
      }),
      { numRuns: 4000 },
    );
  });

  it('of classifiers', () => {
    const part = { ids: sentences, labels: sentences.map((_, i) => Int32Array.of(i % 2)) };
    const data = { train: part, validation: part, labels: ['a', 'b'], multiLabel: false };
    const { tensors, metadata } = fitted(new NaiveBayesCounter(data, { ngrams: 2, alpha: 1 }, decode)).checkpoint();
    const wrong = fc.dictionary(fc.constantFrom('labels', 'ngrams', 'binary', 'multiLabel'), text, { maxKeys: 1 });
    fc.assert(
      fc.property(damagedTensors(tensors), wrong, (map, more) => {
        const model = resultOrSentence(() => LinearClassifier.fromCheckpoint(map, { ...metadata, ...more }));
        for (const ids of model ? sentences : []) expect(model?.predict(ids).every((p) => p >= 0 && p <= 1)).toBe(true);
      }),
      { numRuns: 4000 },
    );
  });
});
