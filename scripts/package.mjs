// Packs the extension: sequence-lab-<version>.vsix in the checkout's root. Its contents are the allow-list in .vscodeignore.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { tail, tool } from './lib/process.mjs';
import { setUp } from './setup.mjs';

let made;

/**
 * Makes the package from a fresh build; once in a process.
 * @returns {Promise<string>} its path
 */
export const makePackage = (say) => (made ??= pack(say));

async function pack(say = () => {}) {
  await setUp({ say });
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const vsix = inRoot(`sequence-lab-${version}.vsix`);
  // Everything is bundled, so there are no dependencies to carry; the README's links are meant for a reader of the repository.
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix];
  const { code, output } = await tool('@vscode/vsce', ['package', ...flags], {}, 'vsce');
  if (code !== 0) throw new Failure(`vsce did not make the package:\n${tail(output)}`);
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(async () => console.log(await makePackage((line) => console.error(line))));
