import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program, floatWord } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/** Cells with their numbers in kernels/generation.c, and the blocks of [H, ·] in their weights. */
const CELLS = {
  lstm: { number: 0, gates: 4 },
  gru: { number: 1, gates: 3 },
  tanh: { number: 2, gates: 1 },
  relu: { number: 3, gates: 1 },
} as const;

interface ModelAttrs {
  cell: keyof typeof CELLS;
  layers: number;
}
interface GenerateAttrs extends ModelAttrs {
  vocabulary: number;
  /** Tokens to draw for each sequence. */
  steps: number;
  temperature: number;
  /** 0: all. */
  topK: number;
  /** 1: all. */
  topP: number;
}

interface GenerateInputs extends Record<string, TensorInfo> {
  packed: TensorInfo;
  embedding: TensorInfo;
  tokens: TensorInfo;
  random: TensorInfo;
  forbidden: TensorInfo;
}

/** Layers that one program can hold, as in kernels/generation.c. */
const MOST_LAYERS = 16;
/**
 * The first layer's products of all tokens are made beforehand while they take no more than so many numbers (4 MB). The
 * rule must not ask how many tokens will be drawn: a longer text has to begin as the shorter one does, to the last bit.
 */
const MOST_TABLE = 2 ** 20;
/** Least temperature other than 0 whose reciprocal float32 holds; at it, all but the best have a share of 0 already. */
const LEAST_TEMPERATURE = 1e-30;

interface Projection {
  panels: number;
  bias: number;
}
interface LayerLayout {
  /** Input width: E for the first layer, H above. */
  depth: number;
  /** Left out where the table holds the products already. */
  input?: Projection;
  hidden: Projection;
}

/** Where things lie in the packed model, in floats: all begin at multiples of a tile's width. */
function layoutOf(
  { cell, layers }: ModelAttrs,
  [vocabulary, embedding, units]: [number, number, number],
  tileColumns: number,
) {
  const { gates } = CELLS[cell];
  const pad = (count: number) => Math.ceil(count / tileColumns) * tileColumns;
  const width = gates * pad(units);
  let floats = 0;
  const take = (count: number) => (floats += count) - count;
  const projection = (depth: number, columns: number): Projection => ({
    panels: take(depth * columns),
    bias: take(columns),
  });
  const table = vocabulary * gates * units <= MOST_TABLE ? take(vocabulary * width) : undefined;
  const stack = Array.from({ length: layers }, (_, k): LayerLayout => {
    const depth = k === 0 ? embedding : units;
    const input = k === 0 && table !== undefined ? undefined : projection(depth, width);
    return { depth, input, hidden: projection(units, width) };
  });
  const output = projection(units, pad(vocabulary));
  return { gates, padded: pad(units), width, scores: pad(vocabulary), table, stack, output, floats };
}

/** Copies a bias with room after each of its blocks, as wide as the packed weights' blocks are. */
function padBias(from: Float32Array, to: Float32Array, blocks: number): void {
  const [count, padded] = [from.length / blocks, to.length / blocks];
  to.fill(0);
  for (let block = 0; block < blocks; block++)
    to.set(from.subarray(block * count, (block + 1) * count), block * padded);
}

/** Packs all weights of a model in one program, and multiplies the whole embedding if that is worth it. */
function prepare(inputs: Record<string, TensorInfo>, attrs: ModelAttrs, backend: HeapBackend): TensorInfo {
  const [vocabulary, width] = inputs.embedding.shape;
  const units = inputs.weightHh0.shape[1];
  const layout = layoutOf(attrs, [vocabulary, width, units], backend.pool.facts.tileColumns);
  const { gates } = layout;
  const packed = backend.output([1], 'float32', layout.floats);
  const base = backend.address(packed);
  const values = backend.values(packed) as Float32Array;
  const at = (tensor: TensorInfo) => backend.address(tensor);
  const program = new Program();
  const pack = (
    name: string,
    { panels, bias }: Projection,
    { weight, start }: { weight: TensorInfo; start: TensorInfo },
    blocks: number,
    columns: number,
  ) => {
    const [rows, depth] = weight.shape;
    expectShape('PrepareGeneration', `the bias of ${name}`, start, [rows]);
    padBias(backend.values(start) as Float32Array, values.subarray(bias, bias + columns), blocks);
    const block = rows / blocks;
    const words = [blocks, depth, block, at(weight), 1, depth, block * depth, base + panels * 4];
    program.add('packWeight', words, rows * depth);
  };
  for (const [k, { depth, input, hidden }] of layout.stack.entries()) {
    const [weightIh, weightHh] = [inputs[`weightIh${k}`], inputs[`weightHh${k}`]];
    const [biasIh, biasHh] = [inputs[`biasIh${k}`], inputs[`biasHh${k}`]];
    expectShape('PrepareGeneration', `weightIh${k}`, weightIh, [gates * units, depth]);
    expectShape('PrepareGeneration', `weightHh${k}`, weightHh, [gates * units, units]);
    pack(`weightHh${k}`, hidden, { weight: weightHh, start: biasHh }, gates, layout.width);
    if (input) pack(`weightIh${k}`, input, { weight: weightIh, start: biasIh }, gates, layout.width);
    else
      for (let gate = 0; gate < gates; gate++)
        program.multiply({
          ...{ rows: vocabulary, columns: units, depth },
          a: { address: at(inputs.embedding), row: depth, column: 1 },
          b: { address: at(weightIh) + gate * units * depth * 4, row: 1, column: depth },
          c: { address: base + ((layout.table ?? 0) + gate * layout.padded) * 4, row: layout.width },
          start: at(biasIh) + gate * units * 4,
        });
  }
  expectShape('PrepareGeneration', 'outputWeight', inputs.outputWeight, [vocabulary, units]);
  const output = { weight: inputs.outputWeight, start: inputs.outputBias };
  pack('outputWeight', layout.output, output, 1, layout.scores);
  backend.run(() => program);
  return packed;
}

/** Names and number of the states of a model: h of each layer, and c behind it for LSTM. */
function statesOf({ cell, layers }: ModelAttrs): string[] {
  return Array.from({ length: layers * (cell === 'lstm' ? 2 : 1) }, (_, k) => `s${k}`);
}

function checkInputs(inputs: GenerateInputs, attrs: GenerateAttrs, units: number, backend: HeapBackend): void {
  const batch = inputs.tokens.shape[0];
  expectShape('GenerateSequence', 'random', inputs.random, [batch, 4]);
  for (const name of statesOf(attrs)) expectShape('GenerateSequence', name, inputs[name], [batch, units]);
  for (const name of ['tokens', 'forbidden'])
    expectInRange('GenerateSequence', backend.values(inputs[name]) as Int32Array, attrs.vocabulary, name);
  if (attrs.layers > MOST_LAYERS) throw new Error(`GenerateSequence: ${attrs.layers} layers are too many.`);
}

/** Draws `steps` tokens for each sequence. */
function generate(inputs: GenerateInputs, attrs: GenerateAttrs, backend: HeapBackend): TensorInfo[] {
  const { cell, layers, vocabulary, steps } = attrs;
  const [batch, embedding] = [inputs.tokens.shape[0], inputs.embedding.shape[1]];
  const units = inputs.s0.shape[1];
  checkInputs(inputs, attrs, units, backend);
  const layout = layoutOf(attrs, [vocabulary, embedding, units], backend.pool.facts.tileColumns);
  const { width, scores, table, stack } = layout;
  const [chosen, logs] = [backend.output([steps, batch], 'int32'), backend.output([steps, batch])];
  const before = statesOf(attrs).map((name) => inputs[name]);
  const after = before.map(({ shape }) => backend.output(shape));
  const at = (tensor: TensorInfo) => backend.address(tensor);
  const base = at(inputs.packed);
  const words = (p: Projection | undefined) => (p ? [base + p.panels * 4, base + p.bias * 4] : [0, 0]);
  const rows = [embedding, width, width, scores, scores, scores, 4]; // floats of each scratch block, a sequence
  const multiplications = stack.reduce(
    (sum, { depth, input }) => sum + width * (units + (input ? depth : 0)),
    scores * units,
  );
  backend.run(
    (scratch) => {
      let next = scratch;
      const blocks = rows.map((floats) => (next += floats * batch * 4) - floats * batch * 4);
      const perLayer = before.length / layers;
      const state = (tensors: TensorInfo[], k: number) => (k < perLayer ? (i: number) => at(tensors[i + k]) : () => 0);
      const [h0, h, c0, c] = [state(before, 0), state(after, 0), state(before, 1), state(after, 1)];
      const program = [
        ...[steps, batch, units, layout.gates, layers, CELLS[cell].number],
        ...[vocabulary, table === undefined ? embedding : width],
        ...[floatWord(temperatureOf(attrs)), attrs.topK, floatWord(attrs.topP), inputs.forbidden.shape[0]],
        at(inputs.forbidden),
        table === undefined ? at(inputs.embedding) : base + table * 4,
        ...[inputs.tokens, inputs.random, chosen, logs].map(at),
        ...blocks,
        ...words(layout.output),
        ...stack.flatMap(({ input, hidden }, k) => {
          const i = k * perLayer;
          return [...words(input), ...words(hidden), h0(i), h(i), c0(i), c(i)];
        }),
      ];
      // One sequence is one thread's: waking the others would gain nothing.
      return new Program().add('generate', program, batch > 1 ? steps * batch * multiplications : 0);
    },
    rows.reduce((sum, floats) => sum + floats * batch, 0),
  );
  return [chosen, logs, ...after];
}

const temperatureOf = ({ temperature }: GenerateAttrs) =>
  temperature > 0 ? Math.max(LEAST_TEMPERATURE, temperature) : 0;

/**
 * PrepareGeneration: embedding [V, E]; of each layer k: weightIh{k} [G·H, I], weightHh{k} [G·H, H], biasIh{k} and
 * biasHh{k} [G·H], in PyTorch's layout; outputWeight [V, H], outputBias [V]; attributes cell and layers -> packed [1]
 * (opaque), a copy of the weights as they are now.
 *
 * GenerateSequence: packed; embedding [V, E]; tokens [B] int32, the last of each sequence; random [B, 4] int32, the state
 * of each one's xoshiro128**; forbidden [F] int32; s0, s1, ...: h (and c) of each layer [B, H] before those tokens
 *   -> chosen [steps, B] int32, their log-probabilities [steps, B] (the model's own), and the states after all chosen
 *   tokens but the last. A sequence whose scores are no numbers gives -1 and NaN from there on.
 */
export function registerGeneration(backendName: string): void {
  register<Record<string, TensorInfo>, ModelAttrs>(backendName, 'PrepareGeneration', prepare);
  register<GenerateInputs, GenerateAttrs>(backendName, 'GenerateSequence', generate);
}
