/**
 * What the operations mean, in float64 and plain loops: the oracle of this folder. Arrays are row-major; the shape of
 * each is in the comments. Nothing here is fast.
 */
export type Numbers = ArrayLike<number>;

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** y [N, O] = x [N, I] · weight [O, I]ᵀ + bias [O] */
export function dense(x: Numbers, weight: Numbers, bias: Numbers): Float64Array {
  const outputs = bias.length;
  const inputs = weight.length / outputs;
  const y = new Float64Array((x.length / inputs) * outputs);
  for (let n = 0; n < y.length / outputs; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0; i < inputs; i++) sum += x[n * inputs + i] * weight[o * inputs + i];
      y[n * outputs + o] = sum;
    }
  }
  return y;
}

/** y [N, E] = table [V, E] at ids [N] */
export function embedding(table: Numbers, ids: Numbers, width: number): Float64Array {
  return Float64Array.from(
    { length: ids.length * width },
    (_, k) => table[ids[Math.floor(k / width)] * width + (k % width)],
  );
}

/** A layer's weight_ih [G·H, I], weight_hh [G·H, H], bias_ih [G·H], bias_hh [G·H], and its states, [B, H] each. */
export interface Layer {
  weightIh: Numbers;
  weightHh: Numbers;
  biasIh: Numbers;
  biasHh: Numbers;
  state: Numbers[];
}
/** New states of one sequence, from the input's and the hidden state's shares of the gates, [G][H]. */
type CellStep = (x: Numbers, h: Numbers, state: Float64Array[], units: number) => Float64Array[];

/** Runs a cell over x [T, B, I]; returns y [T, B, H] and the last states. */
function sequence(cell: CellStep, x: Numbers, layer: Layer, batch: number): Float64Array[] {
  const units = layer.state[0].length / batch;
  const inputs = layer.weightIh.length / layer.biasIh.length;
  const steps = x.length / (batch * inputs);
  const y = new Float64Array(steps * batch * units);
  const last = layer.state.map((state) => Float64Array.from(state));
  const row = (values: Numbers, index: number, width: number) =>
    Float64Array.from({ length: width }, (_, k) => values[index * width + k]);
  for (let b = 0; b < batch; b++) {
    let state: Float64Array[] = last.map((values) => row(values, b, units));
    for (let t = 0; t < steps; t++) {
      const shareOfInput = dense(row(x, t * batch + b, inputs), layer.weightIh, layer.biasIh);
      const shareOfHidden = dense(state[0], layer.weightHh, layer.biasHh);
      state = cell(shareOfInput, shareOfHidden, state, units);
      y.set(state[0], (t * batch + b) * units);
    }
    state.forEach((values, k) => last[k].set(values, b * units));
  }
  return [y, ...last];
}

const lstmStep: CellStep = (x, h, [, c], units) => {
  const z = (gate: number, j: number) => x[gate * units + j] + h[gate * units + j];
  const cell = c.map((value, j) => sigmoid(z(1, j)) * value + sigmoid(z(0, j)) * Math.tanh(z(2, j)));
  return [cell.map((value, j) => sigmoid(z(3, j)) * Math.tanh(value)), cell];
};

const gruStep: CellStep = (x, h, [previous], units) => [
  previous.map((value, j) => {
    const r = sigmoid(x[j] + h[j]);
    const z = sigmoid(x[units + j] + h[units + j]);
    const n = Math.tanh(x[2 * units + j] + r * h[2 * units + j]);
    return (1 - z) * n + z * value;
  }),
];

const rnnStep =
  (apply: (z: number) => number): CellStep =>
  (x, h, [previous]) => [previous.map((_, j) => apply(x[j] + h[j]))];

export type CellName = 'lstm' | 'gru' | 'rnn tanh' | 'rnn relu';

const STEPS: Record<CellName, CellStep> = {
  lstm: lstmStep,
  gru: gruStep,
  'rnn tanh': rnnStep(Math.tanh),
  'rnn relu': rnnStep((z) => Math.max(0, z)),
};

/** One layer over x [T, B, I]: y [T, B, H], then h and (lstm) c after the last step, [B, H]. */
export function recurrent(cell: CellName, x: Numbers, layer: Layer, batch: number): Float64Array[] {
  return sequence(STEPS[cell], x, layer, batch);
}

/** Σ w·(−ln softmax(logits [N, V])[label]) / Σ w; 0 when Σ w = 0 */
export function softmaxCrossEntropy(logits: Numbers, labels: Numbers, weights: Numbers): number {
  const classes = logits.length / labels.length;
  let sum = 0;
  let total = 0;
  for (let n = 0; n < labels.length; n++) {
    const row = Array.from({ length: classes }, (_, v) => logits[n * classes + v]);
    const highest = Math.max(...row);
    const normaliser = highest + Math.log(row.reduce((all, z) => all + Math.exp(z - highest), 0));
    sum += weights[n] * (normaliser - row[labels[n]]);
    total += weights[n];
  }
  return total === 0 ? 0 : sum / total;
}

/** Loss of embedding -> layers -> output on tokens [T·B] and the ones that follow them, as a PyTorch user would write it. */
export function languageModelLoss(
  cell: CellName,
  parameters: { table: Numbers; layers: Layer[]; weight: Numbers; bias: Numbers },
  tokens: { inputs: Numbers; targets: Numbers },
  batch: number,
): number {
  const width = parameters.layers[0].weightIh.length / parameters.layers[0].biasIh.length;
  let y = embedding(parameters.table, tokens.inputs, width);
  for (const layer of parameters.layers) y = recurrent(cell, y, layer, batch)[0];
  const logits = dense(y, parameters.weight, parameters.bias);
  return softmaxCrossEntropy(logits, tokens.targets, new Float64Array(tokens.targets.length).fill(1));
}

export interface AdamSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  clip: number;
}

/** One step of AdamW with clipping, in place on p, m and v. */
export function adamStep(
  state: { p: Float64Array; m: Float64Array; v: Float64Array }[],
  gradients: Numbers[],
  step: number,
  rate: number,
  { beta1, beta2, epsilon, weightDecay, clip }: AdamSettings,
): void {
  const norm = Math.sqrt(
    gradients.reduce((sum, g) => sum + Array.from(g).reduce((s, value) => s + value * value, 0), 0),
  );
  const shrink = clip > 0 ? Math.min(1, clip / norm) : 1;
  state.forEach(({ p, m, v }, k) => {
    for (let i = 0; i < p.length; i++) {
      const g = gradients[k][i] * shrink;
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      const change = m[i] / (1 - beta1 ** step) / (Math.sqrt(v[i] / (1 - beta2 ** step)) + epsilon);
      p[i] = p[i] * (1 - rate * weightDecay) - rate * change;
    }
  });
}

/** Gradients of f at these arrays by central differences; f must not keep them. */
export function numericalGradients(f: (inputs: Float64Array[]) => number, at: Numbers[]): Float64Array[] {
  const inputs = at.map((values) => Float64Array.from(values));
  const h = 1e-5;
  return inputs.map((values) =>
    values.map((value, i) => {
      values[i] = value + h;
      const above = f(inputs);
      values[i] = value - h;
      const below = f(inputs);
      values[i] = value;
      return (above - below) / (2 * h);
    }),
  );
}
