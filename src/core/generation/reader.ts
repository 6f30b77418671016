import * as tf from '@tensorflow/tfjs-core';
import type { ModelState } from '../layers/recurrent-stack';
import type { NeuralLanguageModel } from '../models/neural-language-model';
import { scoped } from '../ops/scope';
import type { ScoreReader } from './next-token-model';

/** Reads texts with a model that is not being trained, and holds the recurrent state in between. */
export class Reader implements ScoreReader {
  private current: ModelState;

  /** @param batch texts side by side; each begins with a state of zeros */
  constructor(
    private readonly model: Pick<NeuralLanguageModel, 'zeroState' | 'forward'>,
    batch: number,
  ) {
    this.current = model.zeroState(batch);
  }

  /** The state after all that was read; the reader's. */
  get state(): ModelState {
    return this.current;
  }

  /**
   * Reads on.
   * @param ids [T·B], time-major
   * @returns scores of the token after each, rows of V numbers: [T·B, V]
   */
  read(ids: Int32Array): Float32Array {
    const { scores, after } = scoped(() => {
      const result = this.model.forward(tf.tensor1d(ids, 'int32'), this.current);
      const values = result.logits.dataSync<'float32'>();
      result.state.tensors.forEach((tensor) => tf.keep(tensor));
      return { scores: values, after: result.state };
    });
    this.replaceState(after);
    return scores;
  }

  /** Goes on with `count` copies of the one text that was read so far. */
  repeat(count: number): void {
    if (count === 1) return;
    this.replaceState({ tensors: this.current.tensors.map((tensor) => tf.tile(tensor, [count, 1])) });
  }

  /** Text b goes on from what text `rows[b]` has read. */
  select(rows: Int32Array): void {
    const after = scoped(() => {
      const index = tf.tensor1d(rows, 'int32');
      return this.current.tensors.map((tensor) => tf.keep(tf.gather(tensor, index)));
    });
    this.replaceState({ tensors: after });
  }

  /** Goes on after another state, which is the reader's from now on. */
  replaceState(state: ModelState): void {
    tf.dispose(this.current.tensors);
    this.current = state;
  }

  dispose(): void {
    tf.dispose(this.current.tensors);
  }
}
