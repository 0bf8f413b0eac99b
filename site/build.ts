/**
 * @file Builds the documents and the reference of the library as one static site, and looks through its links.
 *
 * TypeDoc works on TypeScript's own JavaScript interface, which TypeScript 7 does not have; so this folder has a
 * TypeScript 6 beside the project's.
 */
import { join } from 'node:path';
import { Application, OptionDefaults } from 'typedoc';
import { brokenLinks } from './links.js';
import { shapePages } from './pages.js';

const ROOT = join(import.meta.dirname, '..', '..');
const OUT = join(import.meta.dirname, 'html');
const inRoot = (...paths: string[]): string[] => paths.map((path) => join(ROOT, path));

const app = await Application.bootstrapWithPlugins({
  name: 'instdisc',
  entryPoints: inRoot(
    'src/index.ts',
    'src/graph/index.ts',
    'src/nn/index.ts',
    'src/runtime/index.ts',
    'src/method/index.ts',
  ),
  tsconfig: join(ROOT, 'src/tsconfig.json'),
  readme: join(ROOT, 'README.md'),
  projectDocuments: inRoot(
    'docs/*.md',
    'examples/README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'bench/README.md',
  ),
  blockTags: ['@file', '@param', '@returns', '@throws'],
  highlightLanguages: [...OptionDefaults.highlightLanguages, 'python'],
  disableGit: true,
  disableSources: true,
  includeVersion: true,
  headings: { readme: false, document: false },
  githubPages: false,
  includeHierarchySummary: false,
  // Types that only others mention are shown as they are written; the root's many come from all over the house.
  validation: { notExported: false, invalidLink: true, invalidPath: true },
  treatWarningsAsErrors: true,
});
shapePages(app, join(ROOT, 'examples'));

const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
await app.generateDocs(project, OUT);
const broken = await brokenLinks(OUT);
for (const line of broken) app.logger.error(line);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
process.stdout.write(`The site: ${join(OUT, 'index.html')}\n`);
