/** @file Tests run on the source: a plugin of Vitest that brings dist/, which they import, up to date with it. */
import { spawnSync } from 'node:child_process';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'bench', 'examples', 'web/src'].map((folder) => ROOT + folder.replaceAll('/', sep) + sep);
/** Files that an editor saves together are built together. */
const SETTLED_MS = 50;

interface Watched {
  readonly watcher: { on(event: 'all', listener: (what: string, path: string) => void): unknown };
}

/** Projects and their common configuration each make their own plugin, for one build. */
let isBuilt = false;

/**
 * Builds before any test, and while Vitest watches after every change of a source; of dist/ only the files that became others are
 * written, and their tests run again. What does not compile is told, and what can be is tested all the same.
 */
export function builtSource(): { name: string; config(): void; configureServer(server: Watched): void } {
  return {
    name: 'built-source',
    config: () => {
      if (!isBuilt) build();
      isBuilt = true;
    },
    configureServer: ({ watcher }) => {
      let timer: NodeJS.Timeout | undefined;
      watcher.on('all', (_, path) => {
        if (!SOURCES.some((folder) => path.startsWith(folder))) return;
        clearTimeout(timer);
        timer = setTimeout(build, SETTLED_MS);
      });
    },
  };
}

function build(): void {
  // A page is built for production, whatever runs the tests.
  const { NODE_ENV: _, ...env } = process.env;
  spawnSync(process.execPath, ['build.mjs'], { cwd: ROOT, env, stdio: 'inherit' });
}
