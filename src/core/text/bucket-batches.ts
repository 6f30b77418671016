import { Random } from '../random';

/** Batches of examples of similar length, so that little is padded. */
export class BucketBatches {
  readonly stepsPerEpoch: number;
  private epoch = -1;
  private order: Int32Array[] = [];

  constructor(
    private readonly lengths: Int32Array,
    private readonly batch: number,
    private readonly seed: number,
  ) {
    this.stepsPerEpoch = Math.ceil(lengths.length / batch);
  }

  at(step: number): { indices: Int32Array; length: number } {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.epoch) this.shuffle(epoch);
    const indices = this.order[step % this.stepsPerEpoch];
    return { indices, length: indices.reduce((longest, index) => Math.max(longest, this.lengths[index]), 1) };
  }

  private shuffle(epoch: number): void {
    const random = new Random((this.seed ^ Math.imul(epoch + 1, 0x9e3779b1)) >>> 0);
    const keys = Array.from(this.lengths, (length) => length + random.next() * 2);
    const sorted = Int32Array.from(this.lengths.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
    this.order = Array.from({ length: this.stepsPerEpoch }, (_, k) => sorted.slice(k * this.batch, (k + 1) * this.batch));
    for (let i = this.order.length - 1; i > 0; i--) {
      const j = random.integer(i + 1);
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
    this.epoch = epoch;
  }
}
