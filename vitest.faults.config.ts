import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';

/** Faults injected into commands, kills and mutated pictures: what a release needs, too long for the gate. */
export default defineConfig({
  plugins: [builtSource()],
  test: {
    include: ['test/faults/**/*.suite.ts'],
    globalSetup: 'test/faults/figures.ts',
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
});
