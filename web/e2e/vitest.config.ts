import { defineConfig } from 'vitest/config';

/** End-to-end tests in Chromium. They share one API, so that files run one after another. */
export default defineConfig(({ mode }) => ({
  test: {
    dir: import.meta.dirname,
    include: mode === 'screenshots' ? ['screenshots.ts'] : ['**/*.e2e.ts'],
    environment: 'node',
    globalSetup: [`${import.meta.dirname}/support/server.ts`],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
}));
