// CPU time of a training step's part that is not kernel work: the product's trainer with the kernels doing nothing.
//   node test/parity/engine/bundle.mjs bench/overhead.ts [HIDDEN] [BUILD]
// Process CPU time, the least of several rounds: other load on the machine hardly changes it.
import { Random } from '../src/core/random';
import { parseRecipe } from '../src/core/recipe/parse';
import { Trainer } from '../src/core/training/trainer';
import { ENDED } from '../src/engine/kernel-instance';
import type { KernelBuild } from '../src/engine/modules';
import { prepareBackend } from '../src/engine/select';
import { KernelPool } from '../src/engine/threads';

const VOCABULARY = 65;
const WARM_UP = 300;
const [ROUNDS, STEPS] = [12, 250];

const [hidden, build = 'relaxed'] = [Number(process.argv[2] || 128), process.argv[3]];

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
  const random = new Random(1);
  const train = Int32Array.from({ length: 32 * 64 * 8 + 1 }, () => random.integer(VOCABULARY));
  const model = { cell: 'lstm', hidden, embedding: hidden, layers: 1 };
  const recipe = parseRecipe({ model, training: { batch: 32, length: 64 } }, '');
  const trainer = new Trainer(recipe, { train, validation: new Int32Array(0), vocabulary: VOCABULARY });
  const step = () => void trainer.trainStep(0);
  for (let k = 0; k < 10; k++) step(); // leaves finite numbers in the blocks that are used again
  let programs = 0;
  (KernelPool.prototype as unknown as { runThreads(): number }).runThreads = () => {
    programs++;
    return ENDED.complete;
  };
  cpuOf(WARM_UP, step);
  programs = 0;
  const rounds = Array.from({ length: ROUNDS }, () => cpuOf(STEPS, step)).sort((a, b) => a - b);
  const figures = { least: rounds[0], median: rounds[ROUNDS >> 1], programs: programs / ROUNDS / STEPS };
  console.log(`${engine.build}, H${hidden}: ${JSON.stringify(figures)} (ms of CPU a step)`);
  await engine.close();
}

void main();
