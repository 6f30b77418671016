// Seven bundles, one configuration: what runs in the extension host, in the worker threads, in a terminal and in the pages.
const path = require('node:path');
const { BannerPlugin } = require('webpack');

const common = {
  mode: 'production',
  devtool: 'nosources-source-map',
  resolve: { extensions: ['.ts', '.js'] },
  performance: { hints: false },
  stats: 'errors-warnings',
  module: {
    // A `require` that the engine makes at run time, to find tfjs-node, stays what it is.
    parser: { javascript: { createRequire: false } },
    rules: [
      { test: /\.ts$/, exclude: /node_modules/, use: [{ loader: 'ts-loader', options: { transpileOnly: true } }] },
    ],
  },
  output: { path: path.resolve(__dirname, 'dist'), filename: '[name].js' },
};

// tfjs-core asks for node-fetch to load models over the network; nothing here does, and the bundle must not carry it.
const noNetwork = { ...common.resolve, alias: { 'node-fetch': false } };

module.exports = [
  {
    ...common,
    name: 'extension',
    target: 'node',
    entry: { extension: './src/extension.ts' },
    output: { ...common.output, libraryTarget: 'commonjs2' },
    externals: { vscode: 'commonjs vscode' },
  },
  {
    ...common,
    name: 'threads',
    target: 'node',
    entry: {
      worker: './src/worker/main.ts',
      'kernel-thread': './src/engine/kernel-thread.ts',
      cli: './src/cli/main.ts',
    },
    // Steady names, so that no older kernels are left beside newer ones.
    output: { ...common.output, assetModuleFilename: 'kernels/[name][ext]' },
    resolve: noNetwork,
    // npm links dist/cli.js as a command; the bundler drops the source's own first line.
    plugins: [new BannerPlugin({ banner: '#!/usr/bin/env node', raw: true, include: /^cli\.js$/ })],
  },
  {
    ...common,
    name: 'setup',
    target: 'node',
    entry: { 'setup-tensorflow': './scripts/setup-tensorflow.mjs' },
  },
  {
    ...common,
    name: 'webview',
    target: 'web',
    entry: {
      dashboard: './webview/dashboard/main.ts',
      explore: './webview/explore/main.ts',
      'in-context': './webview/in-context/main.ts',
    },
    module: {
      rules: [
        {
          test: /\.ts$/,
          exclude: /node_modules/,
          use: [
            {
              loader: 'ts-loader',
              options: { transpileOnly: true, configFile: path.resolve(__dirname, 'webview/tsconfig.json') },
            },
          ],
        },
        { test: /\.css$/, type: 'asset/source' },
      ],
    },
  },
];
