import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,parity,fuzz}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two kernels threads spin inside each file that tests the engine; more files at once only fight for the cores.
    maxWorkers: 2,
    minWorkers: 1,
    // TF.js keeps its gradients out of the file that Node would load; bundled for the test, all parts share one registry.
    server: { deps: { inline: [/@tensorflow/] } },
  },
});
