// Packs the extension into the checkout's root: sequence-lab-<version>.vsix for every platform, or with
// `--target linux-x64` sequence-lab-linux-x64-<version>.vsix, with the native kernels of this machine's platform inside.
// The contents are the allow-list in .vscodeignore.
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { run, tail, tool } from './lib/process.mjs';
import { setUp } from './setup.mjs';

/** The platform for which this machine can make a package with native kernels. */
export const thisPlatform = `${process.platform}-${process.arch}`;
const made = new Map();

/**
 * Makes the package from a fresh build; once in a process.
 * @param {(line: string) => void} [say]
 * @param {string} [target] a platform as VS Code names it; without one the package has no native code and fits all
 * @returns {Promise<string>} its path
 * @throws Failure when it cannot be made
 */
export function makePackage(say, target) {
  if (!made.has(target)) made.set(target, pack(say, target));
  return made.get(target);
}

async function pack(say = () => {}, target) {
  if (target && target !== thisPlatform)
    throw new Failure(`The package for ${target} is made on such a machine; this one is ${thisPlatform}.`);
  await setUp({ say });
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const vsix = inRoot(`sequence-lab-${target ? `${target}-` : ''}${version}.vsix`);
  // Everything is bundled, so there are no dependencies to carry; the README's links are meant for a reader of the
  // repository.
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  await vsce(target ? [...flags, '--target', target] : flags, target && (await nativeFiles(say)));
  return vsix;
}

/** Builds the native kernels if they are not of the present sources; returns what of them ships. */
async function nativeFiles(say) {
  say('building the native kernels');
  const { code, output } = await run(process.execPath, [inRoot('scripts/build-native.mjs'), '--if-stale']);
  if (code !== 0) throw new Failure(tail(output, 1));
  return ['kernels.node', 'stamp.json'].map((name) => `dist/native/${thisPlatform}/${name}`);
}

/** Runs vsce with the allow-list and, for this package alone, more files that it lets in. */
async function vsce(flags, more = []) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sequence-lab-'));
  try {
    const list = path.join(folder, 'allow-list');
    copyFileSync(inRoot('.vscodeignore'), list);
    appendFileSync(list, more.map((name) => `!${name}\n`).join(''));
    const { code, output } = await tool('@vscode/vsce', ['package', ...flags, '--ignoreFile', list], {}, 'vsce');
    if (code !== 0) throw new Failure(`vsce did not make the package:\n${tail(output)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(async () => {
    const { values } = parseArgs({ options: { target: { type: 'string' } } });
    console.log(await makePackage((line) => console.error(line), values.target));
  });
