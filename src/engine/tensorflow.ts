import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { UserError } from '../core/errors';

const PACKAGE = '@tensorflow/tfjs-node';

/** Makes a `require` that looks from a folder; not one of webpack's, so that bundling leaves it alone. */
function requireFrom(folder: string): NodeJS.Require {
  return createRequire(join(folder, 'from-here.js'));
}

/**
 * Finds an installed tfjs-node.
 * @param folders to look from, as `require` does: in their node_modules and those above
 * @returns the path of its main file, or undefined
 */
export function findTensorflow(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return requireFrom(folder).resolve(PACKAGE);
    } catch {
      // Not from there; the next folder may have it.
    }
  }
  return undefined;
}

/** tfjs-node 4.22 calls two functions of `util` that Node 23 dropped. */
function addDroppedUtilities(): void {
  const util = requireFrom(process.cwd())('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

/**
 * Loads tfjs-node and makes its backend, `tensorflow`, the current one. Its copy of TF.js shares its engine and kernel
 * registry with ours, through the global object.
 * @throws UserError when it is not installed or does not load
 */
export async function useTensorflow(folders: readonly string[]): Promise<void> {
  const main = findTensorflow(folders);
  if (!main)
    throw new UserError('TensorFlow is not installed; run `npm run setup:tensorflow`, or choose another backend.');
  try {
    addDroppedUtilities();
    requireFrom(process.cwd())(main);
    if (!(await setBackend('tensorflow'))) throw new Error('its backend did not start');
    await ready();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UserError(
      `TensorFlow is installed but does not load (${reason}); run \`npm run setup:tensorflow\` again.`,
    );
  }
}
