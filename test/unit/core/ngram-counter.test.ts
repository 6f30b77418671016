import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { ngramFromCheckpoint } from '../../../src/core/models/ngram/checkpoint';
import { NgramLanguageModel } from '../../../src/core/models/ngram/model';
import type { NgramOptions, NgramText, Smoothing } from '../../../src/core/models/ngram/options';
import { Random } from '../../../src/core/random';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../../src/core/runs/safetensors';
import type { Evaluation } from '../../../src/core/training/learner';
import { NgramCounter } from '../../../src/core/training/ngram-counter';
import { finish } from '../../helpers/finish';

const letters = (text: string): Int32Array => Int32Array.from(text, (c) => (c === ' ' ? 0 : c.charCodeAt(0) - 96));
const decode = (ids: Int32Array): string =>
  Array.from(ids, (id) => (id === 0 ? ' ' : String.fromCharCode(96 + id))).join('');
const TEXT = 'the cat sat on the mat and the dog sat on the log while the cat ran after the rat '.repeat(3);

function counterOf(
  train: NgramText,
  validation: NgramText,
  options: Partial<NgramOptions> = {},
  length = 40,
): NgramCounter {
  return new NgramCounter(
    train,
    validation,
    { order: 4, vocabulary: 29, smoothing: 'modified-kneser-ney', ...options },
    { decode, length, temperature: 0.5, random: new Random(1), forbidden: [28] },
  );
}

function evaluated(counter: NgramCounter): Evaluation {
  return finish(counter.evaluateInSlices());
}

describe('NgramCounter', () => {
  it('learns a running text, measures, samples and has a name', () => {
    const counter = counterOf(letters(TEXT), letters('the cat sat on the log'));
    expect(counter.name).toBe('4-gram, modified Kneser-Ney');
    expect(counter.parameterCount).toBe(0);
    expect(counter.hasValidation).toBe(true);
    expect([...counter.fitInSlices()].at(-1)).toBe(1);
    expect(counter.parameterCount).toBe(counter.model.ngrams);
    const { loss, tokens } = evaluated(counter);
    expect(tokens).toBe(21);
    expect(loss).toBeLessThan(1);
    const sample = [...counter.sampleInSlices()].join('');
    expect(sample).toHaveLength(40);
    // A 4-gram model of a small text mostly copies.
    const triples = Array.from({ length: 38 }, (_, i) => sample.slice(i, i + 3));
    expect(triples.filter((triple) => TEXT.includes(triple)).length).toBeGreaterThan(30);
    counter.dispose();
    expect(() => counter.model).toThrow(RangeError);
  });

  it('learns sentences, and writes each of them on a line', () => {
    const sentences = TEXT.trim().split(' the ').map(letters);
    const counter = counterOf(sentences, [letters('cat sat')], { begin: 27, end: 28, smoothing: 'witten-bell' }, 200);
    finish(counter.fitInSlices());
    expect(evaluated(counter).tokens).toBe(8);
    // Without </s> among the forbidden, sentences end.
    const free = new NgramCounter(
      sentences,
      [],
      { order: 4, vocabulary: 29, begin: 27, end: 28 },
      { decode, length: 200, temperature: 1, random: new Random(2) },
    );
    finish(free.fitInSlices());
    expect(free.hasValidation).toBe(false);
    const lines = [...free.sampleInSlices()].join('').split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => !line.includes(String.fromCharCode(96 + 27)))).toBe(true);
    expect([...counter.sampleInSlices()].join('')).not.toContain('\n');
  });

  it('warns where figures cannot be compared, or discounts had no ground', () => {
    const scores = counterOf(letters(TEXT), letters(TEXT), { smoothing: 'stupid-backoff' });
    finish(scores.fitInSlices());
    expect(scores.name).toBe('4-gram, stupid back-off (scores)');
    expect(scores.warnings).toEqual([expect.stringMatching(/^Stupid back-off gives scores that do not sum to one/)]);
    const tiny = counterOf(letters('ab'), letters('ab'));
    finish(tiny.fitInSlices());
    expect(tiny.warnings[0]).toMatch(/too small or too regular for three discounts of 1-grams \(2, 0, 0, 0 of them/);
  });

  it('stops when its generator is closed, and is not fitted then', () => {
    const counter = counterOf(letters(TEXT), letters(TEXT));
    const work = counter.fitInSlices();
    work.next();
    work.return();
    expect(counter.parameterCount).toBe(0);
  });
});

describe('checkpoints of n-gram models', () => {
  const smoothings: Smoothing[] = ['add-k', 'witten-bell', 'modified-kneser-ney'];
  it.each(smoothings)('%s, both shapes: bytes and back', (smoothing) => {
    for (const order of [1, 2, 5]) {
      for (const isStream of [true, false]) {
        const options = isStream ? { smoothing, order } : { smoothing, order, begin: 27, end: 28 };
        const text = isStream ? letters(TEXT) : TEXT.split(' the ').map(letters);
        const counter = counterOf(text, text, options);
        finish(counter.fitInSlices());
        const { tensors, metadata } = counter.checkpoint();
        const file = decodeSafetensors(encodeSafetensors(tensors, metadata), 'best.safetensors');
        const back = ngramFromCheckpoint(file.tensors, file.metadata);
        expect(back.name).toBe(counter.name);
        expect(back.description).toEqual({ ...counter.model.description });
        expect(back.evaluate(text)).toEqual(counter.model.evaluate(text));
        expect(back.initialScores()).toEqual(counter.model.initialScores());
      }
    }
  });

  it('refuses tables that contradict each other', () => {
    const counter = counterOf(TEXT.split(' the ').map(letters), [], { order: 3, begin: 27, end: 28 });
    finish(counter.fitInSlices());
    const { tensors, metadata } = counter.checkpoint();
    const named = (change?: { name: string; at: number; value: number }): Map<string, NamedTensor> =>
      new Map(
        tensors.map((tensor) => {
          const data = tensor.data.slice();
          if (change?.name === tensor.name) data[change.at] = change.value;
          return [tensor.name, { ...tensor, data }];
        }),
      );
    expect(ngramFromCheckpoint(named(), metadata)).toBeInstanceOf(NgramLanguageModel);
    const changes: [string, number, number][] = [
      ['order.1.probability', 2, NaN],
      ['order.2.probability', 2, 1.5],
      ['order.2.backoff', 2, -1],
      ['order.1.first', 0, 1],
      ['order.1.first', 3, 2 ** 30],
      ['order.2.first', 3, -5],
      ['order.2.token', 0, 99],
      ['order.3.token', 0, -1],
      ['order.3.token', 1, 0],
    ];
    for (const [name, at, value] of changes) {
      expect(() => ngramFromCheckpoint(named({ name, at, value }), metadata)).toThrow(UserError);
    }
    const without = named();
    without.delete('order.3.token');
    expect(() => ngramFromCheckpoint(without, metadata)).toThrow(UserError);
    const changed: Record<string, string>[] = [
      { order: '2' },
      { order: '13' },
      { smoothing: 'toString' },
      { begin: '900' },
      { end: '27' },
      { model: 'x' },
    ];
    for (const wrong of changed) {
      expect(() => ngramFromCheckpoint(named(), { ...metadata, ...wrong })).toThrow(UserError);
    }
  });
});

interface KneserNey {
  order: number;
  discount: number;
  sentences: number[][];
  queries: { context: number[]; token: number; p: number }[];
}
/** As test/reference/make-baseline-vectors.py writes them. */
const { kneserNey } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../reference/baseline-vectors.json'), 'utf8'),
) as { kneserNey: KneserNey[] };

describe('interpolated Kneser-Ney beside NLTK (test/reference/baseline-vectors.json)', () => {
  it.each(kneserNey)('order $order', ({ order, discount, sentences, queries }) => {
    // A tenth token never occurs: its probability is what the floor of single tokens adds, weighed by the contexts.
    const [vocabulary, unseen] = [10, 9];
    const texts = sentences.map((sentence) => Int32Array.from(sentence));
    const work = NgramLanguageModel.trainInSlices(texts, { order, vocabulary, discount, begin: 0, end: 1 });
    const model = finish(work);
    const p = (context: number[], token: number): number => Math.exp(model.logProbability(context, token));
    // NLTK takes nothing from single tokens: their share of the pairs, which the queries without context hold.
    const single = new Map(
      queries.filter(({ context }) => context.length === 0).map((query) => [query.token, query.p]),
    );
    expect(queries.length).toBeGreaterThan(40);
    for (const { context, token, p: theirs } of queries) {
      // A probability is linear in that of the single token; the factor is seen on the token that never occurred.
      const factor = p(context, unseen) / p([], unseen);
      const ours = p(context, token) + factor * ((single.get(token) ?? 0) - p([], token));
      expect(Math.abs(ours - theirs)).toBeLessThan(1e-6);
    }
  });
});
