import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CoOccurrenceCounter, type CountingOptions } from '../../../src/core/embeddings/counts/counter';
import { RatioCounter } from '../../../src/core/embeddings/counts/ratios';
import { pairBlocks, shufflePairs } from '../../../src/core/embeddings/counts/shuffle';
import type { CoOccurrences, SpillFile } from '../../../src/core/embeddings/counts/spill';
import { ppmiSvd } from '../../../src/core/embeddings/ppmi';
import { PpmiMatrix } from '../../../src/core/embeddings/ppmi/matrix';
import { truncatedSvd } from '../../../src/core/embeddings/ppmi/truncated-svd';
import { symmetricEigen } from '../../../src/core/embeddings/ppmi/symmetric-eigen';
import { LINE_END, UNKNOWN } from '../../../src/core/embeddings/word-counter';
import { Random } from '../../../src/core/random';

/** Files in memory; counts how many are open. */
function storeInMemory() {
  const open = new Set<SpillFile>();
  let made = 0;
  const store = (): SpillFile => {
    let bytes = new Uint8Array(0);
    made++;
    const file: SpillFile = {
      append: (more) => (bytes = Uint8Array.from([...bytes, ...more])),
      read(at, into) {
        if (at + into.length > bytes.length) throw new Error('Read behind the end.');
        into.set(bytes.subarray(at, at + into.length));
      },
      close: () => open.delete(file),
    };
    open.add(file);
    return file;
  };
  return { store, open, made: () => made };
}

function run<T>(steps: Generator<unknown, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

const listOf = ({ first, second, counts }: CoOccurrences) =>
  Array.from(first, (x, k): [number, number, number] => [x, second[k], counts[k]]);

/** [V, V] in both directions, by definition. */
function plainCounts(ids: number[], vocabulary: number, { window, weighting }: CountingOptions): number[][] {
  const table = Array.from({ length: vocabulary }, () => new Array<number>(vocabulary).fill(0));
  let line: number[] = [];
  for (const id of [...ids, LINE_END]) {
    if (id >= 0) line.push(id);
    if (id !== LINE_END) continue;
    line.forEach((x, i) =>
      line.forEach((y, j) => {
        const d = Math.abs(i - j);
        if (d > 0 && d <= window) table[x][y] += weighting === 'flat' ? 1 : 1 / d;
      }),
    );
    line = [];
  }
  return table;
}

function counted(ids: number[], vocabulary: number, options: CountingOptions, capacity: number, piece = 17) {
  const memory = storeInMemory();
  const counter = new CoOccurrenceCounter(vocabulary, options, memory.store, capacity);
  for (let at = 0; at < ids.length; at += piece) counter.push(Int32Array.from(ids.slice(at, at + piece)));
  return { pairs: run(counter.finish()), memory };
}

/** Words above 2,048 too, which the table of frequent words does not hold. */
const VOCABULARY = 2200;
function text(length: number, vocabulary = VOCABULARY): number[] {
  const random = new Random(8);
  return Array.from({ length }, () => {
    const kind = random.integer(20);
    if (kind === 0) return LINE_END;
    if (kind === 1) return UNKNOWN;
    return kind < 12
      ? random.integer(Math.min(12, vocabulary))
      : vocabulary - 1 - random.integer(Math.min(30, vocabulary));
  });
}

/** Checks any text of seven words, UNKNOWN and LINE_END, with any window and in pieces of any size. */
function inPieces(check: (ids: number[], window: number, piece: number) => void): void {
  const ids = fc.array(fc.integer({ min: LINE_END, max: 6 }), { maxLength: 80 });
  fc.assert(fc.property(ids, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), check));
}

describe('co-occurrences', () => {
  test.each(['harmonic', 'flat'] as const)('%s counts are those of the definition, spilled or not', (weighting) => {
    const ids = text(3000);
    const options = { window: 4, weighting };
    const plain = plainCounts(ids, VOCABULARY, options);
    for (const capacity of [64, 2 ** 14]) {
      const { pairs, memory } = counted(ids, VOCABULARY, options, capacity);
      const list = listOf(pairs.read(0, pairs.length));
      if (capacity === 64) expect(memory.made()).toBeGreaterThan(5);
      expect(memory.open.size).toBe(1);
      const wanted = plain.flatMap((row, x) => row.flatMap((value, y) => (y >= x && value > 0 ? [[x, y]] : [])));
      expect(list.map(([x, y]) => [x, y])).toEqual(wanted);
      for (const [x, y, count] of list) expect(count / plain[x][y]).toBeCloseTo(1, 5);
      pairs.close();
      expect(memory.open.size).toBe(0);
    }
  });

  test('any text, in pieces of any size, gives the same counts', () =>
    inPieces((ids, window, piece) => {
      const options = { window, weighting: 'flat' as const };
      const plain = plainCounts(ids, 7, options);
      const { pairs } = counted(ids, 7, options, 16, piece);
      for (const [x, y, count] of listOf(pairs.read(0, pairs.length))) expect(count).toBe(plain[x][y]);
      expect(pairs.length).toBe(plain.flatMap((row, x) => row.filter((value, y) => y >= x && value > 0)).length);
    }));

  test('shuffled, the same pairs stand in another order; blocks hold each once a pass', () => {
    const { pairs, memory } = counted(text(2000), VOCABULARY, { window: 5, weighting: 'harmonic' }, 2 ** 12);
    const shuffled = run(shufflePairs(pairs, memory.store, 1));
    const [before, after] = [pairs, shuffled].map((file) => listOf(file.read(0, file.length)).map(String));
    expect(after).not.toEqual(before);
    expect([...after].sort()).toEqual([...before].sort());
    expect(memory.open.size).toBe(2);
    const blocks = pairBlocks(shuffled, 100, 4);
    const pass = (number: number) =>
      Array.from({ length: blocks.stepsPerEpoch }, (_, k) => listOf(blocks.at(number * blocks.stepsPerEpoch + k).block).map(String)).flat(); // prettier-ignore
    const first = pass(0);
    expect([...first].sort()).toEqual([...before].sort());
    expect(pass(1)).not.toEqual(first);
    expect(pass(0)).toEqual(first);
  });

  test('counts near two words are those of all pairs, in pieces of any size', () =>
    inPieces((ids, window, piece) => {
      const plain = plainCounts(ids, 7, { window, weighting: 'flat' });
      const counter = new RatioCounter([2, 5], { vocabulary: 7, window });
      for (let at = 0; at < ids.length; at += piece) counter.push(Int32Array.from(ids.slice(at, at + piece)));
      for (const { probe, counts } of counter.ratios([0, 1, 2, 3, 4, 5, 6]))
        expect(counts).toEqual([plain[2][probe], plain[5][probe]]);
    }));

  test('ratios are the counts near two words', () => {
    const [ice, steam, solid, gas, water] = [0, 1, 2, 3, 4];
    const ids = [ice, solid, LINE_END, ice, water, LINE_END, ice, solid, UNKNOWN, LINE_END, steam, gas, steam, water];
    const counter = new RatioCounter([ice, steam], { vocabulary: 5, window: 1 });
    counter.push(Int32Array.from(ids.slice(0, 5)));
    counter.push(Int32Array.from(ids.slice(5)));
    const found = counter.ratios([solid, gas, water]);
    expect(found.map(({ counts }) => counts)).toEqual([
      [2, 0],
      [0, 2],
      [1, 1],
    ]);
    expect(found.map(({ ratio }) => ratio)).toEqual([Infinity, 0, 1 / 3 / (1 / 3)]);
  });
});

/** Shifted positive PMI by its formula. */
function plainPpmi(table: number[][], shift: number, smoothing: number): number[][] {
  const sums = table.map((row) => row.reduce((a, b) => a + b, 0));
  const all = sums.reduce((a, b) => a + b, 0);
  const smooth = sums.map((sum) => sum ** smoothing);
  const total = smooth.reduce((a, b) => a + b, 0);
  return table.map((row, w) =>
    row.map((x, c) =>
      x === 0 ? 0 : Math.max(0, Math.log(x / all / ((sums[w] / all) * (smooth[c] / total))) - Math.log(shift)),
    ),
  );
}

describe('the SVD of PPMI', () => {
  const options = { window: 4, weighting: 'harmonic' } as const;
  const ids = text(4000, 40);
  const plain = plainCounts(ids, 40, options);

  test.each([false, true])('products with the matrix are those of a dense one, transposed: %s', (isTransposed) => {
    const { pairs } = counted(ids, 40, options, 2 ** 12);
    const matrix = run(PpmiMatrix.of(pairs, 40, { shift: 2, smoothing: 0.75 }));
    const dense = plainPpmi(plain, 2, 0.75);
    const random = new Random(1);
    const x = Float64Array.from({ length: 120 }, () => random.normal());
    const out = new Float64Array(120);
    run(matrix.multiply(x, 3, isTransposed, out));
    expect(out.some((value) => Math.abs(value) > 0.1)).toBe(true);
    for (let r = 0; r < 40; r++)
      for (let c = 0; c < 3; c++) {
        const sum = dense.reduce((all, _, k) => all + (isTransposed ? dense[k][r] : dense[r][k]) * x[k * 3 + c], 0);
        expect(out[r * 3 + c]).toBeCloseTo(sum, 4);
      }
  });

  test('singular values and vectors are those of a dense decomposition', () => {
    const { pairs } = counted(ids, 40, options, 2 ** 12);
    const matrix = run(PpmiMatrix.of(pairs, 40, { shift: 1, smoothing: 0.75 }));
    const { u, values } = run(truncatedSvd(matrix, 30, 1)); // with ten more columns these are all
    const dense = plainPpmi(plain, 1, 0.75);
    const gram = Float64Array.from({ length: 1600 }, (_, at) =>
      dense[0].reduce((sum, _value, k) => sum + dense[Math.floor(at / 40)][k] * dense[at % 40][k], 0),
    );
    const exact = run(symmetricEigen(gram.slice(), 40));
    values.forEach((value, k) => expect(value / Math.sqrt(exact.values[k])).toBeCloseTo(1, 4));
    // This spectrum is nearly flat, the hardest there is.
    const few = run(truncatedSvd(matrix, 12, 1)).values;
    few.forEach((value, k) => expect(Math.abs(value / Math.sqrt(exact.values[k]) - 1)).toBeLessThan(0.02));
    for (let k = 0; k < 3; k++) {
      const cosine = exact.vectors.reduce((sum, _, at) => (at % 40 === k ? sum + exact.vectors[at] * u[Math.floor(at / 40) * 30 + k] : sum), 0); // prettier-ignore
      expect(Math.abs(cosine)).toBeCloseTo(1, 4);
    }
  });

  test("Jacobi's method: A v = λ v, eigenvectors orthonormal", () => {
    const random = new Random(2);
    const n = 9;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal();
    const { values, vectors } = run(symmetricEigen(a.slice(), n));
    for (let c = 0; c < n; c++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += a[i * n + j] * vectors[j * n + c];
        expect(sum).toBeCloseTo(values[c] * vectors[i * n + c], 10);
      }
      for (let d = 0; d <= c; d++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += vectors[i * n + c] * vectors[i * n + d];
        expect(sum).toBeCloseTo(c === d ? 1 : 0, 10);
      }
      if (c > 0) expect(values[c]).toBeLessThanOrEqual(values[c - 1]);
    }
  });

  test('vectors are U · Σ^power; a vocabulary below the dimension is refused', () => {
    const { pairs } = counted(ids, 40, options, 2 ** 12);
    const words = Array.from({ length: 40 }, (_, k) => `w${k}`);
    const plainOptions = { dimension: 6, shift: 1, smoothing: 0.75, seed: 1 };
    const whole = run(ppmiSvd(pairs, words, { ...plainOptions, power: 1 })).values;
    const none = run(ppmiSvd(pairs, words, { ...plainOptions, power: 0 })).values;
    const half = run(ppmiSvd(pairs, words, { ...plainOptions, power: 0.5 })).values;
    half.forEach((value, k) => expect(value * value).toBeCloseTo(Math.abs(whole[k] * none[k]), 4));
    expect(() => run(ppmiSvd(pairs, words, { ...plainOptions, dimension: 50, power: 1 }))).toThrow(/the text has 40/);
  });
});
