import type * as tf from '@tensorflow/tfjs-core';
import { gru } from '../ops/gru';
import { lstm } from '../ops/lstm';
import { rnn, type Activation } from '../ops/rnn';
import type { RecurrentWeights, SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import { matrix, uniform, vector, type NamedVariable } from './parameters';

export type Cell = 'lstm' | 'gru' | 'rnn';

export interface RecurrentLayerShape {
  cell: Cell;
  /** φ of the rnn cell; the others ignore it. */
  activation: Activation;
  /** I */
  inputs: number;
  /** H */
  units: number;
  /** Added to the initial bias of the LSTM's forget gate. */
  forgetBias: number;
}

/** Blocks of [H, ·] in a cell's weights. */
const GATES: Record<Cell, number> = { lstm: 4, gru: 3, rnn: 1 };
/** Place of the forget gate among the LSTM's. */
const FORGET = 1;

/** Names of the state tensors of a cell, in the order in which they are kept. */
export const STATE_NAMES: Record<Cell, string[]> = { lstm: ['h', 'c'], gru: ['h'], rnn: ['h'] };

/**
 * One recurrent layer with its four parameters, in PyTorch's layout and under PyTorch's names.
 * They start uniform in ±1/√H, as PyTorch's do, with the forget bias added to bias_ih.
 */
export class RecurrentLayer {
  readonly parameters: NamedVariable[];
  private readonly weights: RecurrentWeights;

  /** @param index the layer's number, for the names: "rnn.weight_ih_l0" */
  constructor(
    private readonly shape: RecurrentLayerShape,
    index: number,
    random: Random,
  ) {
    const { cell, inputs, units, forgetBias } = shape;
    const rows = GATES[cell] * units;
    const bound = 1 / Math.sqrt(units);
    const weightIh = matrix(uniform(rows * inputs, bound, random), rows, inputs);
    const weightHh = matrix(uniform(rows * units, bound, random), rows, units);
    const bias = uniform(rows, bound, random);
    if (cell === 'lstm') for (let j = FORGET * units; j < (FORGET + 1) * units; j++) bias[j] += forgetBias;
    const biasIh = vector(bias);
    const biasHh = vector(uniform(rows, bound, random));
    const named = { weight_ih: weightIh, weight_hh: weightHh, bias_ih: biasIh, bias_hh: biasHh };
    this.parameters = Object.entries(named).map(([name, variable]) => ({ name: `rnn.${name}_l${index}`, variable }));
    this.weights = { weightIh, weightHh, biasIh, biasHh };
  }

  /**
   * @param state tensors [B, H] in the order of STATE_NAMES, before the first step
   * @returns y [T, B, H] and the state after the last step
   */
  forward(input: SequenceInput, state: tf.Tensor2D[]): { y: tf.Tensor3D; state: tf.Tensor2D[] } {
    const { cell, activation } = this.shape;
    if (cell === 'lstm') {
      const result = lstm(input, this.weights, { h: state[0], c: state[1] });
      return { y: result.y, state: [result.state.h, result.state.c] };
    }
    const result = cell === 'gru' ? gru(input, this.weights, state[0]) : rnn(input, this.weights, state[0], activation);
    return { y: result.y, state: [result.h] };
  }
}
