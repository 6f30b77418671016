import type * as tf from '@tensorflow/tfjs-core';
import { scoped } from './scope';
import type { SequenceOptions } from './sequence';

/** What a recurrent layer computed inside, for people to look at: plain arrays without gradients. 0 past the lengths. */
export interface SequenceTrace {
  time: number;
  batch: number;
  units: number;
  /** [T, B, G·H]: every gate after its activation, in the order of the weights; of the plain layer, h. */
  gates: Float32Array;
  /** [T, B, H]: the cell after every step; empty where there is none. */
  cells: Float32Array;
}

/** Runs a layer for its trace. @param run makes gates [T, B, G·H] and the cells [T, B, H] if there are any */
export function traceOf(
  [batch, units]: [number, number],
  { lengths }: SequenceOptions,
  run: () => tf.Tensor[],
): SequenceTrace {
  return scoped(() => {
    const [gates, cells] = run();
    const [time] = gates.shape;
    const values = [gates, cells].map((tensor) =>
      tensor ? tensor.dataSync<'float32'>().slice() : new Float32Array(0),
    );
    const steps = lengths?.dataSync();
    for (const array of values) {
      const width = array.length / (time * batch);
      for (let row = 0; steps && row < time * batch; row++) {
        if (Math.floor(row / batch) >= steps[row % batch]) array.fill(0, row * width, (row + 1) * width);
      }
    }
    return { time, batch, units, gates: values[0], cells: values[1] };
  });
}
