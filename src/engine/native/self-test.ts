import type { KernelModule } from '../kernel-instance';
import { compileKernels } from '../modules';
import { Program, RULES, floatWord } from '../program';
import { beginBackward, beginForward, sequenceScratch, sequenceWork } from '../replacements/sequence';
import { KernelPool } from '../threads';
import { loadAddon } from './addon';
import type { InstructionSet } from './addon';

/** More units than a tile is wide, more rows than one is high, and all odd. */
const SIZE = { time: 5, batch: 27, units: 37, gates: 4 };
const THREADS = 2;
/** Greatest difference to WebAssembly's results that rounding explains, of values of about 1. */
const TOLERANCE = 1e-4;

/** Numbers in -scale..scale without any pattern that a transposed or shifted result could hide in. */
const wave = (count: number, seed: number, scale = 1) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin((i + 1) * (12.9898 + seed)));

/** Blocks one after the other in a fresh memory. */
class Blocks {
  constructor(
    private readonly memory: WebAssembly.Memory,
    private next: number,
  ) {}

  /** A block of so many floats of 0, or with these values. */
  block(content: number | Float32Array): Float32Array {
    const count = typeof content === 'number' ? content : content.length;
    const address = Math.ceil(this.next / 64) * 64;
    this.next = address + count * 4;
    const missing = Math.ceil((this.next - this.memory.buffer.byteLength) / 65_536);
    if (missing > 0) this.memory.grow(missing);
    const view = new Float32Array(this.memory.buffer, address, count);
    if (typeof content !== 'number') view.set(content);
    return view;
  }
}

/** Runs an LSTM forward and back, a loss, the weight's gradient and a step of Adam; all results in one list. */
function computeStep(pool: KernelPool, memory: WebAssembly.Memory): Float32Array[] {
  const { time, batch, units, gates } = SIZE;
  const blocks = new Blocks(memory, pool.end);
  const [state, steps] = [batch * units, time * batch * units];
  const weight = blocks.block(wave(gates * units * units, 1, 0.3));
  const [x, bias] = [blocks.block(wave(gates * steps, 2)), blocks.block(wave(gates * units, 3))];
  const [h0, c0] = [blocks.block(wave(state, 4)), blocks.block(wave(state, 5))];
  const [y, hLast, cLast] = [blocks.block(steps), blocks.block(state), blocks.block(state)];
  const reserve = [blocks.block(gates * steps), blocks.block(steps + state), blocks.block(steps)];
  const scratch = blocks.block(sequenceScratch(SIZE, pool.facts.tileColumns).floats);

  const rows = time * batch;
  const labels = blocks.block(rows);
  new Int32Array(labels.buffer, labels.byteOffset, rows).forEach((_, i, all) => (all[i] = (i * 7) % units));
  const [weights, dy, losses] = [blocks.block(new Float32Array(rows).fill(1)), blocks.block(steps), blocks.block(rows)];

  const [dhLast, dcLast] = [blocks.block(wave(state, 6)), blocks.block(wave(state, 7))];
  const [dx, dh0, dc0] = [blocks.block(gates * steps), blocks.block(state), blocks.block(state)];
  const dweight = blocks.block(weight.length);
  const [mean, square, norm] = [blocks.block(weight.length), blocks.block(weight.length), blocks.block(1)];
  norm[0] = 2;

  const at = (...views: Float32Array[]) => views.map((view) => view.byteOffset);
  const [atWeight, atScratch, atH0, atY] = at(weight, scratch, h0, y);
  const sequence = { weight: atWeight, h0: atH0, y: atY };
  const { tileColumns } = pool.facts;
  const program = new Program();
  const forward = beginForward(program, SIZE, sequence, atScratch, tileColumns);
  const forwardWords = [...forward, ...[x.byteOffset, 0, bias.byteOffset], ...at(hLast, c0, cLast, ...reserve)];
  program.add('lstmForward', forwardWords, sequenceWork(SIZE));
  program.small('softmaxCrossEntropy', [rows, units], at(y, labels, weights, dy, losses), rows * units);
  const backward = beginBackward(program, SIZE, sequence, atScratch, tileColumns);
  const backwardWords = [...backward, ...at(dy, dhLast, dh0, dx), 0, ...at(dcLast, dc0, ...reserve)];
  program.add('lstmBackward', backwardWords, sequenceWork(SIZE));
  program.multiply({
    ...{ rows: gates * units, columns: units, depth: (time - 1) * batch },
    a: { address: dx.byteOffset + batch * gates * units * 4, row: 1, column: gates * units },
    b: { address: y.byteOffset, row: units, column: 1 },
    c: { address: dweight.byteOffset, row: units },
  });
  pool.run(program);
  const trained = weight.slice();
  pool.run(adamStep(at(weight, dweight, mean, square, norm), weight.length));
  const change = weight.map((value, i) => value - trained[i]);
  return [y, hLast, cLast, losses, dx, dh0, dc0, dweight, change].map((view) => view.slice());
}

/** Runs one operation of each other family, on the numbers of small blocks. */
function computeFamilies(pool: KernelPool, memory: WebAssembly.Memory, first: number): Float32Array[] {
  const { batch, units } = SIZE;
  const blocks = new Blocks(memory, first);
  const { tileColumns } = pool.facts;
  const at = (...views: Float32Array[]) => views.map((view) => view.byteOffset);
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
  pool.run(program);
  return [normal, moments, shares, alpha, logZ, logs].map((view) => view.slice());
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

/** One step of Adam with the usual rates; see run_update in kernels/optimiser.c. */
function adamStep([p, gradient, m, v, norm]: number[], count: number): Program {
  const [rate, beta1, beta2, epsilon, clip, limit, penalty, keep] = [0.1, 0.9, 0.999, 1e-3, 1, 0, 0, 1];
  const first = [rate / (1 - beta1), beta1, 1 - beta1, beta2, 1 - beta2, 1 / Math.sqrt(1 - beta2)];
  const rates = [...first, epsilon, clip, limit, penalty, keep].map(floatWord);
  return new Program().add('update', [RULES.adam, count, p, gradient, m, v, norm, norm, ...rates], count);
}

async function resultsOf(module: KernelModule, threads: number): Promise<Float32Array[]> {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 1024, shared: true });
  const pool = await KernelPool.start({ module, memory, threads, script: process.argv[1], shareFrom: 0 });
  try {
    const results = computeStep(pool, memory);
    return [...results, ...computeFamilies(pool, memory, memory.buffer.byteLength)];
  } finally {
    await pool.close();
  }
}

/** What the child prints for `verifyNative`. */
export type SelfTestLine = { instructions: InstructionSet } | { reason: string };

/**
 * Compares the native kernels with the plain WebAssembly build in this process, which they may crash: to be called in a
 * process of its own.
 * @param addon path of kernels.node
 * @param wanted instruction set; the fastest that this processor has if left out
 * @returns a line of JSON, a `SelfTestLine`
 */
export async function testNative(addon: string, wanted?: string): Promise<string> {
  const line = (result: SelfTestLine) => JSON.stringify(result);
  try {
    const instructions = (wanted as InstructionSet | undefined) ?? loadAddon(addon).instructionSets[0];
    const expected = await resultsOf(compileKernels('plain'), 1);
    const actual = await resultsOf({ addon, instructions }, THREADS);
    const same = expected.every((values, k) => values.every((value, i) => Math.abs(actual[k][i] - value) < TOLERANCE));
    return line(same ? { instructions } : { reason: 'their self-test gave other results than WebAssembly.' });
  } catch (error) {
    return line({ reason: (error as Error).message.split('\n')[0] });
  }
}
