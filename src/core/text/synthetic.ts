import { Random } from '../random';
import type { SequenceBatch } from './sequence-batch';

/**
 * Problems that test what a network can carry over many steps. Each example follows from the seed, its part and its number
 * alone: training has no end of fresh ones, held-out ones are always the same, and no example is in both parts.
 */
export type Part = 'train' | 'held-out';

/** Examples of the adding problem; `values` holds value and marker of each step, [T·B·2]. */
export interface AddingBatch extends SequenceBatch {
  values: Float32Array;
  /** Sum of each sequence's two marked values, in [0, 2]: [B]. */
  sums: Float32Array;
}

/** Examples of the copy problem; `values` holds one-hot symbols, [T·B·SYMBOLS]. */
export interface CopyBatch extends SequenceBatch {
  values: Float32Array;
  /** Symbol that is to be said at each step, [T·B]. */
  targets: Int32Array;
}

/** Symbols that are to be remembered, how many of them a sequence has, and all symbols: the blank and the signal, too. */
export const COPIED_SYMBOLS = 8;
export const COPIED = 10;
export const SYMBOLS = COPIED_SYMBOLS + 2;
const BLANK = COPIED_SYMBOLS;
const SIGNAL = BLANK + 1;

/** Examples have 31-bit numbers, and the lowest bit of their seed is their part's. */
const NUMBERS = 2 ** 31;
/** Odd, so that different numbers have different seeds (Knuth's multiplicative hash). */
const SPREAD = 0x9e3779b1;

/**
 * The adding problem (Hochreiter and Schmidhuber, 1997, in the form of Le, Jaitly and Hinton, 2015): `length` steps of a
 * value, uniform in [0, 1), and a marker, 1 at one step of the first half and at one of the second, else 0.
 * @param length T, 2 at least
 */
export function addingBatch(
  numbers: Int32Array,
  { seed, part, length }: { seed: number; part: Part; length: number },
): AddingBatch {
  const batch = numbers.length;
  const values = new Float32Array(length * batch * 2);
  const sums = new Float32Array(batch);
  const half = Math.floor(length / 2);
  numbers.forEach((number, b) => {
    const random = randomOf(seed, part, number);
    for (let t = 0; t < length; t++) values[(t * batch + b) * 2] = random.next();
    for (const t of [random.integer(half), half + random.integer(length - half)]) {
      values[(t * batch + b) * 2 + 1] = 1;
      sums[b] += values[(t * batch + b) * 2];
    }
  });
  return { time: length, batch, lengths: new Int32Array(batch).fill(length), values, sums };
}

/**
 * The copy problem (Hochreiter and Schmidhuber, 1997; Arjovsky, Shah and Bengio, 2016): ten symbols of eight, `length` − 1
 * blanks, a signal, and ten blanks, during which the ten symbols are to be said; before that, blanks are.
 * @param length blanks between the last symbol and the first answer, 1 at least; a sequence has `length` + 20 steps
 */
export function copyBatch(
  numbers: Int32Array,
  { seed, part, length }: { seed: number; part: Part; length: number },
): CopyBatch {
  const batch = numbers.length;
  const time = copySteps(length);
  const values = new Float32Array(time * batch * SYMBOLS);
  const targets = new Int32Array(time * batch).fill(BLANK);
  numbers.forEach((number, b) => {
    const random = randomOf(seed, part, number);
    const symbols = Int32Array.from({ length: COPIED }, () => random.integer(COPIED_SYMBOLS));
    for (let t = 0; t < time; t++) {
      const said = t < COPIED ? symbols[t] : t === COPIED + length - 1 ? SIGNAL : BLANK;
      values[(t * batch + b) * SYMBOLS + said] = 1;
    }
    symbols.forEach((symbol, k) => (targets[(COPIED + length + k) * batch + b] = symbol));
  });
  return { time, batch, lengths: new Int32Array(batch).fill(time), values, targets };
}

/** Steps of a sequence of the copy problem. */
export function copySteps(length: number): number {
  return length + 2 * COPIED;
}

function randomOf(seed: number, part: Part, number: number): Random {
  const shifted = (new Random(seed).integer(NUMBERS) + number) >>> 0;
  return new Random((Math.imul(shifted, SPREAD) << 1) | (part === 'train' ? 0 : 1));
}
