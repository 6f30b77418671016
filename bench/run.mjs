// npm run bench: this engine beside PyTorch and tfjs-node, side by side in one run. `npm run bench -- --help` says more.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Failure, main } from '../scripts/lib/failure.mjs';
import { callersFolder, inRoot } from '../scripts/lib/paths.mjs';
import { setUp } from '../scripts/setup.mjs';
import { buildNativeKernels, bundle } from './bundle.mjs';
import { findPeers } from './peers.mjs';

const say = (line) => console.error(`bench: ${line}`);

/** What bench.ts exports, bundled anew. */
async function loadBench() {
  await bundle();
  return createRequire(import.meta.url)(inRoot('out/bench/bench.js'));
}

/** A file that the person named, from where the person was. */
const fromCaller = (file) => file && path.resolve(callersFolder(), file);

async function bench() {
  await setUp({ bundles: false });
  const { parseArguments, runBench, USAGE } = await loadBench();
  const options = parseArguments(process.argv.slice(2), availableParallelism());
  if (options.help) return void console.log(USAGE);
  if (options.engines.includes('native')) await buildNativeKernels(say);
  const peers = await findPeers(options.peers, { install: options.install, say });
  await runBench({ ...options, json: fromCaller(options.json), table: fromCaller(options.table) }, peers, say);
}

await main(async () => {
  try {
    await bench();
  } catch (error) {
    // An error class of the bundle: a person's mistake, told in one sentence.
    throw error.name === 'UserError' ? new Failure(error.message) : error;
  }
});
