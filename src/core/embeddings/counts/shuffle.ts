import { Random } from '../../random';
import { PairWriter, type CoOccurrences, type PairFile, type SpillStore } from './spill';

/** Pairs that are shuffled in memory at once, and read at once. */
const [PART, READ] = [2 ** 21, 65_536];
/** Pairs that wait for being written to a part, so that many parts need little memory. */
const WAITING = 1024;

/**
 * The pairs in random order, in a new file: each goes to a part drawn at random, and each part is shuffled in memory.
 * Yields the share done.
 */
export function* shufflePairs(pairs: PairFile, store: SpillStore, seed: number): Generator<number, PairFile> {
  const random = new Random(seed);
  const parts = Array.from({ length: Math.ceil(pairs.length / PART) || 1 }, () => new PairWriter(store(), WAITING));
  const files: PairFile[] = [];
  try {
    for (let from = 0; from < pairs.length; from += READ) {
      const { first, second, counts } = pairs.read(from, READ);
      for (let k = 0; k < first.length; k++) parts[random.integer(parts.length)].add(first[k], second[k], counts[k]);
      yield from / pairs.length / 2;
    }
    files.push(...parts.map((part) => part.finish()));
    const out = new PairWriter(store());
    for (const [k, file] of files.entries()) {
      const { first, second, counts } = file.read(0, file.length);
      const order = permutation(first.length, random);
      for (const place of order) out.add(first[place], second[place], counts[place]);
      yield (1 + k / files.length) / 2;
    }
    return out.finish();
  } finally {
    for (const part of parts) part.file.close();
  }
}

/** Blocks of a file of pairs, in another order in every pass; all follows from the step and the seed. */
export function pairBlocks(
  pairs: PairFile,
  size: number,
  seed: number,
): { stepsPerEpoch: number; at(step: number): { block: CoOccurrences; tokens: number } } {
  const stepsPerEpoch = Math.max(1, Math.ceil(pairs.length / size));
  let pass = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    stepsPerEpoch,
    at(step) {
      const wanted = Math.floor(step / stepsPerEpoch);
      if (wanted !== pass) order = permutation(stepsPerEpoch, new Random(seed + wanted));
      pass = wanted;
      const block = pairs.read(order[step % stepsPerEpoch] * size, size);
      return { block, tokens: block.first.length };
    },
  };
}

/** 0 to length − 1 in random order (Fisher and Yates). */
function permutation(length: number, random: Random): Int32Array {
  const order = Int32Array.from({ length }, (_, k) => k);
  for (let k = length - 1; k > 0; k--) {
    const other = random.integer(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}
