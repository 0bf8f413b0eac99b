/**
 * @file An index of pictures: LanceDB tables in a folder or an object store, shared by whoever can read it.
 *
 * Features of different encoders cannot be compared, so every encoder has a table of its own, named by its key.
 */
import { existsSync } from 'node:fs';
import type { Connection, IvfPqOptions, Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { DeviceError, InstDiscError, RunError } from '../core/errors.js';
import { checkFinite } from '../core/vector.js';
import { isLocal } from './index-address.js';
import {
  dimOf,
  type IndexedFeatures,
  type IndexedPicture,
  inOrderOfIds,
  PICTURE_COLUMNS,
  pictureSchema,
  picturesOf,
  pictureTable,
} from './picture-table.js';

/** From so many pictures on an approximate search is prepared: below, nobody notices how long an exact one takes. */
export const APPROXIMATE_FROM = 200_000;

/** How thorough an approximate search is: partitions looked at, and candidates a result that are compared exactly. */
const PROBES = 40;
const REFINE = 20;

/**
 * How an approximate index is made: with a quarter of LanceDB's samples and iterations. As candidates are compared
 * exactly, partitions and codes may be rough; docs/index.md says what is found.
 */
function partitions(dim: number): Partial<IvfPqOptions> {
  return {
    distanceType: 'cosine',
    sampleRate: 64,
    maxIterations: 12,
    ...(dim % 8 === 0 && { numSubVectors: dim / 8 }),
  };
}

const DAMAGED = 'The index is damaged: remove it, and index the pictures again.';

/** Ids named in one statement. */
const STATEMENT = 500;

/** An object store that does not answer is given up after half a minute, rather than several. */
const PATIENCE = { connect_timeout: '5s', client_max_retries: '2', client_retry_timeout: '30' };

/** A picture of an index, found. */
export interface IndexMatch {
  readonly id: string;
  readonly label: string | null;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
}

/** The features of one encoder in an index. */
export class PictureIndex {
  readonly address: string;
  readonly dim: number;
  readonly #connection: Connection;
  readonly #table: Table;

  private constructor(address: string, connection: Connection, table: Table, dim: number) {
    this.address = address;
    this.dim = dim;
    this.#connection = connection;
    this.#table = table;
  }

  /**
   * Opens an index to read from it.
   *
   * @param encoderKey of the encoder that the features are to be of
   * @returns undefined if there is no index, or nothing in it yet
   * @throws {RunError} if there is one of other encoders only, or it cannot be read
   */
  static async open(address: string, encoderKey: string): Promise<PictureIndex | undefined> {
    if (isLocal(address) && !existsSync(address)) return undefined;
    return usable(address, async () => {
      const { connection, names } = await connect(address);
      if (names.includes(tableName(encoderKey))) {
        const index = await PictureIndex.#of(address, connection, await connection.openTable(tableName(encoderKey)));
        if ((await index.count()) > 0) return index;
        index.close();
        return undefined;
      }
      connection.close();
      if (names.length === 0) return undefined;
      throw new RunError(
        `${address}: expected an index of this run’s encoder, got one made before it was trained further. ` +
          'Run `instdisc index` again with the same paths.',
      );
    });
  }

  /**
   * Another text whenever an index has changed, to see whether there is anything new without reading it.
   *
   * @returns '' if there is no index
   * @throws {RunError} if it cannot be read
   */
  static async version(address: string): Promise<string> {
    if (isLocal(address) && !existsSync(address)) return '';
    return usable(address, async () => {
      const { connection, names } = await connect(address);
      const versions: string[] = [address];
      for (const name of names) {
        const table = await connection.openTable(name);
        versions.push(`${name} ${await table.version()}`);
        table.close();
      }
      connection.close();
      return versions.join(', ');
    });
  }

  /**
   * Opens an index to change it, and makes it if it is not there.
   *
   * @param dim numbers of a feature
   * @throws {RunError} if it cannot be read or made
   */
  static async create(address: string, encoderKey: string, dim: number): Promise<PictureIndex> {
    return usable(address, async () => {
      const { connection } = await connect(address);
      const table = await connection.createEmptyTable(tableName(encoderKey), pictureSchema(dim), { existOk: true });
      return PictureIndex.#of(address, connection, table);
    });
  }

  static async #of(address: string, connection: Connection, table: Table): Promise<PictureIndex> {
    return new PictureIndex(address, connection, table, dimOf(await table.schema()));
  }

  /** Number of pictures. */
  async count(): Promise<number> {
    return this.#table.countRows();
  }

  /** All pictures, in no order. */
  async pictures(): Promise<IndexedPicture[]> {
    const pictures: IndexedPicture[] = [];
    for await (const batch of this.#table.query().select(PICTURE_COLUMNS)) {
      for (const picture of picturesOf(batch)) pictures.push(picture);
    }
    return pictures;
  }

  /**
   * All pictures with their features, in the order of their ids.
   *
   * @throws {RunError} if the index is damaged
   */
  async read(): Promise<IndexedFeatures> {
    return usable(this.address, async () => {
      const batches: RecordBatch[] = [];
      for await (const batch of this.#table.query()) batches.push(batch);
      return this.#finite(inOrderOfIds(batches, this.dim));
    });
  }

  /** Some pictures with their features, in the order of their ids; those that are not in the index are left out. */
  async find(ids: readonly string[]): Promise<IndexedFeatures> {
    const batches: RecordBatch[] = [];
    for (const where of statements(ids)) {
      for await (const batch of this.#table.query().where(where)) batches.push(batch);
    }
    return this.#finite(inOrderOfIds(batches, this.dim));
  }

  /**
   * Finds the pictures most similar to a feature: exactly, or approximately once there are APPROXIMATE_FROM of them.
   *
   * @param feature float32[dim]
   * @param k at least 1
   * @returns best first
   */
  async nearest(feature: Float32Array, k: number): Promise<IndexMatch[]> {
    const query = this.#table.vectorSearch(feature).distanceType('cosine').nprobes(PROBES).refineFactor(REFINE);
    const found: { id: string; label: string | null; _distance: number }[] = await query
      .select(['id', 'label', '_distance'])
      .limit(k)
      .toArray();
    checkFinite(
      Float32Array.from(found, ({ _distance }) => _distance),
      this.address,
      DAMAGED,
    );
    return found.map(({ id, label, _distance }) => ({ id, label, similarity: 1 - _distance }));
  }

  /**
   * Puts pictures in, in place of those with the same ids.
   *
   * @param features float32[pictures, dim]
   */
  async put(indexed: IndexedFeatures): Promise<void> {
    const { pictures, features } = this.#finite(indexed);
    const merge = this.#table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
    await merge.execute(pictureTable(pictures, features, this.dim));
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const where of statements(ids)) await this.#table.delete(where);
  }

  /**
   * Puts many small files together, and prepares the approximate search if there are enough pictures for it.
   *
   * @param approximateFrom how many are enough
   */
  async optimize(approximateFrom = APPROXIMATE_FROM): Promise<void> {
    if ((await this.count()) >= approximateFrom) {
      const stats = await this.#table.indexStats('feature_idx');
      // Partitions are learned from the pictures there are: once most are new, they are learned anew.
      if (stats === undefined || stats.numUnindexedRows > stats.numIndexedRows) {
        const { Index } = await loadLance();
        await this.#table.createIndex('feature', { config: Index.ivfPq(partitions(this.dim)) });
      }
    }
    await this.#table.optimize();
  }

  /**
   * Removes the features of other encoders, unless they hold pictures that this one has not.
   *
   * @param isGone whether a picture that is not here has been removed on purpose
   * @returns how many pictures keep the others from being removed
   */
  async removeOthers(isGone: (id: string) => boolean): Promise<number> {
    const names = (await this.#connection.tableNames()).filter((name) => name !== this.#table.name);
    if (names.length === 0) return 0;
    const own = new Set((await this.pictures()).map(({ id }) => id));
    const left = new Set<string>();
    for (const name of names) {
      const other = await PictureIndex.#of(this.address, this.#connection, await this.#connection.openTable(name));
      const before = left.size;
      for (const { id } of await other.pictures()) if (!own.has(id) && !isGone(id)) left.add(id);
      if (left.size === before) await this.#connection.dropTable(name);
    }
    return left.size;
  }

  /** The same. @throws {NotFiniteError} if a feature is infinite or no number */
  #finite(indexed: IndexedFeatures): IndexedFeatures {
    checkFinite(indexed.features, `${this.address}: features`, DAMAGED);
    return indexed;
  }

  close(): void {
    this.#table.close();
    this.#connection.close();
  }
}

async function connect(address: string): Promise<{ connection: Connection; names: string[] }> {
  const { connect } = await loadLance();
  const connection = await connect(address, isLocal(address) ? {} : { storageOptions: PATIENCE });
  return { connection, names: await connection.tableNames() };
}

/** Loaded when an index is first used: that takes a second, and most commands need none. */
async function loadLance(): Promise<typeof import('@lancedb/lancedb')> {
  // Its warnings are about itself. In the main thread this reaches the process's environment.
  process.env['LANCEDB_LOG'] ??= 'error';
  try {
    return await import('@lancedb/lancedb');
  } catch (error) {
    throw new DeviceError(`index: expected LanceDB to run on this machine, got: ${(error as Error).message}`);
  }
}

function tableName(encoderKey: string): string {
  return `pictures-${encoderKey.slice(0, 16)}`;
}

/** Does something with an index, and says so if it cannot be used. */
async function usable<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InstDiscError) throw error;
    // LanceDB tells the whole chain of causes, with lines of its sources.
    const [reason] = (error as Error).message.split(/\n| {2}Caused by|, \S+\.rs:\d/);
    throw new RunError(`${address}: expected an index that can be read and written, got: ${reason}`, { cause: error });
  }
}

/** Conditions that name `ids`, as many at once as fit. */
function* statements(ids: readonly string[]): Generator<string> {
  for (let first = 0; first < ids.length; first += STATEMENT) {
    const quoted = ids.slice(first, first + STATEMENT).map((id) => `'${id.replaceAll("'", "''")}'`);
    yield `id IN (${quoted.join(', ')})`;
  }
}
