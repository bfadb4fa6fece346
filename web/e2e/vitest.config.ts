import { defineConfig } from 'vitest/config';

/** End-to-end tests in Chromium. They share one API, so that files run one after another. */
export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.e2e.ts'],
    environment: 'node',
    globalSetup: [`${import.meta.dirname}/support/server.ts`],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
