import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One TF.js for all parts of it, the same that webpack bundles: without this the tests would hold two.
  ssr: { resolve: { mainFields: ['module', 'main'] } },
  test: {
    include: ['test/{unit,parity,fuzz,fault,observations}/**/*.test.ts'],
    setupFiles: ['test/helpers/properties.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two kernels threads spin inside each file that tests the engine; more files at once only fight for the cores.
    maxWorkers: 2,
    // TF.js keeps its gradients out of the file that Node would load; bundled for the test, all parts share one registry.
    server: { deps: { inline: [/@tensorflow/] } },
  },
});
