/**
 * @file Recall and latency of a picture index, beside exact search.
 *
 *     node dist/bench/picture-index.js --run runs/pictures [--rows 50000] [--queries 100] [--json]
 *
 * The rows are those of the run's memory bank, and from then on noisy copies of them, renormalised, of cosine 0.9 with
 * what they are copies of; so are the queries. The index is written to a folder that is removed at the end.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FixedRows, NeighbourFinder } from '#src/collection/neighbour-finder.js';
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import { openRun } from '#src/run/open-run.js';
import { PictureIndex } from '#src/store/index/picture-index.js';

const K = 10;
const COSINE = 0.9;
/** Rows written at once. */
const CHUNK = 50_000;
/** Scans of the whole table that are timed; each takes long. */
const SCANS = 10;

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    rows: { type: 'string', default: '50000' },
    queries: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
const numRows = Number(values.rows);
const numQueries = Number(values.queries);
const run = await openRun(values.run!);
const { dim, backend } = run;
const random = new Random(0, 'sample');
const noise = Float32Array.from({ length: 1 << 20 }, () => random.normal());
const rows = vectors(numRows, 0);
const queries = vectors(numQueries, numRows);
const query = (i: number): Float32Array => queries.slice(i * dim, (i + 1) * dim);
const folder = await mkdtemp(join(tmpdir(), 'instdisc-bench-'));
try {
  const index = await PictureIndex.create(folder, 'bench', dim);
  const write = await seconds(() => fill(index));
  const finder = new NeighbourFinder(dim, backend);
  const fixed = new FixedRows(rows);
  const truth: Set<string>[] = [];
  const exact = await timed(numQueries, async (i) => {
    const { indices } = await finder.find({ queries: query(i), rows: fixed, k: K });
    truth.push(new Set(Array.from(indices, idOf)));
  });
  const scan = await timed(SCANS, async (i) => void (await index.nearest(query(i), K)));
  const prepare = await seconds(() => index.optimize(0));
  const read = await seconds(async () => void (await index.read()));
  await index.nearest(query(0), K); // The first one reads the index from disk.
  let hits = 0;
  const approximate = await timed(numQueries, async (i) => {
    for (const { id } of await index.nearest(query(i), K)) if (truth[i]!.has(id)) hits++;
  });
  const result = {
    rows: numRows,
    recall: round(hits / (K * numQueries), 4),
    exactMs: exact,
    scanMs: scan,
    approximateMs: approximate,
    secondsToWrite: round(write, 1),
    secondsToPrepare: round(prepare, 1),
    secondsToRead: round(read, 1),
    megabytes: round((await sizeOf(folder)) / 1e6, 0),
  };
  console.log(values.json ? JSON.stringify(result) : result);
  index.close();
} finally {
  await rm(folder, { recursive: true, force: true });
  await run.release();
}

/** float32[count, dim]: the run's features where they are wanted first, then noisy copies. */
function vectors(count: number, first: number): Float32Array {
  const { features, ids } = run.embeddings;
  const vectors = new Float32Array(count * dim);
  const amount = Math.sqrt((1 / COSINE ** 2 - 1) / dim);
  for (let i = 0; i < count; i++) {
    const source = ((first + i) % ids.length) * dim;
    const from = random.integer(noise.length - dim);
    const scale = first + i < ids.length ? 0 : amount;
    for (let j = 0; j < dim; j++) vectors[i * dim + j] = features[source + j]! + scale * noise[from + j]!;
  }
  normalizeRows(vectors, dim);
  return vectors;
}

async function fill(index: PictureIndex): Promise<void> {
  for (let first = 0; first < numRows; first += CHUNK) {
    const features = rows.subarray(first * dim, (first + CHUNK) * dim);
    const pictures = Array.from({ length: features.length / dim }, (_, i) => {
      const id = idOf(first + i);
      return { id, label: null, hash: id, size: 1, mtimeMs: 1 };
    });
    await index.put({ pictures, features });
  }
}

function idOf(row: number): string {
  return `/archive/pictures/${String(row).padStart(8, '0')}.jpg`;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Median and 95th percentile, in milliseconds. */
async function timed(count: number, work: (i: number) => Promise<void>): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(1000 * (await seconds(() => work(i))));
  times.sort((a, b) => a - b);
  return { p50: round(times[count >> 1]!, 1), p95: round(times[Math.floor(0.95 * count)]!, 1) };
}

async function sizeOf(path: string): Promise<number> {
  const files = (await readdir(path, { recursive: true })).map((name) => stat(join(path, name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}

function round(x: number, digits: number): number {
  return Number(x.toFixed(digits));
}
