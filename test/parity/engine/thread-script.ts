import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, root } from './bundle.mjs';

/** Folders whose sources the kernel thread's script is bundled from. */
const folders = ['src/engine', 'src/engine/native'].map((name) => join(root, name));
const sources = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

const isFresh = (path: string) =>
  existsSync(path) && sources.every((source) => statSync(source).mtimeMs <= statSync(path).mtimeMs);

/**
 * Path of the bundled kernel-thread.js: dist/'s if the build has made it from the present source, else one bundled
 * here into out/.
 */
export async function threadScript(): Promise<string> {
  const found = [join(root, 'dist/kernel-thread.js'), join(root, 'out/engine/kernel-thread.js')].find(isFresh);
  return found ?? bundle('src/engine/kernel-thread.ts');
}
