import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { expandAlternatives } from '../../../src/core/generation/alternatives';
import { beamSearch, type BeamOptions, type Continuation } from '../../../src/core/generation/beam';
import { CopyFinder } from '../../../src/core/generation/memorisation';
import type { NextTokenModel, ScoreReader } from '../../../src/core/generation/next-token-model';
import { expectationOf } from '../../../src/core/generation/next-tokens';
import { Random } from '../../../src/core/random';
import '../../helpers/properties';

/** A model whose scores depend on the last two tokens, drawn once. */
class PairModel implements NextTokenModel {
  private readonly table: Float32Array[];

  constructor(
    readonly vocabulary: number,
    seed: number,
    private readonly canSelect: boolean,
  ) {
    const random = new Random(seed);
    const side = vocabulary + 1;
    this.table = Array.from({ length: side * side }, () =>
      Float32Array.from({ length: vocabulary }, () => 2 * random.normal()),
    );
  }

  scores(ids: readonly number[]): Float32Array {
    const [a = this.vocabulary, b = this.vocabulary] = [ids.at(-2), ids.at(-1)];
    return this.table[a * (this.vocabulary + 1) + b];
  }

  initialScores(): Float32Array {
    return this.scores([]);
  }

  reader(batch: number): ScoreReader {
    let texts: number[][] = Array.from({ length: batch }, () => []);
    const reader: ScoreReader = {
      read: (ids) => {
        const rows: number[] = [];
        ids.forEach((id, i) => {
          const text = texts[i % texts.length];
          text.push(id);
          rows.push(...this.scores(text));
        });
        return Float32Array.from(rows);
      },
      dispose: () => undefined,
    };
    if (this.canSelect) reader.select = (rows) => (texts = Array.from(rows, (row) => [...texts[row]]));
    return reader;
  }
}

function logProbabilityOf(model: PairModel, prompt: number[], ids: number[]): number {
  return ids.reduce((sum, id, i) => {
    const scores = model.scores([...prompt, ...ids.slice(0, i)]);
    const total = scores.reduce((all, score) => all + Math.exp(score), 0);
    return sum + Math.log(Math.exp(scores[id]) / total);
  }, 0);
}

/** Every continuation, by trying them all. */
function exhaustive(model: PairModel, prompt: number[], { length, lengthPower, ends = [] }: BeamOptions) {
  const all: Continuation[] = [];
  const visit = (ids: number[]): void => {
    for (let token = 0; token < model.vocabulary; token++) {
      const longer = [...ids, token];
      const ended = ends.includes(token);
      if (!ended && longer.length < length) {
        visit(longer);
        continue;
      }
      const logProbability = logProbabilityOf(model, prompt, longer);
      all.push({ ids: ended ? ids : longer, logProbability, score: logProbability / longer.length ** lengthPower });
    }
  };
  visit([]);
  return all.sort((a, b) => b.score - a.score);
}

function search(model: NextTokenModel, prompt: number[], options: BeamOptions): Continuation[] {
  const work = beamSearch(model, Int32Array.from(prompt), options);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

test.each([
  [0, true],
  [0.7, true],
  [1, false],
])('a beam as wide as all continuations finds what trying them all finds (α %s, select %s)', (lengthPower, select) => {
  for (let seed = 1; seed <= 5; seed++) {
    const model = new PairModel(4, seed, select);
    const options = { beam: 4 ** 4, length: 4, lengthPower, ends: [0] };
    const wanted = exhaustive(model, [2, 1], options);
    const found = search(model, [2, 1], options);
    expect(found).toHaveLength(wanted.length);
    expect(new Set(found.map(({ ids }) => ids.join())).size).toBe(wanted.length);
    found.forEach(({ ids, score, logProbability }, k) => {
      // Several have the same worth, so their order is free.
      expect(score).toBeCloseTo(wanted[k].score, 4);
      const same = wanted.find((each) => each.ids.join() === ids.join());
      expect(logProbability).toBeCloseTo(same?.logProbability ?? NaN, 4);
    });
  }
});

test('a beam of one is greedy, and a wider one is never worse than it found before', () => {
  const model = new PairModel(6, 3, true);
  const options = { length: 8, lengthPower: 1, forbidden: [5] };
  const greedy: number[] = [];
  for (let i = 0; i < 8; i++) {
    const scores = [...model.scores(greedy)].slice(0, 5);
    greedy.push(scores.indexOf(Math.max(...scores)));
  }
  expect(search(model, [], { ...options, beam: 1 })[0].ids).toEqual(greedy);
  const wide = search(model, [], { ...options, beam: 20 });
  expect(wide).toHaveLength(20);
  expect(wide.every(({ ids }) => !ids.includes(5))).toBe(true);
  expect(wide[0].score).toBeGreaterThanOrEqual(search(model, [], { ...options, beam: 1 })[0].score);
});

test('a text that the host calls complete ends there', () => {
  const model = new PairModel(4, 9, true);
  const isComplete = (ids: readonly number[]) => ids.at(-1) === 2;
  for (const { ids } of search(model, [1], { beam: 5, length: 6, lengthPower: 0, isComplete })) {
    expect(ids.slice(0, -1)).not.toContain(2);
    expect(ids.length === 6 || ids.at(-1) === 2).toBe(true);
  }
});

test('braces stand for each of their alternatives', () => {
  expect(expandAlternatives('The pe{ar|ir} i{s|n}').map(({ text }) => text)).toEqual([
    'The pear is',
    'The pear in',
    'The peir is',
    'The peir in',
  ]);
  expect(expandAlternatives('a{|b}c')).toEqual([
    { text: 'ac', choices: [''] },
    { text: 'abc', choices: ['b'] },
  ]);
  expect(expandAlternatives('\\{a|b\\} {x|y\\|z}').map(({ text }) => text)).toEqual(['{a|b} x', '{a|b} y|z']);
  for (const [pattern, message] of [
    ['pear', /nothing to choose from/],
    ['pe{ar', /not closed/],
    ['a{b{c|d}|e}', /inside braces/],
    ['{0|1|2|3|4|5|6|7|8|9}'.repeat(4), /10,000 texts and at most 1,000/],
  ] as const) {
    expect(() => expandAlternatives(pattern)).toThrow(UserError);
    expect(() => expandAlternatives(pattern)).toThrow(message);
  }
  expect(expandAlternatives('{0|1|2|3|4|5|6|7|8|9}'.repeat(3))).toHaveLength(1000);
});

/** The same by comparing all places. */
function longestByHand(sample: string, source: string): number {
  const [a, b] = [[...sample], [...source]];
  let longest = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      let k = 0;
      while (i + k < a.length && j + k < b.length && a[i + k] === b[j + k]) k++;
      longest = Math.max(longest, k);
    }
  }
  return longest;
}

test('the longest copied span is found, with its places, however the source is cut', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '\n', '😀'), { maxLength: 40 }).map((list) => list.join(''));
  fc.assert(
    fc.property(letters, letters, fc.nat(40), (sample, source, cut) => {
      const finder = new CopyFinder(sample);
      finder.push(source.slice(0, cut));
      finder.push(source.slice(cut));
      const found = finder.longest;
      expect(found?.length ?? 0).toBe(longestByHand(sample, source));
      if (!found) return;
      const { text, length, sampleOffset, sourceOffset, sourceLine } = found;
      expect([...sample].slice(sampleOffset, sampleOffset + length).join('')).toBe(text);
      const before = [...source].slice(0, sourceOffset).join('');
      expect(source.slice(before.length)).toSatisfy((rest: string) => rest.startsWith(text));
      expect(source.indexOf(text)).toBe(before.length);
      expect(sourceLine).toBe(before.split('\n').length);
    }),
    { numRuns: 500 },
  );
  expect(new CopyFinder('abc').longest).toBeUndefined();
});

test('what a model expects: probabilities in order, and the entropy', () => {
  const { top, entropy } = expectationOf(Float32Array.from([0, Math.log(2), -Infinity, Math.log(5)]), 2);
  expect(top.map(({ id }) => id)).toEqual([3, 1]);
  expect(top[0].probability).toBeCloseTo(5 / 8);
  expect(top[1].probability).toBeCloseTo(2 / 8);
  expect(entropy).toBeCloseTo((5 / 8) * Math.log(8 / 5) + (2 / 8) * Math.log(4) + (1 / 8) * Math.log(8));
  expect(expectationOf(new Float32Array(7), 3).entropy).toBeCloseTo(Math.log(7));
});
