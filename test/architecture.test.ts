import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The house: what each layer may import besides itself. The command line and the entry may import everything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  graph: ['core'],
  search: ['core'],
  machines: ['core'],
  data: ['core'],
  store: ['core'],
  nn: ['core', 'graph'],
  runtime: ['core', 'graph'],
  method: ['core', 'graph', 'nn'],
  run: ['core', 'graph', 'nn', 'method', 'runtime', 'data', 'search', 'store'],
  collection: ['core', 'graph', 'runtime', 'machines', 'data', 'search', 'store', 'run'],
  evaluate: [
    ...['core', 'graph', 'nn', 'method', 'runtime', 'machines', 'data', 'search', 'store'],
    ...['run', 'collection'],
  ],
  train: [
    ...['core', 'graph', 'nn', 'method', 'runtime', 'machines', 'data', 'search', 'store'],
    ...['run', 'collection', 'evaluate'],
  ],
  experiments: [
    ...['core', 'graph', 'nn', 'method', 'runtime', 'machines', 'data', 'search', 'store'],
    ...['run', 'collection', 'evaluate', 'train'],
  ],
  server: ['core', 'method', 'runtime', 'data', 'search', 'store', 'run', 'collection'],
};
const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');
/** Where all that is written by hand lies. */
const ROOMS = ['src', 'web/src', 'site', 'examples', 'bench', 'test'];
/** Circles of imports that there may be, types counted. */
const NAMED_CIRCLES = [['graph/operator.ts', 'graph/value.ts']];

interface SourceFile {
  /** Its path from the folder, with slashes. */
  readonly file: string;
  readonly layer: string;
  readonly text: string;
}

function filesBelow(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:tsx?|mjs)$/.test(file) && !/(?:^|[\\/])(?:dist|node_modules)[\\/]/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .map((file) => ({ file, layer: file.split('/')[0]!, text: readFileSync(join(folder, file), 'utf8') }));
}

const files = filesBelow(SOURCE);
const numLines = (text: string): number => text.trimEnd().split('\n').length;
const importsOf = (text: string): string[] =>
  Array.from(text.matchAll(/(?:\bfrom|\bimport|new URL\()\s*\(?'([^'\s]+)'/g), ([, path]) => path!);
const violations = (holds: (file: (typeof files)[number], path: string) => boolean): string[] =>
  files.flatMap((source) =>
    importsOf(source.text).flatMap((path) => (holds(source, path) ? [] : [`${source.file}: ${path}`])),
  );
const exportsOf = (text: string): string[] => [
  ...new Set(
    Array.from(
      text.matchAll(/^export (?:declare |abstract |async )*(?:function\*?|const|let|class|interface|type) (\w+)/gm),
      ([, name]) => name!,
    ),
  ),
];

function givenTwice(named: readonly { readonly name: string; readonly file: string }[]): string[] {
  const uses = new Map<string, string[]>();
  for (const { name, file } of named) uses.set(name, [...(uses.get(name) ?? []), file]);
  return [...uses].filter(([, all]) => all.length > 1).map(([name, all]) => `${name}: ${all.join(', ')}`);
}

/** Files that import one another, directly or not: the strongly connected parts of the imports (Tarjan 1972). */
function circles(): string[][] {
  const known = new Set(files.map(({ file }) => file));
  const edges = new Map(
    files.map(({ file, text }) => {
      // A thread that a file starts is none of its imports.
      const targets = Array.from(text.matchAll(/^(?:import|export)[^;]*? from '(\.[^']+)'/gm), ([, path]) => path!);
      return [file, targets.map((path) => posix.join(posix.dirname(file), path).replace(/\.js$/, '.ts'))];
    }),
  );
  const found: string[][] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): number => {
    order.set(file, order.size);
    let low = order.get(file)!;
    open.push(file);
    for (const target of edges.get(file)!.filter((path) => known.has(path))) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, order.get(target)!);
    }
    if (low === order.get(file)) {
      const part = open.splice(open.indexOf(file));
      if (part.length > 1) found.push(part.sort());
    }
    return low;
  };
  for (const file of known) if (!order.has(file)) visit(file);
  return found.sort();
}

describe('the house', () => {
  it('imports only downwards', () => {
    const wrong = violations(({ file, layer }, path) => {
      const allowed = MAY_IMPORT[layer];
      // What the package says of itself is in no layer.
      if (allowed === undefined || !path.startsWith('.') || path.endsWith('/package.json')) return true;
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
    // Settings are declared with Zod, which needs no Node.
    const isPure = (layer: string, path: string): boolean =>
      path.startsWith('.') || (layer === 'method' && ['zod', 'ml-matrix'].includes(path));
    expect(violations(({ layer }, path) => isPure(layer, path) || !withoutNode.includes(layer))).toEqual([]);
    const usesProcess = files.filter(({ layer, text }) => withoutNode.includes(layer) && /\bprocess\./.test(text));
    expect(usesProcess.map(({ file }) => file)).toEqual([]);
    expect(violations(({ layer }, path) => !path.startsWith('onnxruntime') || layer === 'runtime')).toEqual([]);
    expect(violations(({ layer }, path) => path !== 'koffi' || layer === 'machines')).toEqual([]);
  });

  it('makes folders by one function, as Node’s own never ends below /proc', () => {
    const others = files
      .filter(({ text }) => /mkdir(?:Sync)?\([^;]*recursive: true/.test(text))
      .map(({ file }) => file);
    // The layer of pictures writes none but the demo's, in a folder that the demo has made.
    expect(others).toEqual(['data/synthetic/dataset.ts']);
  });

  it('prints nothing outside the command line', () => {
    // A process of its own answers whoever started it on its standard output.
    const speaking = files.filter(
      ({ file, layer, text }) =>
        layer !== 'cli' && !file.endsWith('-process.ts') && /\bconsole\.|\bprocess\.std(?:out|err)\b/.test(text),
    );
    expect(speaking.map(({ file }) => file)).toEqual([]);
  });

  it('has no file over 300 lines, and half of them have 80 at most', () => {
    const long = ROOMS.flatMap((room) =>
      filesBelow(join(ROOT, room)).flatMap(({ file, text }) => (numLines(text) > 300 ? [`${room}/${file}`] : [])),
    );
    expect(long).toEqual([]);
    const median = files.map(({ text }) => numLines(text)).sort((a, b) => a - b)[files.length >> 1]!;
    expect(median).toBeLessThanOrEqual(80);
  });

  it('imports in no circle but the one that ARCHITECTURE.md names', () => {
    expect(circles()).toEqual(NAMED_CIRCLES);
  });

  it('gives a name to one thing only, in what it exports and in what its files are called', () => {
    const named = [...files, ...filesBelow(join(ROOT, 'bench'))].flatMap(({ file, text }) =>
      exportsOf(text).map((name) => ({ name, file })),
    );
    expect(givenTwice(named)).toEqual([]);
    // A command, a route or an operator's entry is called what it is of; the part that does it may be called so, too.
    const free = /(?:^|\/)index\.ts$|^cli\/commands\/|^server\/routes\//;
    const called = files.filter(({ file }) => !free.test(file)).map(({ file }) => ({ name: basename(file), file }));
    expect(givenTwice(called)).toEqual([]);
    expect(
      givenTwice(
        filesBelow(join(ROOT, 'web', 'src')).flatMap(({ file, text }) =>
          exportsOf(text).map((name) => ({ name, file })),
        ),
      ),
    ).toEqual([]);
  });
});

/** What the page takes of src/ at run time besides core/: how an exported page searches, as the command line does. */
const PAGE_TAKES = [
  'data/decode/damage.ts',
  'data/decode/ground.ts',
  'data/decode/kind.ts',
  'data/decode/levels.ts',
  'data/decode/libheif.ts',
  'data/decode/libjxl.ts',
  'data/decode/reduced-size.ts',
  'data/decode/tiff.ts',
  'data/transform/centre-crop.ts',
  'data/transform/resample.ts',
  'data/transform/seen.ts',
  'search/exact.ts',
  'server/site.ts',
];
/** Where the page has its types from: the schemas, the routes, and the form of exported pages and pictures. */
const PAGE_KNOWS = ['server/api.ts', 'server/app.ts', 'server/live-api.ts', 'data/picture.ts'];

const PAGE = join(ROOT, 'web', 'src');
const BENCH = join(ROOT, 'bench');
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));
/** What a file imports, without its types unless asked for: paths as they are, relative ones from the folder of sources. */
function importedBy(file: string, { types = false } = {}): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (type )?(?:[^;'=]*? from )?'([^']+)';|\bimport\('([^']+)'\)/gm,
  );
  return Array.from(statements).flatMap(([, type, from, dynamic]) => {
    const path = from ?? dynamic!;
    if (type !== undefined && !types) return [];
    return [path.startsWith('.') ? relative(SOURCE, join(dirname(file), path)).replaceAll('\\', '/') : path];
  });
}
/** Of imports those of src/, by the names of their files. */
const ofSource = (paths: readonly string[]): string[] =>
  paths.filter((path) => /^[\w-]+\//.test(path) && existsSync(join(SOURCE, path.replace(/\.js$/, '.ts'))));

describe('around the house', () => {
  it('lets the page take of src/ the core, and what an exported page searches with', () => {
    const taken = new Set(sourcesIn(PAGE).flatMap((file) => ofSource(importedBy(file))));
    expect([...taken].filter((path) => !path.startsWith('core/')).sort()).toEqual(PAGE_TAKES);
    const known = new Set(sourcesIn(PAGE).flatMap((file) => ofSource(importedBy(file, { types: true }))));
    expect([...known].filter((path) => !taken.has(path) && !path.startsWith('core/')).sort()).toEqual(
      PAGE_KNOWS.toSorted(),
    );
  });

  it('needs no Node and no package for what the page takes, through all that it imports', () => {
    const reached = new Set(PAGE_TAKES);
    const foreign: string[] = [];
    for (const path of reached) {
      const file = join(SOURCE, path);
      for (const imported of importedBy(file)) {
        const [own] = ofSource([imported]);
        if (own !== undefined) reached.add(own.replace(/\.js$/, '.ts'));
        else foreign.push(`${path}: ${imported}`);
      }
      if (/\b(?:process\.|Buffer\b)/.test(readFileSync(file, 'utf8'))) foreign.push(`${path}: Node's globals`);
    }
    expect(foreign).toEqual([]);
  });

  it('keeps from the views which kind of source they ask', () => {
    const kinds = /web\/src\/source\/(?:http|static|site-search|events|arrow|decode)\.ts$/;
    const knowing = sourcesIn(PAGE).filter(
      (file) => !file.startsWith(join(PAGE, 'source')) && importedBy(file).some((path) => kinds.test(path)),
    );
    expect(knowing.map((file) => relative(PAGE, file))).toEqual(['main.tsx']);
  });

  it('loads benchmarks from nowhere else, and ships none', () => {
    const loading = [...sourcesIn(SOURCE), ...sourcesIn(PAGE)].filter((file) =>
      importedBy(file).some((path) => /(?:^|\/)bench\//.test(path)),
    );
    expect(loading).toEqual([]);
    expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).files).toContain('!dist/bench');
  });

  it('writes examples as others would write them: by what the package exports', () => {
    const taken = new Set(sourcesIn(join(ROOT, 'examples')).flatMap((file) => importedBy(file, { types: true })));
    const own = [...taken].filter((path) => path.startsWith('instdisc') || path.startsWith('#'));
    const entries = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).exports);
    expect(own.filter((path) => !entries.includes(path.replace(/^instdisc/, '.')))).toEqual([]);
    expect([...taken].filter((path) => path.startsWith('..') && !path.startsWith('../examples/'))).toEqual([]);
    expect(ofSource([...taken])).toEqual([]);
  });

  it('says in every file what it is, and throws errors of its own', () => {
    const silent = [...sourcesIn(SOURCE), ...sourcesIn(PAGE), ...sourcesIn(BENCH)].filter(
      (file) => !/^(?:#!.*\n)?\/\*\*[\s*]*@file /.test(readFileSync(file, 'utf8')),
    );
    const vague = files.filter(({ text }) => /\bthrow new Error\(/.test(text));
    expect([...silent, ...vague.map(({ file }) => file)]).toEqual([]);
  });
});
