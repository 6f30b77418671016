import path from 'node:path';
import { prepareBackend } from '../../engine/select';
import { physicalCores } from '../../engine/threads';

/** Does some work with the fastest backend of this machine, on all its cores. */
export async function withKernels<T>(work: () => Promise<T>): Promise<T> {
  const prepared = await prepareBackend({
    choice: 'auto',
    threads: physicalCores(),
    threadScript: path.join(__dirname, 'kernel-thread.js'),
    nativeFolder: path.join(__dirname, 'native'),
  });
  try {
    return await work();
  } finally {
    await prepared.close();
  }
}
