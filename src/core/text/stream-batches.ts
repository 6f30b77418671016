import { UserError } from '../errors';

/** Added between passes to the starting point, as a share of the rest: the golden ratio spreads evenly. */
const GOLDEN = 0.6180339887498949;

/**
 * Contiguous streams for language models with carried state. The text is cut into `batch` streams of equal length that
 * are read side by side, `length` tokens a step, so that the state after one step is the right start for the next. A
 * pass ends when the streams do; then states are zeroed. Tokens left over by the cut are skipped, but each pass starts
 * a little further in, so that over the passes they are all seen. There are no begin and end tokens.
 *
 * With a stride shorter than the length, a step begins so many tokens after the one before, and reads the rest again.
 */
export class StreamBatches {
  readonly batch: number;
  readonly length: number;
  /** Steps in one pass. */
  readonly stepsPerEpoch: number;
  /** Tokens from the start of one step to the start of the next. */
  readonly stride: number;
  /** Predictions in one step that the step before did not make: batch times stride. */
  readonly tokensPerStep: number;
  /** Tokens in one stream that are inputs. */
  private readonly span: number;
  /** Tokens that one pass leaves out. */
  private readonly rest: number;

  /** Throws UserError when the text is too short for one step of this size; see `fit`. */
  constructor(
    private readonly ids: Int32Array,
    batch: number,
    length: number,
    stride = length,
  ) {
    this.batch = batch;
    this.length = length;
    this.stride = stride;
    this.tokensPerStep = batch * stride;
    const streamLength = Math.floor(Math.max(0, ids.length - 1) / batch);
    this.stepsPerEpoch = streamLength < length ? 0 : Math.floor((streamLength - length) / stride) + 1;
    if (this.stepsPerEpoch < 1) {
      throw new UserError(
        `The training text has ${ids.length} tokens, and one step of training.batch ${batch} and training.length ${length} needs ${batch * length + 1}: lower one of them or use a longer text.`,
      );
    }
    this.span = (this.stepsPerEpoch - 1) * stride + length;
    this.rest = ids.length - 1 - this.span * batch;
  }

  /**
   * The largest batch and length, at most those wished for, with which a text of `tokens` tokens makes at least one
   * step; the batch shrinks first. Throws UserError under 2 tokens.
   */
  static fit(tokens: number, batch: number, length: number): { batch: number; length: number } {
    if (tokens < 2) {
      throw new UserError(
        `The training text has ${tokens === 1 ? 'only 1 token' : 'no tokens'}, and at least 2 are needed to learn what follows what: use a longer text.`,
      );
    }
    const predictions = tokens - 1;
    const fittingLength = Math.min(length, predictions);
    return { batch: Math.min(batch, Math.floor(predictions / fittingLength)), length: fittingLength };
  }

  /**
   * Inputs and the tokens that follow them at step `step` (0 is the first), time-major: index t * batch + b. `first` says
   * that a pass begins, so states must be zeroed. The same step always gives the same tokens.
   */
  at(step: number): { inputs: Int32Array; targets: Int32Array; first: boolean } {
    const { batch, length, ids } = this;
    const pass = Math.floor(step / this.stepsPerEpoch);
    const within = step - pass * this.stepsPerEpoch;
    const start = Math.floor(((pass * GOLDEN) % 1) * (this.rest + 1)) + within * this.stride;
    const inputs = new Int32Array(batch * length);
    const targets = new Int32Array(batch * length);
    for (let b = 0; b < batch; b++) {
      const from = start + b * this.span;
      for (let t = 0; t < length; t++) {
        inputs[t * batch + b] = ids[from + t];
        targets[t * batch + b] = ids[from + t + 1];
      }
    }
    return { inputs, targets, first: within === 0 };
  }
}
