// The contender TensorFlow through tfjs-node; see bench/protocol.ts for what it is asked.
//   node tfjs-node.cjs PATH_OF_TFJS_NODE fused|layers
// "fused" runs a layer's whole sequence as TensorFlow's own BlockLSTMV2; "layers" is the way of the documentation,
// tf.layers. Threads are given to TensorFlow by its environment variables.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { createInterface } = require('node:readline');
const util = require('node:util');

const [main, variant] = process.argv.slice(2);
const STEPS_OF_TEXT = 8;
const LEARNING_RATE = 0.001;
const CLIP = 1;

// tfjs-node 4.22 calls two functions of `util` that Node 23 dropped.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const requireThere = createRequire(main);
const tf = requireThere(main);
const { Int64Scalar } = requireThere('./int64_tensors');

const { binding } = tf.backend();
const attribute = (name, type, value) => ({ name, type, value });
const FLOAT = attribute('T', binding.TF_ATTR_TYPE, binding.TF_FLOAT);
const NO_PEEPHOLE = attribute('use_peephole', binding.TF_ATTR_BOOL, false);
const NO_CELL_CLIP = attribute('cell_clip', binding.TF_ATTR_FLOAT, -1);
const LABELS = attribute('Tlabels', binding.TF_ATTR_TYPE, binding.TF_INT32);

/** Runs an op of TensorFlow's that TF.js has no function for. */
const execute = (...call) => tf.backend().executeMultipleOutputs(...call);

/**
 * One LSTM layer over a whole sequence by TensorFlow's BlockLSTMV2, with its gradient.
 * x [T, B, I], weight [I + H, 4H] and bias [4H] with gates i, c, f, o, h0 and c0 [B, H], peephole [H] of zeros; gives
 * the hidden states [T, B, H] and, through `keepState`, the last hidden and cell state.
 */
function blockLstm(x, weight, bias, { h0, c0, peephole }, keepState) {
  const [time] = x.shape;
  const run = tf.customGrad((x_, weight_, bias_, save) => {
    const inputs = [new Int64Scalar(time), x_, c0, h0, weight_, peephole, peephole, peephole, bias_];
    const outputs = execute('BlockLSTMV2', [NO_CELL_CLIP, NO_PEEPHOLE, FLOAT], inputs, 7);
    const [, cell, , , , , hidden] = outputs;
    save([x_, weight_, bias_, ...outputs]);
    const last = (sequence) => tf.keep(tf.squeeze(tf.slice(sequence, [time - 1, 0, 0], [1, -1, -1]), [0]));
    keepState({ h0: last(hidden), c0: last(cell) });
    const gradFunc = (dy, saved) => {
      const [x1, weight1, bias1, ...reserve] = saved;
      const noCellGradient = tf.zerosLike(dy);
      const given = [new Int64Scalar(time), x1, c0, h0, weight1, peephole, peephole, peephole, bias1, ...reserve];
      const gradients = execute('BlockLSTMGradV2', [NO_PEEPHOLE, FLOAT], [...given, noCellGradient, dy], 8);
      return [gradients[0], gradients[3], gradients[7]];
    };
    return { value: hidden, gradFunc };
  });
  return run(x, weight, bias);
}

/** Mean cross-entropy by TensorFlow's own op for labels that are numbers. logits [N, V], labels [N]. */
function crossEntropy(logits, labels) {
  const run = tf.customGrad((scores, save) => {
    const [losses, gradient] = execute('SparseSoftmaxCrossEntropyWithLogits', [FLOAT, LABELS], [scores, labels], 2);
    save([gradient]);
    const gradFunc = (dy, [saved]) => tf.mul(saved, tf.div(dy, labels.size));
    return { value: tf.mean(losses), gradFunc };
  });
  return run(logits);
}

/** Embedding, BlockLSTMV2 for each layer, scores; time-major, with carried state. */
function fusedModel({ model: cell, layers, hidden, embedding, vocabulary, batch, length }) {
  if (cell !== 'lstm') throw new Error(`TensorFlow has no fused ${cell} that tfjs-node can run`);
  const bound = 1 / Math.sqrt(hidden);
  const uniform = (shape) => tf.variable(tf.randomUniform(shape, -bound, bound));
  const table = tf.variable(tf.randomNormal([vocabulary, embedding]));
  const recurrent = Array.from({ length: layers }, (_, index) => ({
    weight: uniform([(index === 0 ? embedding : hidden) + hidden, 4 * hidden]),
    bias: uniform([4 * hidden]),
  }));
  const outputWeight = uniform([hidden, vocabulary]);
  const outputBias = uniform([vocabulary]);
  const zeros = () => recurrent.map(() => ({ h0: tf.zeros([batch, hidden]), c0: tf.zeros([batch, hidden]) }));
  const peephole = tf.zeros([hidden]);
  let state = zeros();
  let after = [];
  return {
    variables: [table, ...recurrent.flatMap(({ weight, bias }) => [weight, bias]), outputWeight, outputBias],
    forward(ids) {
      let x = tf.reshape(tf.gather(table, ids), [length, batch, embedding]);
      recurrent.forEach(({ weight, bias }, index) => {
        x = blockLstm(x, weight, bias, { ...state[index], peephole }, (kept) => (after[index] = kept));
      });
      return tf.add(tf.matMul(tf.reshape(x, [length * batch, hidden]), outputWeight), outputBias);
    },
    afterStep() {
      state.forEach(({ h0, c0 }) => tf.dispose([h0, c0]));
      [state, after] = [after, []];
    },
  };
}

/**
 * The same of tf.layers, as its documentation trains: compiled with an optimiser and a loss, a batch at a time by
 * `trainOnBatch`; batch-major, each sequence from a state of zeros. It cannot clip the norm of all gradients, so it
 * does not, and does the less.
 */
function layersModel({ model: cell, layers, hidden, embedding, vocabulary, batch, length }) {
  const model = tf.sequential();
  model.add(tf.layers.embedding({ inputDim: vocabulary, outputDim: embedding, batchInputShape: [batch, length] }));
  // The default initialiser, orthogonal, is slow for large matrices; it changes nothing in the steps.
  const options = { units: hidden, returnSequences: true, recurrentInitializer: 'glorotUniform' };
  const layer = { lstm: tf.layers.lstm, gru: tf.layers.gru, rnn: tf.layers.simpleRNN }[cell];
  for (let index = 0; index < layers; index++) model.add(layer(options));
  model.add(tf.layers.dense({ units: vocabulary, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(LEARNING_RATE), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** One training step of a compiled model of tf.layers; gives its loss. */
async function layersStep(model, { batch, length }, [inputs, targets]) {
  const ids = tf.tensor2d(inputs, [batch, length], 'int32');
  const labels = tf.tensor3d(Float32Array.from(targets), [batch, length, 1]);
  const loss = await model.trainOnBatch(ids, labels);
  tf.dispose([ids, labels]);
  return loss;
}

/** Gradients scaled so that their global norm is `CLIP` at most. */
function clipped(gradients) {
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
    const factor = tf.minimum(1, tf.div(CLIP, tf.add(norm, 1e-6)));
    return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
  });
}

/** Random tokens and those that follow them, one pair of arrays for each step of the text. */
function makeBatches({ batch, length, vocabulary }, timeMajor) {
  const text = tf.randomUniform([STEPS_OF_TEXT * length + 1, batch], 0, vocabulary, 'int32', 1).dataSync();
  const cut = (from) =>
    Int32Array.from({ length: batch * length }, (_, i) => {
      const [t, b] = timeMajor ? [Math.floor(i / batch), i % batch] : [i % length, Math.floor(i / length)];
      return text[(from + t) * batch + b];
    });
  return Array.from({ length: STEPS_OF_TEXT }, (_, step) => [cut(step * length), cut(step * length + 1)]);
}

/** Builds the model; returns a function that does one whole training step and gives its loss. */
function prepare(work) {
  if (work.task !== 'train') throw new Error('tfjs-node takes part in training only');
  return variant === 'fused' ? prepareFused(work) : prepareLayers(work);
}

function prepareLayers(work) {
  const model = layersModel(work);
  const batches = makeBatches(work, false);
  let done = 0;
  return { step: () => layersStep(model, work, batches[done++ % STEPS_OF_TEXT]), parameters: model.countParams() };
}

function prepareFused(work) {
  const model = fusedModel(work);
  const batches = makeBatches(work, true);
  const optimiser = tf.train.adam(LEARNING_RATE);
  let done = 0;
  const step = () => {
    const [inputs, targets] = batches[done++ % STEPS_OF_TEXT];
    const loss = tf.tidy(() => {
      const ids = tf.tensor1d(inputs, 'int32');
      const labels = tf.tensor1d(targets, 'int32');
      const { value, grads } = tf.variableGrads(() => crossEntropy(model.forward(ids), labels), model.variables);
      optimiser.applyGradients(clipped(grads));
      return value.dataSync()[0];
    });
    model.afterStep();
    return loss;
  };
  return { step, parameters: model.variables.reduce((sum, variable) => sum + variable.size, 0) };
}

/** See bench/memory.ts. */
function peakMemory() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

let prepared;
async function answer(request, rest) {
  if (request === 'hello') {
    return {
      version: `TensorFlow ${binding.TF_Version} through tfjs-node ${tf.version['tfjs-node'] ?? tf.version.tfjs}`,
    };
  }
  if (request === 'memory') return peakMemory();
  if (request === 'prepare') {
    prepared = prepare(JSON.parse(rest));
    return { parameters: prepared.parameters, loss: await prepared.step() };
  }
  if (request === 'run' && prepared) return timesOf(prepared.step, Number(rest));
  throw new Error(`cannot answer "${request}" now`);
}

/** Milliseconds of each of `count` steps. */
async function timesOf(step, count) {
  const times = [];
  for (let done = 0; done < count; done++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return times;
}

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    const space = `${line} `.indexOf(' ');
    try {
      process.stdout.write(`ok ${JSON.stringify(await answer(line.slice(0, space), line.slice(space + 1)))}\n`);
    } catch (error) {
      process.stdout.write(`error ${error.message.split('\n')[0]}\n`);
    }
  }
}

void serve();
