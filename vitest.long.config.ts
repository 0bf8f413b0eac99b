import { defineConfig } from 'vitest/config';
import { builtSource } from './test/built.ts';
import { common, LONG, sharing } from './vitest.config.ts';

/** What takes too long to wait for after each edit: whole trainings, kills and ranks, and the page in a browser. */
export default defineConfig({
  plugins: [builtSource()],
  test: {
    ...common,
    projects: [
      {
        extends: true,
        test: {
          ...sharing,
          name: 'long',
          include: [LONG],
          exclude: ['test/web/**'],
        },
      },
      {
        extends: true,
        test: {
          ...sharing,
          name: 'web',
          include: ['test/web/**/*.long.test.ts'],
          globalSetup: 'test/web/setup.ts',
          setupFiles: [],
        },
      },
    ],
  },
});
