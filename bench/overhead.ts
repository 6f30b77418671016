// The part of a training step that is not kernel work, in the product's trainer, in two ways:
//   real    whole steps less the time inside the kernels' calls, on the clock, one thread
//   empty   CPU time of steps whose kernels do nothing; other load on the machine hardly changes it
//   node test/parity/engine/bundle.mjs bench/overhead.ts [HIDDEN] [BUILD]
import { Random } from '../src/core/random';
import { parseRecipe } from '../src/core/recipe/parse';
import { Trainer } from '../src/core/training/trainer';
import { ENDED } from '../src/engine/kernel-instance';
import type { KernelBuild } from '../src/engine/modules';
import { prepareBackend } from '../src/engine/select';
import { KernelPool } from '../src/engine/threads';

const VOCABULARY = 65;
/** A run has thousands of steps, and V8 compiles the warm ones again and again until then. */
const WARM_UP = 2000;
const REAL_STEPS = 600;
const [ROUNDS, STEPS] = [12, 250];

/** What tells the threads to run a program and waits for them: the whole of kernel work. */
const pool = KernelPool.prototype as unknown as { runThreads(...given: unknown[]): number };

const [hidden, build = 'relaxed'] = [Number(process.argv[2] || 128), process.argv[3]];

const leastAndMedian = (values: number[]) => {
  values.sort((a, b) => a - b);
  return { least: values[0], median: values[values.length >> 1] };
};

/** Milliseconds on the clock that each of `count` calls of `step` spends outside the kernels. */
function outsideKernels(count: number, step: () => void): number[] {
  let inside = 0;
  const run = pool.runThreads;
  pool.runThreads = function (...given) {
    const from = performance.now();
    const end = run.apply(this, given);
    inside += performance.now() - from;
    return end;
  };
  const times = Array.from({ length: count }, () => {
    inside = 0;
    const from = performance.now();
    step();
    return performance.now() - from - inside;
  });
  pool.runThreads = run;
  return times;
}

/** Milliseconds of CPU time that one call takes, on average. */
function cpuOf(count: number, body: () => void): number {
  const from = process.cpuUsage();
  for (let k = 0; k < count; k++) body();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000 / count;
}

async function main(): Promise<void> {
  const engine = await prepareBackend({
    ...{ choice: 'kernels', threads: 1, builds: [build as KernelBuild], nativeFolder: 'dist/native' },
  });
  if (engine.build === 'none') throw new Error(engine.notes[0]);
  const random = new Random(1);
  const train = Int32Array.from({ length: 32 * 64 * 8 + 1 }, () => random.integer(VOCABULARY));
  const model = { cell: 'lstm', hidden, embedding: hidden, layers: 1 };
  const recipe = parseRecipe({ model, training: { batch: 32, length: 64 } }, '');
  const trainer = new Trainer(recipe, { train, validation: new Int32Array(0), vocabulary: VOCABULARY });
  const step = () => void trainer.trainStep(0);
  for (let k = 0; k < WARM_UP; k++) step(); // leaves finite numbers in the blocks that are used again
  const real = leastAndMedian(outsideKernels(REAL_STEPS, step));
  let calls = 0;
  pool.runThreads = () => {
    calls++;
    return ENDED.complete;
  };
  cpuOf(STEPS, step);
  calls = 0;
  const empty = leastAndMedian(Array.from({ length: ROUNDS }, () => cpuOf(STEPS, step)));
  const figures = { real, empty, calls: calls / ROUNDS / STEPS };
  console.log(`${engine.build}, H${hidden}: ${JSON.stringify(figures)} (ms a step)`);
  await engine.close();
}

void main();
