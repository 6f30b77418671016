import * as tf from '@tensorflow/tfjs-core';
import type { SeriesModel } from '../../models/series-model';
import { scoped } from '../../ops/scope';
import type { Random } from '../../random';
import { batchOf, lengthsOf, type Sequences } from '../../text/sequence-batch';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';
import { unscaled, type Scaling } from './scaling';

export interface SeriesData {
  columns: string[];
  scaling: Scaling;
  /** Scaled, [steps · columns]. */
  train: Float32Array;
  validation: Float32Array;
}

/** Steps of the training part that are read before the held-out part, so that it does not begin from nothing. */
const WARM_UP = 256;
/** Steps that are read at once. */
const SLICE = 256;
/** Held-out steps that a sample shows. */
const SHOWN = 8;

/** Learning the next value of a series from windows of it; squared error in units of each column's variance. */
export class SeriesTask implements ExampleTask {
  readonly lengths: Int32Array;
  private readonly windows: Sequences;

  /** @param length steps of a window that are predicted */
  constructor(
    readonly model: SeriesModel,
    private readonly data: SeriesData,
    length: number,
  ) {
    this.windows = {
      kind: 'vectors',
      size: data.columns.length,
      items: windowsOf(data.train, data.columns.length, length),
    };
    this.lengths = lengthsOf(this.windows);
  }

  get hasValidation(): boolean {
    return this.data.validation.length > 0;
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    const { time, batch, values } = batchOf(this.windows, indices);
    const { length: columns } = this.data.columns;
    const all = tf.tensor3d(values ?? [], [time, batch, columns]);
    const inputs = tf.slice(all, [0, 0, 0], [time - 1, batch, columns]);
    const targets = tf.reshape(tf.slice(all, [1, 0, 0], [time - 1, batch, columns]), [-1, columns]);
    const { y } = this.model.forward(inputs, this.model.zeroState(batch), random);
    return tf.mean(tf.squaredDifference(y, targets));
  }

  /** One step ahead over the held-out part; before it the end of the training part is read. */
  *evaluateInSlices(): Generator<void, Evaluation> {
    const { columns, scaling } = this.data;
    const squares = new Float64Array(columns.length);
    let steps = 0;
    for (const { predicted, actual } of this.oneStepAhead()) {
      steps += actual.length / columns.length;
      actual.forEach((value, i) => (squares[i % columns.length] += (predicted[i] - value) ** 2));
      yield;
    }
    return errorsOf(squares, steps, scaling);
  }

  /** What was expected and what came, at some held-out steps. */
  *sampleInSlices(step: number): Generator<string, void> {
    const { columns, scaling, validation } = this.data;
    const count = validation.length / columns.length;
    const from = (step * 7) % Math.max(1, count - SHOWN);
    let at = 0;
    for (const { predicted, actual } of this.oneStepAhead()) {
      for (let row = 0; row < actual.length; row += columns.length, at++) {
        if (at < from) continue;
        if (at >= from + SHOWN) return;
        const [said, came] = [predicted, actual].map((values) =>
          unscaled(values.subarray(row, row + columns.length), scaling),
        );
        yield `${columns.map((name, c) => `${name} ${came[c].toPrecision(4)} (expected ${said[c].toPrecision(4)})`).join(', ')}\n`;
      }
      yield '';
    }
  }

  dispose(): void {
    this.model.dispose();
  }

  /** Predictions for the held-out steps, slice by slice, [steps · columns]. */
  private *oneStepAhead(): Generator<{ predicted: Float32Array; actual: Float32Array }> {
    const { train, validation, columns } = this.data;
    const width = columns.length;
    const warm = Math.min(WARM_UP, train.length / width);
    const values = new Float32Array(warm * width + validation.length);
    values.set(train.subarray(train.length - warm * width));
    values.set(validation, warm * width);
    const forecast = new Forecast(this.model, width);
    try {
      for (let from = 0; from < values.length - width; from += SLICE * width) {
        const until = Math.min(from + SLICE * width, values.length - width);
        const predicted = forecast.read(values.subarray(from, until));
        const hidden = Math.max(0, (warm - 1) * width - from); // what was predicted within the training part
        if (hidden >= predicted.length) continue;
        yield { predicted: predicted.subarray(hidden), actual: values.slice(from + hidden + width, until + width) };
      }
    } finally {
      forecast.dispose();
    }
  }
}

/** Reads a series on and on, and says what it expects next. */
export class Forecast {
  private state;

  constructor(
    private readonly model: SeriesModel,
    private readonly columns: number,
  ) {
    this.state = model.zeroState(1);
  }

  /** @param values scaled, [steps · columns]; @returns the value expected after each, of the same shape */
  read(values: Float32Array): Float32Array {
    const steps = values.length / this.columns;
    const { expected, after } = scoped(() => {
      const result = this.model.forward(tf.tensor3d(values, [steps, 1, this.columns]), this.state);
      result.state.tensors.forEach((tensor) => tf.keep(tensor));
      return { expected: result.y.dataSync<'float32'>().slice(), after: result.state };
    });
    this.dispose();
    this.state = after;
    return expected;
  }

  dispose(): void {
    tf.dispose(this.state.tensors);
  }
}

/** @param squares sum of squared scaled errors of each column */
export function errorsOf(squares: Float64Array, steps: number, { deviation }: Scaling): Evaluation {
  const scaledErrors = squares.reduce((sum, square) => sum + square, 0);
  const own = squares.reduce((sum, square, c) => sum + square * deviation[c] ** 2, 0);
  const count = Math.max(1, steps * squares.length);
  return { loss: scaledErrors / count, tokens: steps * squares.length, rmse: Math.sqrt(own / count) };
}

/** Windows of `length` + 1 steps, each beginning half a window after the one before; one shorter window of a short series. */
function windowsOf(values: Float32Array, width: number, length: number): Float32Array[] {
  const steps = values.length / width;
  const size = Math.min(length + 1, steps);
  const stride = Math.max(1, Math.floor(size / 2));
  const windows: Float32Array[] = [];
  for (let from = 0; from + size <= steps; from += stride)
    windows.push(values.slice(from * width, (from + size) * width));
  return windows;
}
