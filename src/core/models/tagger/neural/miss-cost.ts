import * as tf from '@tensorflow/tfjs-core';
import type { TagTargets } from './tagger-batch';

/**
 * Scores in which the tag `outside` has `cost` more at each token that belongs to an entity: training against them makes
 * missing an entity dearer than finding too many (softmax-margin with a cost for misses: Gimpel and Smith, 2010; Mohit et
 * al., 2012). The gradient is that of the scores.
 *
 * @param scores [B, T, K]
 * @param outside the tag of tokens outside of entities; without it, or a cost, the scores stay as they are
 */
export function withMissCost(
  scores: tf.Tensor3D,
  { ids, counted }: TagTargets,
  outside: number,
  cost: number,
): tf.Tensor3D {
  if (cost === 0 || outside < 0) return scores;
  const [batch, time, tags] = scores.shape;
  const raised = new Float32Array(batch * time * tags);
  for (let n = 0; n < ids.length; n++) {
    if (counted[n] > 0 && ids[n] !== outside) raised[n * tags + outside] = cost;
  }
  return tf.add(scores, tf.tensor3d(raised, [batch, time, tags]));
}
