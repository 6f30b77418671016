import { UserError } from '../errors';
import { fillColumn, tokenSource, type Batches, type StreamBatch, type TokenSource } from './batches';

/** Added between passes to the starting point, as a share of the rest: the golden ratio spreads evenly. */
const GOLDEN = 0.6180339887498949;

/**
 * Contiguous streams for language models with carried state. The text is cut into `batch` streams of equal length that
 * are read side by side, `length` tokens a step, so that the state after one step is the right start for the next (see
 * `Batches` for steps that overlap). A pass ends when the streams do; then states are zeroed. Tokens left over by the cut
 * are skipped, but each pass starts a little further in, so that over the passes they are all seen. There are no begin
 * and end tokens.
 */
export class StreamBatches implements Batches {
  readonly batch: number;
  readonly length: number;
  readonly stride: number;
  readonly stepsPerEpoch: number;
  readonly tokensPerStep: number;
  private readonly source: TokenSource;
  /** Tokens in one stream that are inputs. */
  private readonly span: number;
  /** Tokens that one pass leaves out. */
  private readonly rest: number;

  /**
   * @param stride tokens between two steps, 1 to `length`
   * Throws UserError when the text is too short for one step of this size; see `fit`.
   */
  constructor(ids: Int32Array | TokenSource, batch: number, length: number, stride = length) {
    this.source = ids instanceof Int32Array ? tokenSource(ids) : ids;
    this.batch = batch;
    this.length = length;
    this.stride = Math.min(stride, length);
    this.tokensPerStep = batch * length;
    const predictions = Math.floor(Math.max(0, this.source.length - 1) / batch);
    this.stepsPerEpoch = Math.floor((predictions - length) / this.stride) + 1;
    if (this.stepsPerEpoch < 1) {
      throw new UserError(
        `The training text has ${this.source.length} tokens, and one step of training.batch ${batch} and training.length ${length} needs ${this.tokensPerStep + 1}: lower one of them or use a longer text.`,
      );
    }
    this.span = (this.stepsPerEpoch - 1) * this.stride + length;
    this.rest = this.source.length - 1 - this.span * batch;
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

  at(step: number): StreamBatch {
    const { batch, length, tokensPerStep } = this;
    const pass = Math.floor(step / this.stepsPerEpoch);
    const within = step - pass * this.stepsPerEpoch;
    const start = Math.floor(((pass * GOLDEN) % 1) * (this.rest + 1)) + within * this.stride;
    const result = {
      inputs: new Int32Array(tokensPerStep),
      targets: new Int32Array(tokensPerStep),
      first: within === 0,
    };
    for (let b = 0; b < batch; b++) {
      fillColumn(result, this.source.read(start + b * this.span, length + 1), b, batch);
    }
    return result;
  }
}
