import { join } from 'node:path';
import type { KernelBuild } from '../src/engine/modules';
import { availableBackends, prepareBackend } from '../src/engine/select';

/**
 * Starts the build that was asked for; a fallback would be measured under a wrong name.
 * @returns the name of what computes, such as "native (avx512)"
 */
export async function startEngine(engine: KernelBuild, threads: number): Promise<string> {
  // Beside this bundle: the other threads' program, and the addon if it could be built (see run.mjs).
  const [threadScript, nativeFolder] = [join(__dirname, 'kernel-thread.js'), join(__dirname, 'native')];
  if (!availableBackends({ nativeFolder }).builds.includes(engine)) {
    throw new Error('this build is not there, or does not compile here');
  }
  const options = { choice: 'kernels' as const, threads, threadScript, nativeFolder };
  const prepared = await prepareBackend({ ...options, builds: [engine] });
  if (!prepared.build.startsWith(engine)) throw new Error(prepared.notes[0]);
  if (prepared.threads !== threads) throw new Error(`${prepared.threads} threads were started, not ${threads}`);
  return prepared.build;
}
