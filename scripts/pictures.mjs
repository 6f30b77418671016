// `npm run pictures`: plays the end-to-end run and puts its best pictures where the README shows them.
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { run } from './lib/process.mjs';
import { makePackage } from './package.mjs';
import { setUp } from './setup.mjs';

/** Picture of the run -> name in docs/images. */
const CHOSEN = {
  palette: 'palette',
  'training-dark': 'dashboard-dark',
  sample: 'sample',
  'annotate-trained': 'tagging',
  'explore-analogy-dark': 'explore',
};
const LARGEST = 300_000;

await main(async () => {
  await setUp();
  const { findBrowser } = await import('../test/real-vscode/browser.mjs');
  const { installVsCode } = await import('../test/real-vscode/install.mjs');
  const browser = await findBrowser(console.error);
  if (!browser) throw new Failure('Pictures need a Chromium or Chrome: install one and run the command again.');
  const place = ['--vscode', await installVsCode(console.error), '--browser', browser];
  // A longer training than the test's: the sample is worth a look then.
  const args = [inRoot('test/e2e/run.mjs'), '--vsix', await makePackage(), ...place, '--steps', '400'];
  const { code } = await run(process.execPath, args, { onLine: (line) => console.log(line) });
  if (code !== 0) throw new Failure('The run failed, so there are no new pictures.');
  mkdirSync(inRoot('docs/images'), { recursive: true });
  for (const [name, target] of Object.entries(CHOSEN)) {
    const file = inRoot('docs/images', `${target}.png`);
    copyFileSync(inRoot('test-results/e2e', `${name}.png`), file);
    const { size } = statSync(file);
    if (size > LARGEST) throw new Failure(`${file} has ${size} bytes; pictures of the README stay under ${LARGEST}.`);
    console.log(`${file}: ${Math.round(size / 1024)} KB`);
  }
});
