import type * as tf from '@tensorflow/tfjs-core';
import { gru } from '../ops/gru';
import { layerNormLstm, type LayerNormWeights } from '../ops/layer-norm-lstm';
import { lstm } from '../ops/lstm';
import { rnn } from '../ops/rnn';
import type { RecurrentWeights, SequenceInput, SequenceOptions } from '../ops/sequence';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import { recurrentValues } from './initialisation';
import { dropElements, maskSeed, type TrainingPass } from './masks';
import { matrix, vector, type NamedVariable } from './parameters';

type Shape = ModelOf<'recurrent'>;
export type Cell = Shape['cell'];

/** What of a recipe's model one layer looks at, and its number of inputs. */
export type RecurrentLayerShape = { inputs: number } & Pick<
  Shape,
  'cell' | 'activation' | 'resetBefore' | 'hidden' | 'initialisation' | 'forgetBias' | 'hiddenDropout' | 'dropConnect'
>;

export interface LayerPass {
  /** Steps of each sequence [B] int32; all if left out. */
  lengths?: tf.Tensor1D;
  training?: TrainingPass;
  probe?: SequenceOptions['probe'];
}

/** Blocks of [H, ·] in a cell's weights. */
export const GATES: Record<Cell, number> = { lstm: 4, gru: 3, rnn: 1, 'layernorm-lstm': 4 };
/** Place of the forget gate among the LSTM's. */
const FORGET = 1;

/** Names of the state tensors of a cell, in the order in which they are kept. */
export const STATE_NAMES: Record<Cell, string[]> = {
  lstm: ['h', 'c'],
  gru: ['h'],
  rnn: ['h'],
  'layernorm-lstm': ['h', 'c'],
};

/** One recurrent layer in one direction, with parameters in PyTorch's layout and under PyTorch's names. */
export class RecurrentLayer {
  readonly parameters: NamedVariable[];
  private readonly weights: RecurrentWeights;
  private readonly norms?: LayerNormWeights;

  /**
   * @param suffix what ends the parameters' names: "l0" for "rnn.weight_ih_l0"
   * @param reversed whether it reads from each sequence's end
   */
  constructor(
    private readonly shape: RecurrentLayerShape,
    suffix: string,
    private readonly reversed: boolean,
    random: Random,
  ) {
    const { cell, inputs, hidden, initialisation, forgetBias } = shape;
    const rows = GATES[cell] * hidden;
    const values = recurrentValues(initialisation, { gates: GATES[cell], inputs, units: hidden }, random);
    if (STATE_NAMES[cell].includes('c')) {
      for (let j = FORGET * hidden; j < (FORGET + 1) * hidden; j++) values.biasIh[j] += forgetBias;
    }
    const weightIh = matrix(values.weightIh, rows, inputs);
    const weightHh = matrix(values.weightHh, rows, hidden);
    const biasIh = vector(values.biasIh);
    const biasHh = vector(values.biasHh);
    this.weights = { weightIh, weightHh, biasIh, biasHh };
    const named: Record<string, tf.Variable> = {
      weight_ih: weightIh,
      weight_hh: weightHh,
      bias_ih: biasIh,
      bias_hh: biasHh,
    };
    if (cell === 'layernorm-lstm') {
      const ones = (size: number) => vector(new Float32Array(size).fill(1));
      const [gainIh, gainHh, gainCell] = [ones(rows), ones(rows), ones(hidden)];
      const biasCell = vector(new Float32Array(hidden));
      this.norms = { gainIh, gainHh, gainCell, biasCell };
      Object.assign(named, { gain_ih: gainIh, gain_hh: gainHh, gain_cell: gainCell, bias_cell: biasCell });
    }
    this.parameters = Object.entries(named).map(([name, variable]) => ({ name: `rnn.${name}_${suffix}`, variable }));
  }

  /**
   * @param state tensors [B, H] in the order of STATE_NAMES, before the first step
   * @returns y [T, B, H] and the state after each sequence's last step
   */
  forward(
    input: SequenceInput,
    state: tf.Tensor2D[],
    { lengths, training, probe }: LayerPass,
  ): { y: tf.Tensor3D; state: tf.Tensor2D[] } {
    const { cell, activation, resetBefore, dropConnect, hiddenDropout } = this.shape;
    const weights = { ...this.weights, weightHh: dropElements(this.weights.weightHh, dropConnect, training) };
    const options: SequenceOptions = { lengths, probe };
    if (this.reversed) options.reversed = true;
    if (training && hiddenDropout > 0) options.hiddenDropout = { rate: hiddenDropout, seed: maskSeed(training) };
    if (cell === 'gru' || cell === 'rnn') {
      const result =
        cell === 'gru'
          ? gru(input, weights, state[0], { ...options, resetBefore })
          : rnn(input, weights, state[0], activation, options);
      return { y: result.y, state: [result.h] };
    }
    const [h, c] = state;
    const result = this.norms
      ? layerNormLstm(input, { ...weights, ...this.norms }, { h, c }, options)
      : lstm(input, weights, { h, c }, options);
    return { y: result.y, state: [result.state.h, result.state.c] };
  }
}
