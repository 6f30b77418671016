import type { KernelModule } from '../kernel-instance';
import { compileKernels } from '../modules';
import { Program, RULES, floatWord } from '../program';
import { beginBackward, beginForward, sequenceScratch, sequenceWork } from '../replacements/sequence';
import { KernelPool } from '../threads';
import { loadAddon } from './addon';
import { addressesOf, Blocks, SIZE, wave } from './self-test-blocks';
import { computeCells } from './self-test-cells';
import { computeFamilies } from './self-test-families';
import type { InstructionSet } from './addon';

const THREADS = 2;
/** Greatest difference to WebAssembly's results that rounding explains, of values of about 1. */
const TOLERANCE = 1e-4;

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

  const at = addressesOf;
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
    for (const compute of [computeFamilies, computeCells]) {
      results.push(...compute(pool, memory, memory.buffer.byteLength));
    }
    return results;
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
