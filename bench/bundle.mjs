import { Failure } from '../scripts/lib/failure.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { run, tail, tool } from '../scripts/lib/process.mjs';

/** Bundles the benchmarks out of the present sources into out/bench, about five seconds. */
export async function bundle() {
  const { code, output } = await tool(
    'webpack',
    ['--no-color', '--config', inRoot('bench/webpack.config.js')],
    {},
    'webpack',
  );
  if (code !== 0) throw new Failure(`The benchmark does not build; webpack says:\n${tail(output, 40)}`);
}

/** Builds the native kernels beside the bundles, unless they are there; without a compiler they are left out. */
export async function buildNativeKernels(say) {
  const { code, output } = await run(process.execPath, [
    inRoot('scripts/build-native.mjs'),
    '--if-stale',
    inRoot('out/bench/native'),
  ]);
  if (code !== 0) say(tail(output));
}
