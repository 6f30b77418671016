import { availableParallelism, platform, release } from 'node:os';
import { UserError } from '../core/errors';
import { Random } from '../core/random';
import { parseRecipe } from '../core/recipe';
import { Trainer } from '../core/training/trainer';
import { availableBackends } from '../engine/select';
import { HOW_TO_SET_UP } from '../engine/tensorflow/load';
import type { BackendReport, DoctorReport, WorkerSetup } from '../protocol/worker';
import type { Backends } from './backend';
import { yieldToMessages } from './control';

/** Seconds that each backend is measured. */
const MEASURE_SECONDS = 1.5;
const VOCABULARY = 65;
const TEXT = 100_000;

const builds = {
  'native (avx512)': 'native code with AVX-512',
  'native (avx2)': 'native code with AVX2',
  'native (sse2)': 'native code with SSE2',
  'native (neon)': 'native code with NEON',
  relaxed: 'WebAssembly with relaxed SIMD',
  plain: 'WebAssembly with SIMD',
  none: '',
} as const;

/** What this machine can do: which backends are there, which one "auto" takes and, when asked, how fast each is. */
export async function examine(
  measure: boolean,
  setup: Pick<WorkerSetup, 'version' | 'moduleFolders'>,
  backends: Backends,
): Promise<DoctorReport> {
  const found = availableBackends({
    nativeFolder: backends.nativeFolder,
    tensorflowFolders: setup.moduleFolders,
  });
  const reports: BackendReport[] = [];
  for (const name of ['kernels', 'tensorflow', 'cpu'] as const) {
    if (name === 'kernels' && found.builds.length === 0) reports.push(missing(name));
    else if (name === 'tensorflow' && !found.tensorflow) reports.push(missing(name));
    else reports.push(await tryBackend(name, measure, backends));
    await yieldToMessages();
  }
  const { backend, build, notes } = await backends.prepare({ backend: 'auto', threads: 0 });
  return {
    version: setup.version,
    node: process.versions.node,
    platform: `${platform()} ${release()} ${process.arch}`,
    processors: availableParallelism(),
    chosen: backend === 'heap' ? `kernels (${builds[build]})` : backend,
    notes,
    backends: reports,
  };
}

function missing(name: 'kernels' | 'tensorflow'): BackendReport {
  const detail =
    name === 'kernels'
      ? 'The compiled kernels are missing or do not run here: install the extension again, or use Node 20 or newer.'
      : `Not installed; the extension works without it. To have it, ${HOW_TO_SET_UP}.`;
  return { name, available: false, detail };
}

async function tryBackend(name: BackendReport['name'], measure: boolean, backends: Backends): Promise<BackendReport> {
  try {
    const { backend, build, threads } = await backends.prepare({ backend: name, threads: 0 });
    const fellBack = name === 'kernels' && backend !== 'heap';
    if (fellBack) return { name, available: false, detail: 'The compiled kernels are there but do not run here.' };
    const detail = { kernels: builds[build], tensorflow: 'tfjs-node', cpu: 'plain JavaScript, the slowest' }[name];
    const charactersPerSecond = measure ? await speed() : undefined;
    return { name, available: true, detail, threads, charactersPerSecond };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, available: false, detail: error.message };
  }
}

/** Characters a second in training a small LSTM on the current backend. */
async function speed(): Promise<number> {
  const recipe = parseRecipe({ model: { hidden: 128, embedding: 64 }, training: { batch: 32, length: 64 } }, '');
  const random = new Random(1);
  const ids = Int32Array.from({ length: TEXT }, () => random.integer(VOCABULARY));
  const trainer = new Trainer(recipe, { train: ids, validation: new Int32Array(0), vocabulary: VOCABULARY });
  try {
    trainer.trainStep(0.5);
    const from = performance.now();
    let tokens = 0;
    do {
      tokens += trainer.trainStep(0.5).tokens;
      await yieldToMessages();
    } while (performance.now() - from < MEASURE_SECONDS * 1000);
    return Math.round((tokens / (performance.now() - from)) * 1000);
  } finally {
    trainer.dispose();
  }
}
