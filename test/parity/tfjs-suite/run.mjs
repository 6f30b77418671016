// Runs the test suite that tfjs-core publishes against the engine's backend:
//   node test/parity/tfjs-suite/run.mjs [heap|stress|cpu]
// `heap` (default): as it is used. `stress`: every numeric input of every kernel is forced into the heap first, so that
// the inherited kernels meet views of shared memory. `cpu`: the plain cpu backend, to tell its failures from ours.
// Without an argument, both heap modes run. Last line: "N passed, N failed"; exit code 0 only if none failed.
import { spawnSync } from 'node:child_process';
import { bundle } from '../engine/bundle.mjs';

const modes = process.argv[2] ? [process.argv[2]] : ['heap', 'stress'];
const thread = await bundle('src/engine/kernel-thread.ts');
const suite = await bundle('test/parity/tfjs-suite/suite.ts', 'tfjs-suite', {
  // The package declares its test files free of side effects, and webpack would leave them out.
  optimization: { minimize: false, sideEffects: false },
  // The suite brings its own loader for jasmine's core and asks for modules by computed names.
  externals: {
    jasmine: 'commonjs jasmine',
    'jasmine-core/lib/jasmine-core/jasmine.js': 'commonjs jasmine-core/lib/jasmine-core/jasmine.js',
  },
});

let [passed, failed] = [0, 0];
for (const mode of modes) {
  const { stdout, status } = spawnSync(process.execPath, [suite, mode, thread], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(stdout);
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(stdout);
  passed += Number(counts?.[1] ?? 0);
  failed += counts ? Number(counts[2]) : 1;
  if (!counts) console.log(`${mode}: the suite did not finish (exit code ${status}).`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
