import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `work` and disposes of all tensors that it made and did not `tf.keep`. Unlike `tf.tidy`, its answer may hold
 * anything; tensors in it live on only if they were kept.
 */
export function scoped<T>(work: () => T): T {
  const answer: T[] = [];
  tf.tidy(() => {
    answer.push(work());
  });
  return answer[0];
}
