import { createRequire } from 'node:module';
import { join } from 'node:path';
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import { UserError } from '../../core/errors';
import { registerBlockLstm } from './block-lstm';
import { tensorflowFolder } from './folder.mjs';

const PACKAGE = '@tensorflow/tfjs-node';
/** How a person gets it: from the palette of an editor, or in a checkout of this project. */
export const HOW_TO_SET_UP = 'run the command "Set Up TensorFlow Runtime", or `npm run setup:tensorflow` in a checkout';

/** Makes a `require` that looks from a folder; not one of webpack's, so that bundling leaves it alone. */
function requireFrom(folder: string): NodeJS.Require {
  return createRequire(join(folder, 'from-here.js'));
}

/**
 * Finds an installed tfjs-node.
 * @param folders to look from, as `require` does: in their node_modules and those above; the setup's own comes last
 * @returns the path of its main file, or undefined
 */
export function findTensorflow(folders: readonly string[]): string | undefined {
  for (const folder of [...folders, tensorflowFolder()]) {
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

/** Loads the package without its two hundred warnings that kernels of our own TF.js are registered already. */
function loadQuietly(main: string): void {
  env().set('PROD', true);
  try {
    requireFrom(process.cwd())(main);
  } finally {
    env().set('PROD', false);
  }
}

/**
 * Loads tfjs-node and makes its backend, `tensorflow`, the current one, with the fused LSTM of block-lstm.ts. Its copy of
 * TF.js shares its engine and kernel registry with ours, through the global object.
 * @throws UserError when it is not installed or does not load
 */
export async function useTensorflow(folders: readonly string[]): Promise<void> {
  const main = findTensorflow(folders);
  if (!main) throw new UserError(`TensorFlow is not installed; ${HOW_TO_SET_UP}, or choose another backend.`);
  try {
    addDroppedUtilities();
    loadQuietly(main);
    if (!(await setBackend('tensorflow'))) throw new Error('its backend did not start');
    await ready();
    registerBlockLstm();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UserError(`TensorFlow is installed but does not load (${reason}); ${HOW_TO_SET_UP}.`);
  }
}
