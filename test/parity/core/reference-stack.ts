/** Stacks of recurrent layers in float64: the oracle of stack.test.ts and options.test.ts. */
import type { ModelOf } from '../../../src/core/recipe/schema/model';
import { recurrent, type CellName } from './recurrent-reference';
import { dense, type Numbers } from './reference';

/** Values of parameters and initial states by their names. */
export type Named = Record<string, Numbers>;
export type Shape = ModelOf<'recurrent'>;

function cellName({ cell, activation, resetBefore }: Shape): CellName {
  if (cell === 'layernorm-lstm') return 'layer-norm lstm';
  if (cell === 'rnn') return activation === 'tanh' ? 'rnn tanh' : 'rnn relu';
  return cell === 'gru' && resetBefore ? 'gru, reset before' : cell;
}

/**
 * The last layer's y [T, B, D], and the states after the last steps by their names.
 * @param x [T, B, I]
 * @param values parameters, and states as "h_l0" and so on
 */
export function stack(
  shape: Shape,
  values: Named,
  x: Numbers,
  batch: number,
  lengths?: number[],
): { y: Numbers; states: Named } {
  const { layers, hidden, bidirectional, residual } = shape;
  const recurring = shape.recurrentLayers || layers;
  const states: Named = {};
  let below = x;
  for (let index = 0; index < layers; index++) {
    let y: Float64Array;
    if (index >= recurring) {
      y = dense(below, values[`dense.${index}.weight`], values[`dense.${index}.bias`]).map(Math.tanh);
    } else {
      const ys = (bidirectional === 'no' ? [''] : ['', '_reverse']).map((end) => {
        const of = (name: string) => values[`rnn.${name}_l${index}${end}`];
        const names = ['h', 'c'].map((name) => `${name}_l${index}${end}`).filter((name) => name in values);
        const layer = {
          ...{ weightIh: of('weight_ih'), weightHh: of('weight_hh'), biasIh: of('bias_ih'), biasHh: of('bias_hh') },
          state: names.map((name) => values[name]),
          norm: ['gain_ih', 'gain_hh', 'gain_cell', 'bias_cell'].map(of),
        };
        const [out, ...last] = recurrent(cellName(shape), below, layer, batch, {
          lengths,
          reversed: end !== '',
        }).outputs;
        names.forEach((name, k) => (states[name] = last[k]));
        return out;
      });
      y = bidirectional === 'concat' ? joined(ys, hidden) : ys[0].map((value, k) => value + (ys[1]?.[k] ?? 0));
    }
    if (residual && y.length === below.length) y = y.map((value, k) => value + below[k]);
    below = lengths ? masked(y, batch, lengths) : y;
  }
  return { y: below, states };
}

function joined([a, b]: Float64Array[], width: number): Float64Array {
  return Float64Array.from({ length: 2 * a.length }, (_, k) => {
    const [row, column] = [Math.floor(k / (2 * width)), k % (2 * width)];
    return column < width ? a[row * width + column] : b[row * width + column - width];
  });
}

/** y [T, B, D] with 0 past each length; T is the longest. */
function masked(y: Float64Array, batch: number, lengths: number[]): Float64Array {
  const width = y.length / (batch * Math.max(...lengths));
  return y.map((value, k) => {
    const row = Math.floor(k / width);
    return Math.floor(row / batch) < lengths[row % batch] ? value : 0;
  });
}
