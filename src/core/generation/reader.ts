import * as tf from '@tensorflow/tfjs-core';
import type { ModelState } from '../layers/recurrent-stack';
import type { NeuralLanguageModel } from '../models/neural-language-model';
import type { ScoreReader } from './next-token-model';
import { scoped } from '../ops/scope';

/** Reads texts with a model that is not being trained, and holds the recurrent state in between. */
export class Reader implements ScoreReader {
  private state: ModelState;

  /** @param batch texts side by side; each begins with a state of zeros */
  constructor(
    private readonly model: Pick<NeuralLanguageModel, 'zeroState' | 'forward'>,
    batch: number,
  ) {
    this.state = model.zeroState(batch);
  }

  /**
   * Reads on.
   * @param ids [T·B], time-major
   * @returns scores of the token after each, rows of V numbers: [T·B, V]
   */
  read(ids: Int32Array): Float32Array {
    const { scores, after } = scoped(() => {
      const result = this.model.forward(tf.tensor1d(ids, 'int32'), this.state);
      const values = result.logits.dataSync<'float32'>();
      result.state.tensors.forEach((tensor) => tf.keep(tensor));
      return { scores: values, after: result.state };
    });
    tf.dispose(this.state.tensors);
    this.state = after;
    return scores;
  }

  dispose(): void {
    tf.dispose(this.state.tensors);
  }
}
