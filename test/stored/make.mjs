/**
 * @file Makes the fixture of a version: what it writes, kept so that later versions are known to read it.
 *
 *     node test/stored/make.mjs <checkout of that version, built> test/stored/<version>
 *
 * Everything is made in one folder of a fixed name, since runs and indexes hold absolute paths. To be run once a version;
 * what is there already is never made again, or it would no longer be what that version wrote.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, reachedBy, recordOf, STOPPED_AFTER, TIME } from './reached.mjs';

const SHAPE = { width: 1, dim: 8, size: 16, batch: 8, epochs: 4, warmup: 0 };
const NOISE = join(ROOT, 'noise.csv');
/** A run for each loss, each with something that later versions might lose as well. */
const RUNS = {
  batch: { width: 2 },
  softmax: { proximal: 0.1, progression: [0.5, 1] },
  nce: { negatives: 9 },
  infonce: { negatives: 9, noiseWeights: NOISE },
  parametric: { bankDtype: 'float16' },
  supervised: { checkpointActivations: true },
};

const [checkout, out] = process.argv.slice(2).map((path) => resolve(path));
if (out === undefined || existsSync(join(out, 'runs'))) throw new Error('expected a checkout and a folder without runs');
const load = (path) => import(pathToFileURL(join(checkout, 'dist', path)).href);
const { embed, exportSite, indexPictures, listen, openRun, openService, train, writeEmbeddings } = await load('index.js');
const { drawDataset } = await load('data/synthetic/dataset.js');

rmSync(ROOT, { recursive: true, force: true });
const pictures = join(ROOT, 'pictures');
const files = await drawDataset(pictures, { perKind: 2, first: 0, seed: 1, size: 24 });
for (const file of files) utimesSync(file, TIME, TIME);
writeFileSync(NOISE, ['path,weight', ...files.map((file, i) => `${file},${1 + (i % 7)}`)].join('\n'));
mkdirSync(out, { recursive: true });
cpSync(pictures, join(out, 'pictures'), { recursive: true });

const reached = {};
for (const [loss, { noiseWeights, ...settings }] of Object.entries(RUNS)) {
  const run = join(ROOT, loss);
  const stop = new AbortController();
  const onEvent = ({ kind, record }) => kind === 'epoch' && record.epoch === STOPPED_AFTER && stop.abort();
  const options = { out: run, settings: { ...SHAPE, loss, ...settings }, threads: 1 };
  await train({ ...options, paths: [pictures], ...(noiseWeights && { noiseWeights }), onEvent, signal: stop.signal });
  if (loss === 'batch') await answers(run);
  keep(run, loss);
  await train({ out: run, resume: true });
  reached[loss] = reachedBy(run);
}
planned();
writeJson('reached.json', [recordOf(checkout, reached)]);

/** What is made of a run: embeddings, an index, an exported site, and what the service says. */
async function answers(run) {
  const opened = await openRun(run, { threads: 1 });
  const embedded = await embed(opened, [pictures]);
  for (const type of ['npy', 'parquet', 'csv']) await writeEmbeddings(join(ROOT, `embeddings.${type}`), embedded);
  keepFiles('embeddings', (name) => name.startsWith('embeddings.'));
  const page = join(checkout, 'dist/web');
  const site = join(ROOT, 'site');
  await exportSite(run, site, { page, threads: 1 });
  // The page is what every export copies; its runtime alone has 14 MB.
  rmSync(join(site, 'assets'), { recursive: true });
  rmSync(join(site, 'data', 'encoder.onnx')); // The run's, to the byte.
  cpSync(site, join(out, 'site'), { recursive: true });
  const service = await openService(run, { threads: 1 });
  const server = await listen(run, service, { port: 0, page, version: '0.1.0' });
  writeJson('answers.json', await asked(`http://127.0.0.1:${server.port}`));
  await server.close();
  writeFileSync(join(ROOT, 'few.csv'), ['path,label', ...files.slice(0, 6).map((file, i) => `${file},${i % 2}`)].join('\n'));
  cpSync(join(ROOT, 'few.csv'), join(out, 'few.csv'));
  const commands = [
    ['search', run, files[5], '-k', '3'],
    ['duplicates', run, '--threshold', '0.9'],
    ['classify', run, '--labels', join(ROOT, 'few.csv')],
    ['evaluate', run, '--test', pictures, '--measure', 'knn,retrieval'],
  ].map(printed);
  await indexPictures(opened, [pictures]);
  commands.push(printed(['search', run, '5', '-k', '3']));
  writeFileSync(join(out, 'commands.json'), `${JSON.stringify(commands)}\n`);
  await opened.release();
}

/** What a command prints with --json. */
function printed(args) {
  const all = [join(checkout, 'dist/cli/main.js'), ...args, '--json', '--threads', '1'];
  const lines = execFileSync(process.execPath, all, { encoding: 'utf8' }).trim().split('\n');
  return { args, lines: lines.map((line) => JSON.parse(line)) };
}

/** The plan of an experiment, which measures this machine but is not carried out. */
function planned() {
  const experiment = ['reproduce', 'dimension', '--budget', '10', '--plan-only'];
  const paths = ['--data', pictures, '--out', join(ROOT, 'experiment')];
  execFileSync(process.execPath, [join(checkout, 'dist/cli/main.js'), ...experiment, ...paths], { stdio: 'inherit' });
  cpSync(join(ROOT, 'experiment', 'plan.json'), join(out, 'experiment', 'plan.json'));
}

async function asked(url) {
  const picture = relative(pictures, files[5]);
  const labels = [0, 2, 4].map((row) => ({ row, label: `kind ${row}` }));
  const requests = [
    ...['run', 'metrics', 'pictures?offset=2&limit=3', 'pictures?q=leaf', 'pictures/5'].map((path) => ({ path })),
    ...['pictures/5/neighbours?k=3', 'pictures/5/explanation'].map((path) => ({ path })),
    ...['map/status', 'nearest/status', 'duplicates?threshold=0.9', 'outliers?limit=3'].map((path) => ({ path })),
    { path: 'search?k=3', picture },
    { path: 'embed', picture },
    { path: 'classify', body: { labels, k: 3 } },
  ];
  const answered = [];
  for (const request of requests) {
    const { path, body } = request;
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : { body: readFileSync(files[5]) };
    const posted = body !== undefined || request.picture !== undefined;
    const response = await fetch(`${url}/api/${path}`, posted ? { method: 'POST', ...init } : {});
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    answered.push({ ...request, answer: await response.json() });
  }
  const openapi = await (await fetch(`${url}/openapi.json`)).json();
  return { openapi, requests: answered };
}

/** Copies a run, with one cache for all of them, since they have the same pictures. */
function keep(run, loss) {
  const kept = join(out, 'runs', loss);
  cpSync(run, kept, { recursive: true, filter: (path) => path !== join(run, 'cache') });
  const [, ...older] = readdirSync(join(kept, 'checkpoints')).sort().reverse();
  for (const name of older) rmSync(join(kept, 'checkpoints', name), { recursive: true });
  cpSync(join(run, 'cache'), join(out, 'cache'), { recursive: true });
  if (existsSync(NOISE)) cpSync(NOISE, join(out, 'noise.csv'));
}

function keepFiles(folder, isKept) {
  for (const name of readdirSync(ROOT).filter(isKept)) cpSync(join(ROOT, name), join(out, folder, name));
}

function writeJson(name, value) {
  writeFileSync(join(out, name), `${JSON.stringify(value)}\n`);
}
