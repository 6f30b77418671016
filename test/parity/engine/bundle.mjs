// Bundles a TypeScript file for node into out/, and runs it when called from a terminal:
//   node test/parity/engine/bundle.mjs bench/recurrent-kernels.ts [ARGUMENTS]
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Bundles `entry` to out/`name`.js and returns that path; `extra` is merged into webpack's configuration. */
export async function bundle(entry, name = basename(entry).replace(/\.ts$/, ''), extra = {}) {
  const folder = join(root, 'out/engine');
  mkdirSync(folder, { recursive: true });
  const filename = `${name}-${process.pid}-${Math.round(performance.now())}.js`;
  const stats = await new Promise((done, fail) => {
    const compiler = webpack({
      mode: 'production',
      optimization: { minimize: false },
      devtool: false,
      target: 'node',
      performance: { hints: false },
      entry: resolve(root, entry),
      output: { path: folder, filename },
      resolve: { extensions: ['.ts', '.js'], alias: { 'node-fetch': false } },
      module: {
        rules: [
          { test: /\.ts$/, exclude: /node_modules/, use: [{ loader: 'ts-loader', options: { transpileOnly: true } }] },
        ],
      },
      ...extra,
    });
    compiler.run((error, result) => compiler.close(() => (error ? fail(error) : done(result))));
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  // Others may bundle or read the same file at this moment: a whole file replaces a whole file.
  const path = join(folder, `${name}.js`);
  renameSync(join(folder, filename), path);
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [entry, ...rest] = process.argv.slice(2);
  const path = await bundle(entry);
  process.env.KERNEL_THREAD ??= await bundle('src/engine/kernel-thread.ts');
  process.exitCode = spawnSync(process.execPath, [path, ...rest], { stdio: 'inherit' }).status ?? 1;
}
