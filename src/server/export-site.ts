/** @file Writes the explorer of a run as files that need no server of their own. */

import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { tableToIPC } from 'apache-arrow';
import type { Collection, FeatureSource } from '../collection/collection.js';
import { clusterNames } from '../collection/map/cluster-names.js';
import { openMap } from '../collection/map/map-file.js';
import { mapTable, withClusterNames } from '../collection/map/map-table.js';
import { nearestOfEach } from '../collection/nearest-of-each.js';
import { openCollection } from '../collection/open-collection.js';
import { ArgumentError, RunError } from '../core/errors.js';
import { toFloat16 } from '../core/half.js';
import { withPath } from '../core/system-errors.js';
import { refusalCode } from '../core/used-instead.js';
import { shortSideOf } from '../data/cache/cache-format.js';
import type { Skipped } from '../data/picture.js';
import { readMetrics } from '../run/checkpoint-state.js';
import type { EpochRecord } from '../run/events.js';
import { type OpenRunOptions, openRun, type TrainedRun } from '../run/open-run.js';
import { replaceFolderAtomic } from '../store/files/atomic.js';
import { Digest, digestOf } from '../store/files/digest.js';
import { weightOf } from '../store/files/folder-weight.js';
import { waitForLock } from '../store/files/lock.js';
import { makeFolder } from '../store/files/make-folder.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Run } from './api.js';
import { greyThumbnail } from './decoding/thumbnail.js';
import { describeRun } from './described-run.js';
import { SECURITY_HEADERS } from './headers.js';
import type { EpochMetrics } from './live-api.js';
import { metricsOf, withQueriesOf } from './metrics.js';
import { RequestError } from './problem.js';
import type { Site } from './site.js';
import { copyDecoders, DECODERS } from './site-decoders.js';
import { type ThumbnailSize, Thumbnails } from './thumbnails.js';
import { TrainingRows } from './training-rows.js';

const NUM_NEIGHBOURS = 24;
const BLOCK_SIZE = 1000;
const THUMBNAIL_SIZE = 256;
/** Thumbnails made at a time. */
const IN_FLIGHT = 8;
/** An earlier export is known by this file, and may be written over. */
const SITE_FILE = 'site.json';
const DATA = 'data';

export interface ExportSiteOptions extends OpenRunOptions {
  /** The folder of the built page. */
  readonly page: string;
  /** Longest side of a thumbnail, in pixels; default 256. */
  readonly thumbnails?: ThumbnailSize | undefined;
  /** Called with what is being made, and the part of it that is done, in [0, 1]. */
  readonly onProgress?: (what: string, part: number) => void;
  /** Called when another process is exporting to the same folder, with its name: this one waits for it. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes a folder with the page, the map, thumbnails, neighbours, features and the encoder; see site.ts.
 *
 * It appears when it is whole, in place of an earlier export, of which nothing stays.
 *
 * @param out a folder that is empty, is not there, or holds an earlier export
 * @throws {ArgumentError} if something else is in `out`
 * @throws {RunError} if there is no run, or it has no checkpoint yet
 * @throws the signal's reason
 */
export async function exportSite(runPath: string, out: string, options: ExportSiteOptions): Promise<ExportedSite> {
  await refuseOther(out);
  await makeFolder(dirname(resolve(out)));
  const lock = await waitForLock(join(dirname(resolve(out)), `.${basename(resolve(out))}.lock`), options);
  try {
    return await exportLocked(runPath, resolve(out), options);
  } finally {
    await lock.release();
  }
}

async function exportLocked(runPath: string, out: string, options: ExportSiteOptions): Promise<ExportedSite> {
  const folder = await RunFolder.open(runPath);
  const step = await folder.latestCheckpoint();
  if (step === undefined) {
    throw new RunError(`${runPath}: expected a checkpoint, got none yet. Export once an epoch is done.`);
  }
  const trained = await openRun(runPath, options);
  try {
    const records = withQueriesOf(trained.config, await readMetrics(folder, (damage) => options.onDamage?.(damage)));
    const collection = await openCollection(trained);
    const run = await describeRun(runPath, { trained, collection, ignoresIndex: false });
    let undrawn: readonly Skipped[] = [];
    let data = '';
    try {
      await replaceFolderAtomic(out, async (partial) => {
        const unnamed = join(partial, DATA, 'unnamed');
        await makeFolder(unnamed);
        const decoders = await copyDecoders(partial);
        undrawn = await writeData({ folder, records, run, trained, collection, decoders }, unnamed, options);
        data = `${DATA}/${await nameOf(unnamed)}`;
        await rename(unnamed, join(partial, data));
        await writePage(options.page, partial, data);
      });
      const [numBytes, thumbnailBytes, decoderBytes] = await Promise.all([
        weightOf(out),
        weightOf(join(out, data, 'thumbnails')),
        weightOf(join(out, DECODERS)),
      ]);
      return { source: collection.source, numBytes, thumbnailBytes, decoderBytes, undrawn };
    } finally {
      await collection.release();
    }
  } finally {
    await trained.release();
  }
}

/** What was written. */
export interface ExportedSite {
  /** Where its features come from. */
  readonly source: FeatureSource;
  /** Of all files. */
  readonly numBytes: number;
  /** Of the thumbnails among them. */
  readonly thumbnailBytes: number;
  /** Of the decoders among them, which a browser loads where it is shown such a picture. */
  readonly decoderBytes: number;
  /** Pictures that are gone or cannot be read, and are grey in it. */
  readonly undrawn: readonly Skipped[];
}

async function refuseOther(out: string): Promise<void> {
  const [entries, data] = [await namesIn(out), await namesIn(join(out, DATA))];
  // Version 0.1 had it in the folder itself.
  const inside = await Promise.all(data.map((name) => namesIn(join(out, DATA, name))));
  if (entries.length === 0 || [data, ...inside].some((names) => names.includes(SITE_FILE))) return;
  throw new ArgumentError(`${out}: expected an empty folder or an earlier export, got other files. Choose another.`);
}

/** @throws the system's error if a folder is there and cannot be read */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String(refusalCode(error)))) return [];
    throw withPath(error, folder);
  }
}

/**
 * An address that changes with what is there: who has a picture, or an open page, of an earlier export is not shown it with
 * the rows of this one, nor the other way round.
 */
async function nameOf(data: string): Promise<string> {
  const digest = new Digest();
  for (const name of [SITE_FILE, 'map.arrow', 'features.f16', 'metrics.json'])
    digest.add(await readFile(join(data, name)));
  return digest.hex.slice(0, 16);
}

/** The built page, told where it is, and to load nothing from elsewhere. */
async function writePage(page: string, out: string, data: string): Promise<void> {
  await cp(page, out, { recursive: true });
  const html = await readFile(join(page, 'index.html'), 'utf8');
  // A page cannot say in itself what may frame it.
  const policy = SECURITY_HEADERS['Content-Security-Policy']!.replace(/; frame-ancestors [^;]*/, '');
  const head = `<head>
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="instdisc-source" content="site" data-at="${data}" />`;
  await writeFile(join(out, 'index.html'), html.replace('<head>', head));
}

interface Exported {
  readonly folder: RunFolder;
  readonly records: readonly EpochRecord[];
  readonly run: Run;
  readonly trained: TrainedRun;
  readonly collection: Collection;
  readonly decoders: Site['decoders'];
}

async function writeData(exported: Exported, out: string, options: ExportSiteOptions): Promise<Skipped[]> {
  const { folder, run, trained, collection } = exported;
  const { onProgress, signal } = options;
  const cancel = signal && { signal };
  const neighbours = await nearestOfEach(collection, NUM_NEIGHBOURS, {
    onProgress: (done, of) => onProgress?.('neighbours', done / of),
    ...cancel,
  });
  await writeBlocks(join(out, 'neighbours'), collection.pictures.length, ({ first, end }) => {
    const block = [neighbours.indices, neighbours.scores].map((values) =>
      values.subarray(first * neighbours.k, end * neighbours.k),
    );
    return Buffer.concat(
      block.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    );
  });
  const map = await openMap(folder.path, collection, {
    keepsPlaces: trained.config.updates.length > 0,
    neighbours,
    onProgress: (part) => onProgress?.('map', part),
    ...cancel,
  });
  const table = withClusterNames(
    mapTable(collection, map, run.classes),
    await clusterNames(folder.path, collection, map.cluster),
  );
  await writeFile(join(out, 'map.arrow'), tableToIPC(table, 'file'));
  await writeFile(join(out, 'features.f16'), toFloat16(collection.features));
  await writeFile(join(out, 'encoder.onnx'), trained.encoder);
  await writeJson(join(out, 'metrics.json'), metrics(exported));
  const undrawn = await writeThumbnails(trained, collection, join(out, 'thumbnails'), options);
  const { transform } = trained;
  const site: Site = {
    run,
    k: neighbours.k,
    blockSize: BLOCK_SIZE,
    shortSide: shortSideOf(transform),
    transform,
    decoders: exported.decoders,
  };
  await writeJson(join(out, SITE_FILE), site);
  return undrawn;
}

function metrics({ records, trained, collection }: Exported): EpochMetrics[] {
  const rows = new TrainingRows(trained.bank.ids, collection);
  return metricsOf(records, (place) => {
    const row = rows.rowOf(place);
    if (row === undefined) return undefined;
    const { name, label } = collection.pictures[row]!;
    return { row, name, label };
  });
}

interface Block {
  readonly number: number;
  /** Rows from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
}

function* blocks(numRows: number): Generator<Block> {
  for (let first = 0; first < numRows; first += BLOCK_SIZE) {
    yield { number: first / BLOCK_SIZE, first, end: Math.min(first + BLOCK_SIZE, numRows) };
  }
}

async function writeBlocks(out: string, numRows: number, bytesOf: (block: Block) => Uint8Array): Promise<void> {
  await mkdir(out);
  for (const block of blocks(numRows)) await writeFile(join(out, `${block.number}.bin`), bytesOf(block));
}

async function writeThumbnails(
  { path: runPath, cachePath }: TrainedRun,
  { pictures, source }: Collection,
  out: string,
  { onDamage, onProgress, signal, thumbnails: size = THUMBNAIL_SIZE }: ExportSiteOptions,
): Promise<Skipped[]> {
  const thumbnails = new Thumbnails(runPath, onDamage);
  const undrawn: Skipped[] = [];
  const write = async (row: number, folder: string): Promise<void> => {
    const { id, hash } = pictures[row]!;
    const key = hash ?? digestOf(id);
    const place = source !== 'index' ? row : undefined;
    const webp = await thumbnails
      .render({ key, seenKey: key, path: id, cachePath, place }, size)
      .catch((error: Error) => {
        if (!(error instanceof RequestError)) throw error;
        undrawn.push({ path: id, reason: error.message });
        return greyThumbnail();
      });
    await writeFile(join(folder, `${row}.webp`), webp);
  };
  try {
    for (const { number, first, end } of blocks(pictures.length)) {
      const folder = join(out, String(number));
      await makeFolder(folder);
      for (let row = first; row < end; row += IN_FLIGHT) {
        signal?.throwIfAborted();
        const rows = Array.from({ length: Math.min(IN_FLIGHT, end - row) }, (_, i) => row + i);
        const written = await Promise.allSettled(rows.map((each) => write(each, folder)));
        // Only when none is under way any more can the folder be removed.
        for (const one of written) if (one.status === 'rejected') throw one.reason;
        onProgress?.('thumbnails', row / pictures.length);
      }
    }
    return undrawn;
  } finally {
    thumbnails.close();
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, JSON.stringify(value));
}
