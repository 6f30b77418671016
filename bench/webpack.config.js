// The benchmark's bundles in out/bench: the benchmark itself, and the contender "ours" made of the product's sources.
const path = require('node:path');

const root = path.resolve(__dirname, '..');

module.exports = {
  mode: 'production',
  devtool: false,
  target: 'node',
  context: root,
  entry: {
    bench: { import: './bench/bench.ts', library: { type: 'commonjs2' } },
    ours: './bench/ours.ts',
    words: { import: './bench/words/bench.ts', library: { type: 'commonjs2' } },
    'words-ours': './bench/words/ours.ts',
    'kernel-thread': './src/engine/kernel-thread.ts',
  },
  // Steady names, so that no older kernels are left beside newer ones.
  output: { path: path.join(root, 'out/bench'), filename: '[name].js', assetModuleFilename: 'kernels/[name][ext]' },
  node: { __dirname: false },
  // tfjs-core asks for node-fetch to load models over the network; nothing here does.
  resolve: { extensions: ['.ts', '.js'], alias: { 'node-fetch': false } },
  module: {
    rules: [
      { test: /\.ts$/, exclude: /node_modules/, use: [{ loader: 'ts-loader', options: { transpileOnly: true } }] },
    ],
  },
  performance: { hints: false },
  stats: 'errors-warnings',
};
