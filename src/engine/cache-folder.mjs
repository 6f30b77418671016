// Plain JavaScript, since scripts read it too before anything is built.
import { homedir } from 'node:os';
import path from 'node:path';

/** The user's cache folder of this program, by each platform's own convention. Nothing is created. */
export function userCacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  const bases = {
    win32: LOCALAPPDATA || path.join(home, 'AppData/Local'),
    darwin: path.join(home, 'Library/Caches'),
  };
  return path.join(bases[process.platform] ?? (XDG_CACHE_HOME || path.join(home, '.cache')), 'sequence-lab');
}
