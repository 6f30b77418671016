import { Program, floatWord } from '../program';
import { copyWords } from '../replacements/strides';
import type { KernelPool } from '../threads';
import { addressesOf, Blocks, SIZE, wave } from './self-test-blocks';

/** Runs one operation of each other family, on the numbers of small blocks. */
export function computeFamilies(pool: KernelPool, memory: WebAssembly.Memory, first: number): Float32Array[] {
  const { batch, units } = SIZE;
  const blocks = new Blocks(memory, first);
  const { tileColumns } = pool.facts;
  const at = addressesOf;
  const count = batch * units;
  const program = new Program();

  const values = blocks.block(wave(count, 8, 3));
  const [gain, bias] = [blocks.block(wave(units, 9)), blocks.block(wave(units, 10))];
  const [moments, normal, shares] = [blocks.block(2 * batch), blocks.block(count), blocks.block(count)];
  const norm = [batch, units, floatWord(1e-5), ...at(values, gain, moments, bias, normal)];
  program.add('layerNorm', norm, count);
  program.add('softmax', [batch, units, 1, floatWord(0.7), values.byteOffset, 0, shares.byteOffset, 0], count);

  const [tags, time] = [9, 3];
  const [transitions, ends] = [blocks.block(wave(tags * tags, 11)), blocks.block(wave(tags, 12))];
  const lengths = blocks.block(batch);
  new Int32Array(memory.buffer, lengths.byteOffset, batch).fill(time);
  const [alpha, logZ] = [blocks.block(batch * time * tags), blocks.block(batch)];
  const field = [batch, time, tags, ...at(values, lengths, transitions, ends, ends, alpha, logZ), 0, 0];
  program.add('crfForward', field, batch * time * tags * tags);

  const logs = addGeneration(program, blocks, memory, tileColumns);
  const kept = blocks.block(count);
  const dropped = [count, 12345, 0.3 * 2 ** 32];
  program.small('dropout', dropped, at(values, kept), count, 1 / 0.7);
  const attention = addAttention(program, blocks);
  const convolution = addConvolution(program, blocks, memory);
  pool.run(program);
  const results = [normal, moments, shares, alpha, logZ, logs, kept, ...attention, ...convolution];
  return results.map((view) => view.slice());
}

/** Adds the choice of some tokens by a small LSTM; returns the block of their log-probabilities. */
function addGeneration(program: Program, blocks: Blocks, memory: WebAssembly.Memory, tile: number): Float32Array {
  const { batch, units, gates } = SIZE;
  const [steps, vocabulary] = [4, 21];
  const pad = (count: number) => Math.ceil(count / tile) * tile;
  const [width, scores] = [gates * pad(units), pad(vocabulary)];
  /** A weight packed for the loop, with a bias of zeros behind its address. */
  const projection = (parts: number, columns: number, seed: number): number[] => {
    const weight = blocks.block(wave(parts * columns * units, seed, 0.4)).byteOffset;
    const panels = blocks.block(parts * pad(columns) * units).byteOffset;
    program.add('packWeight', [parts, units, columns, weight, 1, units, columns * units, panels], 0);
    return [panels, blocks.block(parts * pad(columns)).byteOffset];
  };
  const [input, hidden, output] = [
    projection(gates, units, 13),
    projection(gates, units, 14),
    projection(1, vocabulary, 15),
  ];
  const table = blocks.block(wave(vocabulary * units, 16));
  const [tokens, random] = [blocks.block(batch), blocks.block(4 * batch)];
  new Int32Array(memory.buffer, random.byteOffset, 4 * batch).forEach((_, i, all) => (all[i] = (i + 1) * 0x9e3779b));
  const [chosen, logs] = [blocks.block(steps * batch), blocks.block(steps * batch)];
  const scratch = [units, width, width, scores, scores, scores, 4].map((floats) => blocks.block(floats * batch));
  const states = [3, 4, 5, 6].map((seed) => blocks.block(wave(batch * units, seed)));
  const at = (views: Float32Array[]) => views.map((view) => view.byteOffset);
  const sizes = [steps, batch, units, gates, 1, 0, vocabulary, units];
  const choice = [floatWord(1), 5, floatWord(1), 0, 0];
  const addresses = at([table, tokens, random, chosen, logs, ...scratch]);
  const words = [...sizes, ...choice, ...addresses, ...output, ...input, ...hidden, ...at(states)];
  program.add('generate', words, steps * batch * width * units);
  return logs;
}

/** Adds the scores of an additive attention and their gradients; returns the blocks of both. */
function addAttention(program: Program, blocks: Blocks): Float32Array[] {
  const sizes = [3, 2, 5, SIZE.units];
  const [batch, count, time, width] = sizes;
  const [queries, keys] = [blocks.block(wave(batch * count * width, 20)), blocks.block(wave(batch * time * width, 21))];
  const [v, dy] = [blocks.block(wave(width, 22)), blocks.block(wave(batch * count * time, 23))];
  const scores = blocks.block(dy.length);
  const gradients = [queries, keys, v].map(({ length }) => blocks.block(length));
  const work = batch * count * time * width;
  program.add('additiveScores', [...sizes, ...addressesOf(queries, keys, v, scores)], work);
  program.add('additiveBackward', [...sizes, ...addressesOf(queries, keys, v, dy, ...gradients)], work);
  return [scores, ...gradients];
}

/** Adds a convolution over time with its maximum, and the gradients; see replacements/convolution.ts. */
function addConvolution(program: Program, blocks: Blocks, memory: WebAssembly.Memory): Float32Array[] {
  const [batch, time, width, size, count] = [5, 7, 11, 3, 19];
  const [rows, window] = [batch * time, size * width];
  const [x, filters] = [blocks.block(wave(rows * width, 24)), blocks.block(wave(window * count, 25))];
  const [bias, dy, lengths] = [
    blocks.block(wave(count, 26)),
    blocks.block(wave(batch * count, 27)),
    blocks.block(batch),
  ];
  new Int32Array(memory.buffer, lengths.byteOffset, batch).forEach((_, b, all) => (all[b] = time - b));
  const [y, positions] = [blocks.block(batch * count), blocks.block(batch * count)];
  const copied = (rows + size - 1) * width;
  const [padded, scores] = [blocks.block(copied), blocks.block(rows * count)];
  const [dx, turned] = [blocks.block(x.length), blocks.block(filters.length)];
  const [dfilters, dbias] = [blocks.block(filters.length), blocks.block(count)];
  const words = [batch, time, width, time, size, count, lengths.byteOffset];
  const work = batch * count * window;
  program.add('timeRows', [...words, ...addressesOf(x, padded), 0, 0, 0], copied);
  program.multiply({
    ...{ rows, columns: count, depth: window },
    a: { address: padded.byteOffset, row: width, column: 1 },
    b: { address: filters.byteOffset, row: count, column: 1 },
    c: { address: scores.byteOffset, row: count },
    start: bias.byteOffset,
  });
  program.add('maxOverTime', [...words, ...addressesOf(scores, y, positions), 0, 0], rows * count);
  const back = copyWords([window, count], [count, 1], [1, window]);
  program.add('copy', [...back, ...addressesOf(filters, turned)], window * count);
  program.add('inputGradient', [...words, ...addressesOf(turned, positions, dy, dx), 0], work);
  program.add('filterGradient', [...words, ...addressesOf(x, positions, dy, dfilters, dbias)], work);
  return [y, dx, dfilters, dbias];
}
