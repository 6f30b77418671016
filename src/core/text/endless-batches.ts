/** Examples that count as a pass where there is no end of them. */
const PASS = 10_000;

/** Batches of examples that are made when they are needed: each step reads the next numbers, none of them twice. */
export class EndlessBatches {
  readonly stepsPerEpoch: number;

  /** @param batch examples in a step */
  constructor(private readonly batch: number) {
    this.stepsPerEpoch = Math.ceil(PASS / batch);
  }

  /** Numbers of the examples of a step (0 is the first). */
  at(step: number): { indices: Int32Array } {
    return { indices: Int32Array.from({ length: this.batch }, (_, k) => step * this.batch + k) };
  }
}
