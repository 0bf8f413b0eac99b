import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';

export default defineConfig({
  plugins: [builtSource()],
  test: {
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 2,
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: ['test/web/**'] },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          globalSetup: 'test/web/setup.ts',
          isolate: false,
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
