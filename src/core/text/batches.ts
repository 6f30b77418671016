/** One step of running text, time-major: token (t, b) at t * batch + b. */
export interface StreamBatch {
  inputs: Int32Array;
  /** The token after each. */
  targets: Int32Array;
  /** A pass begins: states must be zeroed. */
  first: boolean;
}

/**
 * Steps of running text for models with carried state. From one step to the next every stream moves `stride` tokens, so
 * the right start of a window is the state after the first `stride` tokens of the window before it. With stride = length
 * that is the state after the step; with a smaller one (k1 < k2 of truncated backpropagation through time) a learner
 * keeps the state after `stride` tokens as well: it runs the first `stride` tokens of each window, keeps that state, and
 * goes on to the end of the window. Which of a window's predictions count in its loss is the learner's to say.
 */
export interface Batches {
  readonly batch: number;
  /** Tokens in a window of one stream. */
  readonly length: number;
  /** Tokens between two windows, 1 to `length`. */
  readonly stride: number;
  /** Steps in one pass. */
  readonly stepsPerEpoch: number;
  /** Predictions in one step: batch times length. */
  readonly tokensPerStep: number;
  /** The same step always gives the same tokens; steps in their order are quickest. */
  at(step: number): StreamBatch;
  /** Where a source stands that finds a step anew only by reading up to it: numbers for a checkpoint. */
  position?(): number[];
  /** Goes to a `position`. Throws UserError when it does not fit. */
  seek?(position: number[]): void;
}

/** Token ids, in memory or on disk. */
export interface TokenSource {
  readonly length: number;
  /** The ids from `from` on; the caller keeps to the length and does not change them. */
  read(from: number, count: number): Int32Array;
}

/** Ids in memory as a source. */
export function tokenSource(ids: Int32Array): TokenSource {
  return { length: ids.length, read: (from, count) => ids.subarray(from, from + count) };
}

/** Writes one stream's window of length + 1 ids into its column. */
export function fillColumn(step: StreamBatch, window: Int32Array, column: number, batch: number): void {
  for (let t = 0; t + 1 < window.length; t++) {
    step.inputs[t * batch + column] = window[t];
    step.targets[t * batch + column] = window[t + 1];
  }
}
