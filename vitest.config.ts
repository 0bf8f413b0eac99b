import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';

/** Tests that put a module of their own in the place of another: in a process of their own. */
const ALONE = ['test/train/own-loss.test.ts', 'test/data/scan/windows.test.ts'];
/** Whole trainings, kills and ranks, and the page in a browser: `npm run test:long`. */
export const LONG = 'test/**/*.long.test.ts';

/**
 * Node loads dist/ itself, in less than half of the time, where tests run once; to run them again after an edit, Vitest has to know
 * what imports what.
 */
const server = process.argv.includes('run') ? { deps: { external: [/\/dist\/.*\.js$/] } } : {};

/** How all tests run. */
export const common = {
  pool: 'forks' as const,
  env: { ORT_DISABLE_TELEMETRY: '1' },
  // One more than the smallest machines have cores: much is waited for.
  maxWorkers: 3,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Where others compute, a second is soon over.
  expect: { poll: { timeout: 10_000 } },
};

/** Files that share processes: to start one and load all modules anew takes longer than most of them do. */
export const sharing = { isolate: false, server, globalSetup: 'test/shared.ts', setupFiles: 'test/between-files.ts' };

export default defineConfig({
  plugins: [builtSource()],
  test: {
    ...common,
    projects: [
      {
        extends: true,
        test: {
          ...sharing,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [LONG, ...ALONE],
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
