/**
 * The kernels' equations in plain loops and float64: slow, short and independent of the compiled ones. Arrays are
 * flat, row-major; shapes stand in the comments.
 */
export type Numbers = ArrayLike<number>;
export type Values = Float64Array<ArrayBuffer>;

const zeros = (count: number): Values => new Float64Array(count);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** c [rows, columns] = a [rows, depth] · b [depth, columns]. */
export function matmul(a: Numbers, b: Numbers, rows: number, depth: number, columns: number): Values {
  const c = zeros(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < depth; k++) c[i * columns + j] += a[i * depth + k] * b[k * columns + j];
  return c;
}

/** x [N, I], weight [O, I], bias [O] -> [N, O]. */
export function dense(x: Numbers, weight: Numbers, bias: Numbers, n: number, inputs: number, outputs: number): Values {
  const y = zeros(n * outputs);
  for (let r = 0; r < n; r++)
    for (let o = 0; o < outputs; o++) {
      y[r * outputs + o] = bias[o];
      for (let i = 0; i < inputs; i++) y[r * outputs + o] += x[r * inputs + i] * weight[o * inputs + i];
    }
  return y;
}

export function denseGrad(x: Numbers, weight: Numbers, dy: Numbers, n: number, inputs: number, outputs: number) {
  const [dx, dweight, dbias] = [zeros(n * inputs), zeros(outputs * inputs), zeros(outputs)];
  for (let r = 0; r < n; r++)
    for (let o = 0; o < outputs; o++) {
      const d = dy[r * outputs + o];
      dbias[o] += d;
      for (let i = 0; i < inputs; i++) {
        dx[r * inputs + i] += d * weight[o * inputs + i];
        dweight[o * inputs + i] += d * x[r * inputs + i];
      }
    }
  return [dx, dweight, dbias];
}

export interface Size {
  time: number;
  batch: number;
  units: number;
}

export interface SequenceInputs {
  x: Numbers;
  weight: Numbers;
  bias: Numbers;
  h0: Numbers;
  c0: Numbers;
}

/** W·h + b of one row: [gates * units]. */
function hidden(weight: Numbers, bias: Numbers, h: Numbers, at: number, gates: number, units: number): Values {
  const q = zeros(gates * units);
  for (let j = 0; j < q.length; j++) {
    q[j] = bias[j];
    for (let k = 0; k < units; k++) q[j] += weight[j * units + k] * h[at + k];
  }
  return q;
}

/** Back through W·h + b of one row: adds to dweight, dbias and dh. */
function hiddenGrad(
  dq: Numbers,
  weight: Numbers,
  h: Numbers,
  at: number,
  units: number,
  into: { dweight: Values; dbias: Values; dh: Values },
): void {
  for (let j = 0; j < dq.length; j++) {
    into.dbias[j] += dq[j];
    for (let k = 0; k < units; k++) {
      into.dweight[j * units + k] += dq[j] * h[at + k];
      into.dh[at + k] += dq[j] * weight[j * units + k];
    }
  }
}

/** States entering every step: [h0, y[0], y[1], ...] as one array, [T + 1, B, H]. */
function entering(h0: Numbers, count: number): Values {
  const states = zeros(count);
  for (let i = 0; i < h0.length; i++) states[i] = h0[i];
  return states;
}

/** LSTM: y, hN, cN, and what its gradient needs (gates i, f, g, o and all states). */
export function lstm({ x, weight, bias, h0, c0 }: SequenceInputs, { time, batch, units: H }: Size) {
  const step = batch * H;
  const [h, c] = [entering(h0, (time + 1) * step), entering(c0, (time + 1) * step)];
  const gates = zeros(time * step * 4);
  for (let row = 0; row < time * batch; row++) {
    const q = hidden(weight, bias, h, row * H, 4, H);
    for (let u = 0; u < H; u++) {
      const z = (k: number) => x[row * 4 * H + k * H + u] + q[k * H + u];
      const [i, f, g, o] = [sigmoid(z(0)), sigmoid(z(1)), Math.tanh(z(2)), sigmoid(z(3))];
      [i, f, g, o].forEach((gate, k) => (gates[row * 4 * H + k * H + u] = gate));
      c[step + row * H + u] = f * c[row * H + u] + i * g;
      h[step + row * H + u] = o * Math.tanh(c[step + row * H + u]);
    }
  }
  return { y: h.slice(step), hN: h.slice(time * step), cN: c.slice(time * step), h, c, gates };
}

export function lstmGrad(inputs: SequenceInputs, size: Size, dy: Numbers, dhN: Numbers, dcN: Numbers) {
  const { time, batch, units: H } = size;
  const { h, c, gates } = lstm(inputs, size);
  const step = batch * H;
  const [dx, dweight, dbias] = [zeros(time * step * 4), zeros(4 * H * H), zeros(4 * H)];
  let [dh, dc] = [Float64Array.from(dhN), Float64Array.from(dcN)];
  for (let t = time - 1; t >= 0; t--) {
    const [before, cellBefore] = [zeros(step), zeros(step)];
    for (let b = 0; b < batch; b++) {
      const row = t * batch + b;
      const dq = zeros(4 * H);
      for (let u = 0; u < H; u++) {
        const at = b * H + u;
        const [i, f, g, o] = [0, 1, 2, 3].map((k) => gates[row * 4 * H + k * H + u]);
        const squashed = Math.tanh(c[step + row * H + u]);
        const d = dy[row * H + u] + dh[at];
        const cell = dc[at] + d * o * (1 - squashed * squashed);
        dq[u] = cell * g * i * (1 - i);
        dq[H + u] = cell * c[row * H + u] * f * (1 - f);
        dq[2 * H + u] = cell * i * (1 - g * g);
        dq[3 * H + u] = d * squashed * o * (1 - o);
        cellBefore[at] = cell * f;
      }
      dx.set(dq, row * 4 * H);
      const into = { dweight, dbias, dh: zeros(step) };
      hiddenGrad(dq, inputs.weight, h.subarray(t * step), b * H, H, into);
      for (let u = 0; u < H; u++) before[b * H + u] += into.dh[b * H + u];
    }
    [dh, dc] = [before, cellBefore];
  }
  return [dx, dweight, dbias, dh, dc];
}

/** GRU, reset after the product. */
export function gru({ x, weight, bias, h0 }: Omit<SequenceInputs, 'c0'>, { time, batch, units: H }: Size) {
  const step = batch * H;
  const h = entering(h0, (time + 1) * step);
  const gates = zeros(time * step * 4); // r, z, n, q_n
  for (let row = 0; row < time * batch; row++) {
    const q = hidden(weight, bias, h, row * H, 3, H);
    for (let u = 0; u < H; u++) {
      const r = sigmoid(x[row * 3 * H + u] + q[u]);
      const z = sigmoid(x[row * 3 * H + H + u] + q[H + u]);
      const n = Math.tanh(x[row * 3 * H + 2 * H + u] + r * q[2 * H + u]);
      [r, z, n, q[2 * H + u]].forEach((value, k) => (gates[row * 4 * H + k * H + u] = value));
      h[step + row * H + u] = (1 - z) * n + z * h[row * H + u];
    }
  }
  return { y: h.slice(step), hN: h.slice(time * step), h, gates };
}

export function gruGrad(inputs: Omit<SequenceInputs, 'c0'>, size: Size, dy: Numbers, dhN: Numbers) {
  const { time, batch, units: H } = size;
  const { h, gates } = gru(inputs, size);
  const step = batch * H;
  const [dx, dweight, dbias] = [zeros(time * step * 3), zeros(3 * H * H), zeros(3 * H)];
  let dh = Float64Array.from(dhN);
  for (let t = time - 1; t >= 0; t--) {
    const before = zeros(step);
    for (let b = 0; b < batch; b++) {
      const row = t * batch + b;
      const dq = zeros(3 * H);
      for (let u = 0; u < H; u++) {
        const [r, z, n, q] = [0, 1, 2, 3].map((k) => gates[row * 4 * H + k * H + u]);
        const d = dy[row * H + u] + dh[b * H + u];
        const dn = d * (1 - z) * (1 - n * n);
        const dz = d * (h[row * H + u] - n) * z * (1 - z);
        const dr = dn * q * r * (1 - r);
        [dr, dz, dn].forEach((value, k) => (dx[row * 3 * H + k * H + u] = value));
        [dr, dz, dn * r].forEach((value, k) => (dq[k * H + u] = value));
        before[b * H + u] += d * z;
      }
      hiddenGrad(dq, inputs.weight, h.subarray(t * step, (t + 1) * step), b * H, H, { dweight, dbias, dh: before });
    }
    dh = before;
  }
  return [dx, dweight, dbias, dh];
}

export type RnnActivation = 'tanh' | 'relu';

/** Plain recurrent layer. */
export function rnn(inputs: Omit<SequenceInputs, 'c0'>, { time, batch, units: H }: Size, activation: RnnActivation) {
  const step = batch * H;
  const h = entering(inputs.h0, (time + 1) * step);
  for (let row = 0; row < time * batch; row++) {
    const q = hidden(inputs.weight, inputs.bias, h, row * H, 1, H);
    for (let u = 0; u < H; u++) {
      const sum = inputs.x[row * H + u] + q[u];
      h[step + row * H + u] = activation === 'relu' ? Math.max(0, sum) : Math.tanh(sum);
    }
  }
  return { y: h.slice(step), hN: h.slice(time * step), h };
}

export function rnnGrad(
  inputs: Omit<SequenceInputs, 'c0'>,
  size: Size,
  activation: RnnActivation,
  dy: Numbers,
  dhN: Numbers,
) {
  const { time, batch, units: H } = size;
  const { h } = rnn(inputs, size, activation);
  const step = batch * H;
  const [dx, dweight, dbias] = [zeros(time * step), zeros(H * H), zeros(H)];
  let dh = Float64Array.from(dhN);
  for (let t = time - 1; t >= 0; t--) {
    const before = zeros(step);
    for (let b = 0; b < batch; b++) {
      const row = t * batch + b;
      const dq = zeros(H);
      for (let u = 0; u < H; u++) {
        const y = h[step + row * H + u];
        dq[u] = (dy[row * H + u] + dh[b * H + u]) * (activation === 'relu' ? Number(y > 0) : 1 - y * y);
      }
      dx.set(dq, row * H);
      hiddenGrad(dq, inputs.weight, h.subarray(t * step, (t + 1) * step), b * H, H, { dweight, dbias, dh: before });
    }
    dh = before;
  }
  return [dx, dweight, dbias, dh];
}

/** Weighted mean of -ln softmax(logits)[label], and its gradient [N, V]. */
export function crossEntropy(logits: Numbers, labels: Numbers, weights: Numbers, rows: number, classes: number) {
  const total = Array.from(weights).reduce((sum, w) => sum + w, 0);
  const gradient = zeros(rows * classes);
  let loss = 0;
  for (let r = 0; r < rows && total > 0; r++) {
    if (weights[r] === 0) continue;
    const row = Array.from({ length: classes }, (_, j) => logits[r * classes + j]);
    const highest = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - highest));
    const sum = powers.reduce((s, p) => s + p, 0);
    const scale = weights[r] / total;
    loss += scale * (Math.log(sum) + highest - row[labels[r]]);
    powers.forEach((p, j) => (gradient[r * classes + j] = scale * (p / sum - Number(j === labels[r]))));
  }
  return { loss, gradient };
}

export interface AdamRates {
  rate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  step: number;
  clip: number;
  weightDecay: number;
}

/** One Adam step over all parameters, in place on p, m and v (arrays of flat arrays); returns the norms. */
export function adam(p: Values[], g: Values[], m: Values[], v: Values[], rates: AdamRates): number[] {
  const squares = g.map((values) => values.reduce((sum, x) => sum + x * x, 0));
  const norm = Math.sqrt(squares.reduce((sum, x) => sum + x, 0));
  const shrink = rates.clip > 0 && rates.clip < Infinity ? Math.min(1, rates.clip / (norm + 1e-6)) : 1;
  const { beta1, beta2 } = rates;
  p.forEach((values, k) => {
    for (let i = 0; i < values.length; i++) {
      const d = g[k][i] * shrink;
      m[k][i] = beta1 * m[k][i] + (1 - beta1) * d;
      v[k][i] = beta2 * v[k][i] + (1 - beta2) * d * d;
      const mean = m[k][i] / (1 - beta1 ** rates.step);
      const deviation = Math.sqrt(v[k][i] / (1 - beta2 ** rates.step));
      values[i] = values[i] * (1 - rates.rate * rates.weightDecay) - (rates.rate * mean) / (deviation + rates.epsilon);
    }
  });
  return [...squares.map(Math.sqrt), norm];
}
