import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';

/** Long tests that are no part of the gate. */
export default defineConfig({
  plugins: [builtSource()],
  test: {
    include: ['test/stress/*.ts'],
    globalSetup: 'test/shared.ts',
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 1,
    // A hundred processes, which a machine with other work may starve: only what hangs should end by this.
    testTimeout: 12 * 3_600_000,
  },
});
