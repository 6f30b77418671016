import js from '@eslint/js';
import ts from 'typescript-eslint';

/** Rooms that a file in a room must not import. `from` is relative to src/ (or webview/). See docs/architecture.md. */
const closed = (files, groups, message) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: groups.map((group) => ({ group: [group], message })) },
    ],
  },
});
const NODE = ['node:*', 'fs', 'path', 'os', 'worker_threads', 'child_process', 'crypto'];

export default ts.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', 'test-results/**', '.vscode-test/**'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from core/random with a seed.' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Functions in these files are sent into a page of the browser and run there.
    files: ['test/{e2e,real-vscode}/*.mjs'],
    languageOptions: { globals: { document: 'readonly', MutationObserver: 'readonly' } },
  },
  closed(
    ['src/core/**/*.ts'],
    [...NODE, 'vscode', '**/engine/**', '**/worker/**', '**/protocol/**', '**/editor/**', '**/cli/**', '**/webview/**'],
    'core is pure: no VS Code, no Node, no threads, no host.',
  ),
  closed(
    ['src/engine/**/*.ts'],
    ['vscode', '**/worker/**', '**/protocol/**', '**/editor/**', '**/cli/**', '**/webview/**'],
    'engine knows core only.',
  ),
  closed(
    ['src/worker/**/*.ts'],
    ['vscode', '**/editor/**', '**/cli/**', '**/webview/**'],
    'worker knows protocol, core and engine.',
  ),
  closed(
    ['src/protocol/**/*.ts'],
    ['vscode', '**/engine/**', '**/worker/**', '**/editor/**', '**/cli/**', '**/webview/**'],
    'protocol is the common ground of all hosts and knows none of them.',
  ),
  closed(
    ['src/editor/**/*.ts'],
    [
      '**/engine/**',
      '**/worker/**',
      '**/cli/**',
      '**/webview/**',
      '**/core/text/**',
      '**/core/ops/**',
      '**/core/layers/**',
      '**/core/models/**',
      '**/core/training/**',
      '**/core/generation/**',
      '**/core/inspection/**',
      '@tensorflow/*',
    ],
    'editor speaks to the worker through protocol; of core it may use the data types of recipe and runs, and annotations.',
  ),
  closed(['src/cli/**/*.ts'], ['vscode', '**/editor/**', '**/webview/**'], 'cli uses worker, protocol and core.'),
  closed(
    ['webview/**/*.ts'],
    [
      ...NODE,
      'vscode',
      '**/engine/**',
      '**/worker/**',
      '**/editor/**',
      '**/cli/**',
      '**/protocol/thread*',
      '**/core/text/**',
      '**/core/ops/**',
      '**/core/layers/**',
      '**/core/models/**',
      '**/core/training/**',
      '**/core/generation/**',
      '@tensorflow/*',
    ],
    'a page speaks through protocol only; of core it may use the data types of recipe and runs.',
  ),
);
