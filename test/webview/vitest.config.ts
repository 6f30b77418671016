import { defineConfig } from 'vitest/config';

/** The dashboard's page alone in a real browser; `npx vitest run --config test/webview/vitest.config.ts`. */
export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    globalSetup: ['test/webview/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
