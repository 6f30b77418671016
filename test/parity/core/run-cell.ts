import type * as tf from '@tensorflow/tfjs-core';
import { gru, gruTrace } from '../../../src/core/ops/gru';
import { layerNormLstm, layerNormLstmTrace, type LayerNormWeights } from '../../../src/core/ops/layer-norm-lstm';
import { lstm, lstmTrace } from '../../../src/core/ops/lstm';
import { rnn, rnnTrace } from '../../../src/core/ops/rnn';
import type { RecurrentWeights, SequenceInput, SequenceOptions } from '../../../src/core/ops/sequence';
import type { SequenceTrace } from '../../../src/core/ops/sequence-trace';
import { hasCellState, type CellName } from './recurrent-reference';

/** A cell's inputs after x, in the order of `shapesOf`, as our ops take them. */
function namedParts(cell: CellName, parts: tf.Tensor[]) {
  const [weightIh, weightHh, biasIh, biasHh, ...rest] = parts;
  const states = hasCellState(cell) ? 2 : 1;
  const [gainIh, gainHh, gainCell, biasCell] = rest.slice(states);
  const weights = { weightIh, weightHh, biasIh, biasHh, gainIh, gainHh, gainCell, biasCell };
  return { weights: weights as RecurrentWeights & LayerNormWeights, state: rest.slice(0, states) as tf.Tensor2D[] };
}

/** Our op of a cell with its outputs in the order of the reference: y, h, (c). */
export function runCell(
  cell: CellName,
  input: SequenceInput,
  parts: tf.Tensor[],
  options: SequenceOptions = {},
): tf.Tensor[] {
  const { weights, state } = namedParts(cell, parts);
  if (hasCellState(cell)) {
    const op = cell === 'lstm' ? lstm : layerNormLstm;
    const { y, state: last } = op(input, weights, { h: state[0], c: state[1] }, options);
    return [y, last.h, last.c];
  }
  if (cell.startsWith('gru')) {
    const { y, h } = gru(input, weights, state[0], { ...options, resetBefore: cell === 'gru, reset before' });
    return [y, h];
  }
  const { y, h } = rnn(input, weights, state[0], cell === 'rnn relu' ? 'relu' : 'tanh', options);
  return [y, h];
}

/** The trace of the same op. */
export function traceCell(
  cell: CellName,
  input: SequenceInput,
  parts: tf.Tensor[],
  options: SequenceOptions,
): SequenceTrace {
  const { weights, state } = namedParts(cell, parts);
  if (hasCellState(cell)) {
    const trace = cell === 'lstm' ? lstmTrace : layerNormLstmTrace;
    return trace(input, weights, { h: state[0], c: state[1] }, options);
  }
  if (cell.startsWith('gru'))
    return gruTrace(input, weights, state[0], { ...options, resetBefore: cell === 'gru, reset before' });
  return rnnTrace(input, weights, state[0], cell === 'rnn relu' ? 'relu' : 'tanh', options);
}
