import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
