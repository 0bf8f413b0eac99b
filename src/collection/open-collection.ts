/** @file Opens the pictures that a run answers about: those of its index if it has one, else those it was trained on. */
import { DataError, RunError } from '../core/errors.js';
import { firstNotUnit } from '../core/vector.js';
import { openCache } from '../data/cache/cache.js';
import type { RunEmbeddings } from '../run/run-embeddings.js';
import type { Backend } from '../runtime/device.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { APPROXIMATE_FROM } from '../store/index/approximate-index.js';
import { knownIndexAddress } from '../store/index/index-address.js';
import { PictureIndex } from '../store/index/picture-index.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { ApproximateSearch } from './approximate-search.js';
import type { Collection, SearchSource } from './collection.js';
import { LargeIndex } from './large-index.js';
import { memoryCollection } from './memory-collection.js';

/** What a collection needs of a run. */
export interface CollectionRun {
  readonly path: string;
  /** See TrainedRun; default that of the run folder now. */
  readonly cachePath?: string;
  readonly embeddings: RunEmbeddings;
  readonly backend: Backend;
  /** See TrainedRun. */
  readonly encoderKey: string;
}

/**
 * Opens the pictures of a run's index if it has one, else those it was trained on.
 *
 * @throws {RunError} if the index is of an earlier encoder or cannot be read, or the run is damaged
 */
export async function openCollection(run: CollectionRun): Promise<Collection> {
  const index = await indexOf(run);
  if (index !== undefined) return indexCollection(index, run.backend);
  checkAny(run);
  return openTrainingCollection(run);
}

/**
 * The same for single searches: a large index is not read whole for them, and of the run's own pictures nothing but
 * their features.
 *
 * @throws {RunError} if the index is of an earlier encoder or cannot be read
 */
export async function openSearchSource(run: CollectionRun): Promise<SearchSource> {
  const index = await indexOf(run);
  if (index === undefined) {
    checkAny(run);
    return { ...embeddingsSource(run.embeddings), source: run.embeddings.source };
  }
  const numPictures = await index.count();
  // A smaller one is read whole, so that no damage passes as a picture that is not found.
  return numPictures >= APPROXIMATE_FROM ? new LargeIndex(index, numPictures) : indexCollection(index, run.backend);
}

/**
 * The pictures a run was trained on, with their features, or while there are none with their rows of the memory bank.
 *
 * @throws {RunError} if the run is damaged
 */
export async function openTrainingCollection({
  path,
  cachePath,
  embeddings,
  backend,
}: CollectionRun): Promise<Collection> {
  const cache = openCache(cachePath ?? (await RunFolder.open(path)).cachePath);
  const hashes = cache.keys;
  cache.close();
  const { source, ids, labels, features, dim } = embeddings;
  const pictures = ids.map((id, row) => ({ id, label: labels?.[row] ?? null, hash: hashes[row] }));
  return { source, ...memoryCollection({ dim, threads: backend.threads, pictures, features }) };
}

/**
 * Features as they come from `embed` or a file of them, for single searches: by one thread.
 *
 * @param name of them, for the error
 * @throws {DataError} if one is not of length one: then their products are no cosines
 */
export function embeddingsSource({ ids, labels, features, dim, encoderKey }: Embeddings, name = 'rows'): SearchSource {
  const row = firstNotUnit(features, dim);
  if (row >= 0) {
    throw new DataError(
      `${name}: expected features of length one, as the encoder gives them, got another in row ${row}, of ${ids[row]}. Embed anew, or divide each row by its length; one of zeros is of an encoder that has diverged.`,
    );
  }
  const pictures = ids.map((id, row) => ({ id, label: labels?.[row] ?? null, hash: undefined }));
  return { ...memoryCollection({ dim, threads: 1, pictures, features }), ...(encoderKey && { encoderKey }) };
}

/** A network that was adopted without pictures answers about those of an index alone. */
function checkAny({ path, embeddings }: CollectionRun): void {
  if (embeddings.ids.length > 0) return;
  throw new RunError(
    `${path}: expected pictures to answer about, got a run without any. Index some: instdisc index ${path} photos; or adopt the network with --pictures.`,
  );
}

async function indexOf({ path, encoderKey }: CollectionRun): Promise<PictureIndex | undefined> {
  return PictureIndex.open(await knownIndexAddress(await RunFolder.open(path)), encoderKey);
}

async function indexCollection(index: PictureIndex, { threads }: Backend): Promise<Collection> {
  const { pictures, features } = await index.read();
  const { dim } = index;
  if (pictures.length >= APPROXIMATE_FROM) {
    const ids = pictures.map(({ id }) => id);
    const search = new ApproximateSearch(index, ids, features, { threads });
    return { source: 'index', ...memoryCollection({ dim, threads, pictures, features, search }) };
  }
  index.close();
  return { source: 'index', ...memoryCollection({ dim, threads, pictures, features }) };
}
