import type * as tf from '@tensorflow/tfjs-core';
import type { NextTokenModel } from '../generation/next-token-model';
import type { TrainingPass } from '../layers/masks';
import type { NamedVariable } from '../layers/parameters';
import type { ModelState } from '../layers/recurrent-stack';

/** A language model that learns by gradient steps and carries a state from token to token. */
export interface NeuralLanguageModel extends NextTokenModel {
  /** Everything that a checkpoint holds. */
  readonly parameters: NamedVariable[];
  /** Names of parameters that training leaves as they are. */
  readonly frozen: ReadonlySet<string>;
  /** Names of the groups that gradient norms are shown for. */
  readonly groups: string[];
  /** Numbers in all parameters. */
  readonly parameterCount: number;
  /** Index in `groups` of a parameter, by its name. */
  groupOf(parameterName: string): number;
  /** The state before the first token; the caller disposes of it. */
  zeroState(batch: number): ModelState;
  /** Names of the tensors of a state. */
  stateNames(): string[];
  /**
   * Scores for the token after each token. Run it in a tidy; keep what of the state must live on.
   *
   * @param ids [T·B] int32, time-major: token (t, b) at t·B + b; B is the state's
   * @param state before the first step; stays the caller's
   * @returns logits [T·B, V] and the state after the last token
   */
  forward(
    ids: tf.Tensor1D,
    state: ModelState,
    options?: { training?: TrainingPass },
  ): { logits: tf.Tensor2D; state: ModelState };
  dispose(): void;
}
