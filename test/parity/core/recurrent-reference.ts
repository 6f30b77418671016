/**
 * Recurrent layers with all their options, in float64, one sequence at a time and as the papers write them: the oracle
 * of recurrent.test.ts. Arrays are row-major; the shape of each is in the comments. Nothing here is fast.
 */
import { dense, type Numbers } from './reference';

export type CellName = 'lstm' | 'gru' | 'gru, reset before' | 'rnn tanh' | 'rnn relu' | 'layer-norm lstm';

export const CELLS: CellName[] = ['lstm', 'gru', 'gru, reset before', 'rnn tanh', 'rnn relu', 'layer-norm lstm'];

export const GATES: Record<CellName, number> = {
  lstm: 4,
  gru: 3,
  'gru, reset before': 3,
  'rnn tanh': 1,
  'rnn relu': 1,
  'layer-norm lstm': 4,
};

export const hasCellState = (cell: CellName) => cell.endsWith('lstm');

/** The differentiable inputs of a layer after x, in the order of `shapesOf`. */
export interface Layer {
  weightIh: Numbers;
  weightHh: Numbers;
  biasIh: Numbers;
  biasHh: Numbers;
  /** h0 and (lstm) c0, [B, H] each. */
  state: Numbers[];
  /** LayerNorm-LSTM: gain_ih [4H], gain_hh [4H], gain_c [H], bias_c [H]. */
  norm: Numbers[];
}

export interface Options {
  lengths?: readonly number[];
  reversed?: boolean;
  /** [B, H] */
  mask?: Numbers;
}

/** Shapes of the inputs after x: weights, states, and what layer normalisation adds. */
export function shapesOf(cell: CellName, batch: number, inputs: number, units: number): Record<string, number[]> {
  const rows = GATES[cell] * units;
  return {
    weightIh: [rows, inputs],
    weightHh: [rows, units],
    biasIh: [rows],
    biasHh: [rows],
    h0: [batch, units],
    ...(hasCellState(cell) ? { c0: [batch, units] } : {}),
    ...(cell === 'layer-norm lstm' ? { gainIh: [rows], gainHh: [rows], gainCell: [units], biasCell: [units] } : {}),
  };
}

export function layerOf(cell: CellName, [weightIh, weightHh, biasIh, biasHh, ...rest]: Numbers[]): Layer {
  const states = hasCellState(cell) ? 2 : 1;
  return { weightIh, weightHh, biasIh, biasHh, state: rest.slice(0, states), norm: rest.slice(states) };
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const part = (values: Numbers, index: number, width: number) =>
  Float64Array.from({ length: width }, (_, k) => values[index * width + k]);

function normalise(values: Float64Array, gain: Numbers, bias: Numbers): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value, k) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[k] + bias[k]);
}

interface Step {
  state: Float64Array[];
  /** All gates, [G·H]. */
  gates: Float64Array;
}

/** One step of one sequence: x [I], read = h under the mask. */
function step(cell: CellName, x: Numbers, read: Float64Array, [h, c]: Float64Array[], layer: Layer): Step {
  const H = h.length;
  const { weightIh, weightHh, biasIh, biasHh } = layer;
  const none = new Float64Array(biasIh.length);
  if (hasCellState(cell)) {
    const normed = cell === 'layer-norm lstm';
    const [gainIh, gainHh, gainCell, biasCell] = layer.norm;
    const fromX = normed ? normalise(dense(x, weightIh, none), gainIh, biasIh) : dense(x, weightIh, biasIh);
    const fromH = normed ? normalise(dense(read, weightHh, none), gainHh, biasHh) : dense(read, weightHh, biasHh);
    const gates = fromX.map((value, k) =>
      Math.floor(k / H) === 2 ? Math.tanh(value + fromH[k]) : sigmoid(value + fromH[k]),
    );
    const next = c.map((value, j) => gates[H + j] * value + gates[j] * gates[2 * H + j]);
    const shown = normed ? normalise(next, gainCell, biasCell) : next;
    return { state: [shown.map((value, j) => gates[3 * H + j] * Math.tanh(value)), next], gates };
  }
  const fromX = dense(x, weightIh, biasIh);
  if (cell.startsWith('rnn')) {
    const sum = dense(read, weightHh, biasHh).map((value, j) => value + fromX[j]);
    const gates = sum.map((z) => (cell === 'rnn tanh' ? Math.tanh(z) : Math.max(0, z)));
    return { state: [gates], gates };
  }
  const fromH = dense(read, weightHh, biasHh);
  const r = part(fromH, 0, H).map((value, j) => sigmoid(value + fromX[j]));
  const z = part(fromH, 1, H).map((value, j) => sigmoid(value + fromX[H + j]));
  const reset = read.map((value, j) => r[j] * value);
  const candidate =
    cell === 'gru' ? part(fromH, 2, H).map((value, j) => r[j] * value) : part(dense(reset, weightHh, biasHh), 2, H); // of these products only the candidate's is used
  const n = candidate.map((value, j) => Math.tanh(value + fromX[2 * H + j]));
  return {
    state: [n.map((value, j) => (1 - z[j]) * value + z[j] * h[j])],
    gates: Float64Array.from([...r, ...z, ...n]),
  };
}

/**
 * One layer over x [T, B, I].
 * @param nudges [T, B, H], added to every h_t where it comes to be, so that differences give its whole gradient
 * @returns y [T, B, H], then the states after the last step, [B, H]; gates [T, B, G·H] and (lstm) cells [T, B, H], 0 past
 *   the length
 */
export function recurrent(
  cell: CellName,
  x: Numbers,
  layer: Layer,
  batch: number,
  { lengths, reversed, mask }: Options = {},
  nudges?: Numbers,
): { outputs: Float64Array[]; gates: Float64Array; cells: Float64Array } {
  const H = layer.state[0].length / batch;
  const inputs = layer.weightIh.length / layer.biasIh.length;
  const time = x.length / (batch * inputs);
  const width = layer.biasIh.length;
  const y = new Float64Array(time * batch * H);
  const [gates, cells] = [new Float64Array(time * batch * width), new Float64Array(y.length)];
  const last = layer.state.map((state) => Float64Array.from(state));
  for (let b = 0; b < batch; b++) {
    const length = lengths ? lengths[b] : time;
    const positions = Array.from({ length }, (_, k) => (reversed ? length - 1 - k : k));
    let state: Float64Array[] = last.map((values) => part(values, b, H));
    for (const t of positions) {
      const row = t * batch + b;
      const read = mask ? state[0].map((value, j) => value * mask[b * H + j]) : state[0];
      const result = step(cell, part(x, row, inputs), read, state, layer);
      state = result.state;
      if (nudges) state[0] = state[0].map((value, j) => value + nudges[row * H + j]);
      y.set(state[0], row * H);
      gates.set(result.gates, row * width);
      if (state[1]) cells.set(state[1], row * H);
    }
    state.forEach((values, k) => last[k].set(values, b * H));
  }
  return { outputs: [y, ...last], gates, cells };
}
