// Where things are: the checkout, and the cache folder outside it that every checkout of this machine shares.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { userCacheFolder } from '../../src/engine/cache-folder.mjs';

/** The checkout's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A path inside the checkout. */
export const inRoot = (...parts) => path.join(root, ...parts);

/** A path in the user's cache folder. Nothing is created. */
export const inCache = (...parts) => path.join(userCacheFolder(), ...parts);

/**
 * The folder from which the person typed the command: npm runs scripts in the package's root and says here where it was
 * called from. Only our own npm script counts; another project's script may call these files too.
 */
export function callersFolder() {
  const { INIT_CWD, npm_package_json } = process.env;
  return INIT_CWD && npm_package_json === inRoot('package.json') ? INIT_CWD : process.cwd();
}
