import type * as tf from '@tensorflow/tfjs-core';
import type { NamedVariable } from '../layers/parameters';
import type { Random } from '../random';
import type { LayerMix } from './contextual/scalar-mix';
import type { SequenceBatch } from '../text/sequence-batch';

/** A model that gives a whole sequence scores of classes. */
export interface SequenceClassifier {
  /** Everything that a checkpoint holds. */
  readonly parameters: NamedVariable[];
  /** Names of parameters that training leaves as they are. */
  readonly frozen: ReadonlySet<string>;
  /**
   * Scores of the classes, before softmax or sigmoid. Run it in a tidy.
   * @param random draws dropout masks; without it nothing is dropped
   * @returns [B, classes]
   */
  logits(batch: SequenceBatch, random?: Random): tf.Tensor2D;
  /** How the layers of a biLM are mixed that it reads. */
  mixture?(): LayerMix | undefined;
  /** Puts weights back within their limits after a step. */
  constrain?(): void;
  dispose(): void;
}
