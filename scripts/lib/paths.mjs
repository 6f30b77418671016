// Where things are: the checkout, and the cache folder outside it that every checkout of this machine shares.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A path inside the checkout. */
export const inRoot = (...parts) => path.join(root, ...parts);

/** A path in the user's cache folder, by each platform's own convention. Nothing is created. */
export function inCache(...parts) {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? path.join(home, 'AppData/Local'))
      : process.platform === 'darwin'
        ? path.join(home, 'Library/Caches')
        : XDG_CACHE_HOME || path.join(home, '.cache');
  return path.join(base, 'sequence-lab', ...parts);
}

/**
 * The folder from which the person typed the command: npm runs scripts in the package's root and says here where it was
 * called from. Only our own npm script counts; another project's script may call these files too.
 */
export function callersFolder() {
  const { INIT_CWD, npm_package_json } = process.env;
  return INIT_CWD && npm_package_json === inRoot('package.json') ? INIT_CWD : process.cwd();
}
