import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';
import { common, LONG, server } from './vitest.config.ts';

/** What takes too long to wait for after each edit: whole trainings, kills and ranks, and the page in a browser. */
export default defineConfig({
  plugins: [builtSource()],
  test: {
    ...common,
    projects: [
      {
        extends: true,
        test: {
          name: 'long',
          include: [LONG],
          exclude: ['test/web/**'],
          globalSetup: 'test/shared.ts',
          setupFiles: 'test/between-files.ts',
          isolate: false,
          server,
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/web/**/*.long.test.ts'],
          globalSetup: 'test/web/setup.ts',
          isolate: false,
          server,
        },
      },
    ],
  },
});
