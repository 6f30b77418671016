import { UserError } from '../errors';
import { Random } from '../random';

/** Batches that are sorted by length together: enough that neighbours are alike, few enough that passes differ. */
const POOL = 50;

/**
 * Batches of examples of like lengths, so that little is padded. In every pass the examples are shuffled, cut into pools
 * of 50 batches, sorted by length inside each pool, cut into batches, and these are shuffled. Each example comes exactly
 * once a pass; the last batch can be smaller. All follows from the seed and the step, so that a run resumes from a step's
 * number alone.
 */
export class BucketBatches {
  readonly stepsPerEpoch: number;
  /** Batches of the pass that was asked for last. */
  private pass: { epoch: number; batches: Int32Array[] } | undefined;

  /**
   * @param lengths tokens of each example
   * @param batch examples in a step
   * Throws UserError when there are no examples.
   */
  constructor(
    private readonly lengths: Int32Array,
    readonly batch: number,
    private readonly seed: number,
  ) {
    if (lengths.length === 0) throw new UserError('There are no examples to train on: choose a file that has some.');
    this.stepsPerEpoch = Math.ceil(lengths.length / batch);
  }

  /** Indices of the examples of a step (0 is the first), and the length of the longest of them, at least 1. */
  at(step: number): { indices: Int32Array; length: number } {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (this.pass?.epoch !== epoch) this.pass = { epoch, batches: this.arrange(epoch) };
    const indices = this.pass.batches[step - epoch * this.stepsPerEpoch];
    return { indices, length: indices.reduce((longest, index) => Math.max(longest, this.lengths[index]), 1) };
  }

  private arrange(epoch: number): Int32Array[] {
    const { batch, lengths } = this;
    const random = new Random(this.seed ^ Math.imul(epoch + 1, 0x9e3779b1));
    const order = shuffled(lengths.length, random);
    for (let from = 0; from < order.length; from += POOL * batch) {
      order.subarray(from, from + POOL * batch).sort((a, b) => lengths[a] - lengths[b]);
    }
    const batches = Array.from({ length: this.stepsPerEpoch }, (_, at) => order.slice(at * batch, (at + 1) * batch));
    return Array.from(shuffled(batches.length, random), (at) => batches[at]);
  }
}

/** 0 to count-1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
