import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import { UserError } from '../core/errors';

const PACKAGE = '@tensorflow/tfjs-node';

/** Makes a `require` that looks from a folder; not one of webpack's, so that bundling leaves it alone. */
function requireFrom(folder: string): NodeJS.Require {
  return createRequire(join(folder, 'from-here.js'));
}

/**
 * Where `npm run setup:tensorflow` puts tfjs-node: the folder named by SEQUENCE_LAB_TENSORFLOW, else one in the user's
 * cache. The same rule is in scripts/lib/paths.mjs, which runs before anything is built; the setup tries both together.
 */
function setupFolder(): string {
  const { SEQUENCE_LAB_TENSORFLOW, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SEQUENCE_LAB_TENSORFLOW) return SEQUENCE_LAB_TENSORFLOW;
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA ?? join(homedir(), 'AppData/Local'),
    darwin: join(homedir(), 'Library/Caches'),
  };
  return join(caches[process.platform] ?? (XDG_CACHE_HOME || join(homedir(), '.cache')), 'sequence-lab/tensorflow');
}

/**
 * Finds an installed tfjs-node.
 * @param folders to look from, as `require` does: in their node_modules and those above; the setup's own comes last
 * @returns the path of its main file, or undefined
 */
export function findTensorflow(folders: readonly string[]): string | undefined {
  for (const folder of [...folders, setupFolder()]) {
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
    loadQuietly(main);
    if (!(await setBackend('tensorflow'))) throw new Error('its backend did not start');
    await ready();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UserError(
      `TensorFlow is installed but does not load (${reason}); run \`npm run setup:tensorflow\` again.`,
    );
  }
}
