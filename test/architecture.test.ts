import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The house: what each layer may import besides itself. The command line and the entry may import everything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  graph: ['core'],
  search: ['core'],
  data: ['core'],
  store: ['core'],
  nn: ['core', 'graph'],
  runtime: ['core', 'graph'],
  method: ['core', 'graph', 'nn'],
  run: ['core', 'graph', 'nn', 'method', 'runtime', 'data', 'search', 'store'],
  collection: ['core', 'graph', 'runtime', 'data', 'search', 'store', 'run'],
  evaluate: ['core', 'graph', 'nn', 'method', 'runtime', 'data', 'search', 'store', 'run', 'collection'],
  train: ['core', 'graph', 'nn', 'method', 'runtime', 'data', 'search', 'store', 'run', 'collection', 'evaluate'],
  experiments: [
    ...['core', 'graph', 'nn', 'method', 'runtime', 'data', 'search', 'store'],
    ...['run', 'collection', 'evaluate', 'train'],
  ],
  server: ['core', 'method', 'runtime', 'data', 'search', 'store', 'run', 'collection'],
};
const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, layer: file.split(/[\\/]/)[0]!, text: readFileSync(join(SOURCE, file), 'utf8') }));
const importsOf = (text: string): string[] =>
  Array.from(text.matchAll(/(?:\bfrom|\bimport|new URL\()\s*\(?'([^']+)'/g), ([, path]) => path!);
const violations = (holds: (file: (typeof files)[number], path: string) => boolean): string[] =>
  files.flatMap((source) =>
    importsOf(source.text).flatMap((path) => (holds(source, path) ? [] : [`${source.file}: ${path}`])),
  );

describe('the house', () => {
  it('imports only downwards', () => {
    const wrong = violations(({ file, layer }, path) => {
      const allowed = MAY_IMPORT[layer];
      if (allowed === undefined || !path.startsWith('.')) return true;
      const target = relative(SOURCE, join(SOURCE, dirname(file), path)).split(/[\\/]/)[0]!;
      return target === layer || allowed.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('has only layers that the table knows', () => {
    const unknown = files.filter(({ file, layer }) => !(layer in MAY_IMPORT) && layer !== 'cli' && file !== 'index.ts');
    expect(unknown.map(({ file }) => file)).toEqual([]);
  });

  it('keeps Node out of core, graph, nn and method, and the inference runtime in its own layer', () => {
    const withoutNode = ['core', 'graph', 'nn', 'method'];
    expect(violations(({ layer }, path) => path.startsWith('.') || !withoutNode.includes(layer))).toEqual([]);
    const usesProcess = files.filter(({ layer, text }) => withoutNode.includes(layer) && /\bprocess\./.test(text));
    expect(usesProcess.map(({ file }) => file)).toEqual([]);
    expect(violations(({ layer }, path) => !path.startsWith('onnxruntime') || layer === 'runtime')).toEqual([]);
  });

  it('prints nothing outside the command line, and has no file over 400 lines', () => {
    const speaking = files.filter(({ layer, text }) => layer !== 'cli' && /\bconsole\./.test(text));
    const long = files.filter(({ text }) => text.split('\n').length > 400);
    expect([...speaking, ...long].map(({ file }) => file)).toEqual([]);
  });

  it('is as ARCHITECTURE.md and CONTRIBUTING.md say: each file and folder they name is there', () => {
    const inSource = readdirSync(SOURCE, { recursive: true, encoding: 'utf8', withFileTypes: true }).map(
      (entry) => `${join(entry.parentPath, entry.name).replaceAll('\\', '/')}${entry.isDirectory() ? '/' : ''}`,
    );
    const missing = ['ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((document) => {
      const text = readFileSync(join(ROOT, document), 'utf8').replaceAll(/```.*?```/gs, '');
      return Array.from(text.matchAll(/`((?:[\w-]+\/)+[\w-]+(?:\.tsx?|\/))(?::[^`]*)?`/g), ([, path]) => path!)
        .filter((path) => !existsSync(join(ROOT, path)) && !inSource.some((known) => known.endsWith(`/${path}`)))
        .map((path) => `${document}: ${path}`);
    });
    expect(missing).toEqual([]);
  });
});
