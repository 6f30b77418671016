// npm run bench: this engine beside PyTorch and tfjs-node, side by side in one run. `npm run bench -- --help` says more.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Failure, main } from '../scripts/lib/failure.mjs';
import { callersFolder, inRoot } from '../scripts/lib/paths.mjs';
import { run, tail, tool } from '../scripts/lib/process.mjs';
import { setUp } from '../scripts/setup.mjs';
import { findPeers } from './peers.mjs';

const say = (line) => console.error(`bench: ${line}`);

/** Bundles the benchmark out of the present sources, about five seconds; returns what bench.ts exports. */
async function bundle() {
  const { code, output } = await tool(
    'webpack',
    ['--no-color', '--config', inRoot('bench/webpack.config.js')],
    {},
    'webpack',
  );
  if (code !== 0) throw new Failure(`The benchmark does not build; webpack says:\n${tail(output, 40)}`);
  return createRequire(import.meta.url)(inRoot('out/bench/bench.js'));
}

/** Builds the native kernels beside the bundles, unless they are there; without a compiler they are left out. */
async function buildNativeKernels() {
  const { code, output } = await run(process.execPath, [
    inRoot('scripts/build-native.mjs'),
    '--if-stale',
    inRoot('out/bench/native'),
  ]);
  if (code !== 0) say(tail(output));
}

/** A file that the person named, from where the person was. */
const fromCaller = (file) => file && path.resolve(callersFolder(), file);

async function bench() {
  await setUp({ bundles: false });
  const { parseArguments, runBench, USAGE } = await bundle();
  const options = parseArguments(process.argv.slice(2), availableParallelism());
  if (options.help) return void console.log(USAGE);
  if (options.engines.includes('native')) await buildNativeKernels();
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
