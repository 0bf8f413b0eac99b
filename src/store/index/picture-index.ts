/**
 * @file An index of pictures: LanceDB tables in a folder or an object store, shared by whoever can read it.
 *
 * Features of different encoders cannot be compared, so every encoder has a table of its own, named by its key.
 */
import { existsSync } from 'node:fs';
import type { Connection, Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import { RunError } from '../../core/errors.js';
import { dot, firstNotUnit } from '../../core/vector.js';
import { APPROXIMATE_FROM, dropApproximate, PROBES, prepareApproximate, REFINE } from './approximate-index.js';
import { quoted, statements } from './conditions.js';
import { isLocal } from './index-address.js';
import { findDamage } from './index-files.js';
import type { IndexedFeatures, IndexedPicture } from './indexed-picture.js';
import { connectTo, usable } from './lance.js';
import {
  allRows,
  dimOf,
  earlierTableName,
  inOrderOfIds,
  PICTURE_COLUMNS,
  type PictureRow,
  pictureSchema,
  picturesOf,
  pictureTable,
  tableName,
} from './picture-table.js';
import { type BadRows, removeBadRows, wholeRows } from './table-repair.js';

/** What to do about damage. */
const REPAIR = 'Run `instdisc index` again with the same paths: it encodes anew what is damaged.';

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
      const { connection, names } = await connectTo(address);
      const own = [tableName(encoderKey), earlierTableName(encoderKey)].filter((name) => names.includes(name));
      for (const name of own) {
        await checkFiles(address, name);
        const table = await connection.openTable(name);
        if ((await table.countRows()) > 0) return PictureIndex.#of(address, connection, table);
        table.close();
      }
      connection.close();
      if (own.length > 0 || names.length === 0) return undefined;
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
      const { connection, names } = await connectTo(address);
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
      const { connection } = await connectTo(address);
      const table = await connection.createEmptyTable(tableName(encoderKey), pictureSchema(dim), { existOk: true });
      return PictureIndex.#of(address, connection, table);
    });
  }

  static async #of(address: string, connection: Connection, table: Table): Promise<PictureIndex> {
    return new PictureIndex(address, connection, table, dimOf(await table.schema()));
  }

  /** Number of pictures. */
  async count(): Promise<number> {
    return usable(this.address, () => this.#table.countRows());
  }

  /** Whether one of the pictures has this label. */
  async hasLabel(label: string): Promise<boolean> {
    return usable(this.address, async () => (await this.#table.countRows(`label = ${quoted(label)}`)) > 0);
  }

  /** All pictures, in no order. */
  async pictures(): Promise<IndexedPicture[]> {
    return usable(this.address, async () => {
      const pictures = new Map<string, IndexedPicture>();
      for await (const batch of this.#table.query().select(PICTURE_COLUMNS)) {
        for (const picture of picturesOf(batch)) pictures.set(picture.id, picture);
      }
      return [...pictures.values()];
    });
  }

  /**
   * All pictures with their features, in the order of their ids.
   *
   * @throws {RunError} if the index is damaged
   */
  async read(): Promise<IndexedFeatures> {
    return inOrderOfIds(await this.#rows(this.#table.query()), this.dim);
  }

  /** Some pictures with their features, in the order of their ids; those that are not in the index are left out. */
  async find(ids: readonly string[]): Promise<IndexedFeatures> {
    const rows: PictureRow[] = [];
    for (const where of statements(ids)) rows.push(...(await this.#rows(this.#table.query().where(where))));
    return inOrderOfIds(rows, this.dim);
  }

  /**
   * Finds the pictures most similar to a feature: exactly, or approximately once there are APPROXIMATE_FROM of them.
   *
   * @param feature float32[dim]
   * @param k at least 1
   * @returns best first
   * @throws {RunError} if one of them is damaged; of the others this says nothing
   */
  async nearest(feature: Float32Array, k: number): Promise<IndexMatch[]> {
    const query = this.#table.vectorSearch(feature).distanceType('cosine').nprobes(PROBES).refineFactor(REFINE);
    for (let limit = k; ; limit *= 2) {
      const rows = await this.#rows(query.limit(limit));
      const found = new Map<string, IndexMatch>();
      for (const { picture, feature: other } of rows) {
        const { id, label } = picture;
        // In a table of version 0.1 a picture may be there several times.
        if (!found.has(id)) found.set(id, { id, label, similarity: dot(feature, 0, other, 0, this.dim) });
      }
      if (found.size < k && rows.length === limit) continue;
      return [...found.values()].sort((one, other) => other.similarity - one.similarity).slice(0, k);
    }
  }

  /**
   * Puts pictures in, in place of those with the same ids.
   *
   * @param features float32[pictures, dim], unit rows
   * @throws {RunError} if they are not unit rows, as of a damaged encoder
   */
  async put({ pictures, features }: IndexedFeatures): Promise<void> {
    const { address, dim } = this;
    const odd = pictures[firstNotUnit(features, dim)];
    if (odd !== undefined) {
      throw new RunError(
        `${address}: expected a feature of length 1 of ${odd.id}, got another; the encoder is damaged or has diverged`,
      );
    }
    await usable(address, async () => {
      const merge = this.#table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
      await merge.execute(pictureTable(pictures, features, dim));
    });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await usable(this.address, async () => {
      for (const where of statements(ids)) await this.#table.delete(where);
    });
  }

  /**
   * Puts many small files together, and prepares the approximate search if there are enough pictures for it.
   *
   * @param approximateFrom how many are enough
   */
  async optimize(approximateFrom = APPROXIMATE_FROM): Promise<void> {
    await usable(this.address, async () => {
      if ((await this.count()) >= approximateFrom) await prepareApproximate(this.#table, this.dim);
      await this.#table.optimize();
    });
  }

  /**
   * Removes the features of other encoders, unless they hold pictures that this one has not.
   *
   * @param isGone whether a picture that is not here has been removed on purpose
   * @returns how many pictures keep the others from being removed
   */
  async removeOthers(isGone: (id: string) => boolean): Promise<number> {
    return usable(this.address, async () => {
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
    });
  }

  /** Removes the rows that are damaged or of a picture that has another; gives the pictures that stay. */
  async repair(): Promise<BadRows & { readonly pictures: readonly IndexedPicture[] }> {
    return usable(this.address, () => removeBadRows(this.#table, this.dim));
  }

  /** Takes all pictures over from the table of version 0.1, if there is one, and removes it. */
  async takeEarlier(encoderKey: string): Promise<BadRows> {
    const name = earlierTableName(encoderKey);
    return usable(this.address, async () => {
      if (!(await this.#connection.tableNames()).includes(name)) return { doubled: 0, damaged: 0 };
      const earlier = await this.#connection.openTable(name);
      const { taken, ...bad } = await wholeRows(earlier, this.dim);
      earlier.close();
      // In one commit, so if there are pictures here, they were taken over before a crash.
      if ((await this.count()) === 0 && taken.pictures.length > 0) await this.put(taken);
      await this.#connection.dropTable(name);
      return bad;
    });
  }

  /** Removes what the approximate search needs; `optimize` makes it anew. */
  async dropApproximate(): Promise<void> {
    await usable(this.address, () => dropApproximate(this.#table));
  }

  close(): void {
    this.#table.close();
    this.#connection.close();
  }

  /** @throws {RunError} if a row is damaged */
  async #rows(query: AsyncIterable<RecordBatch>): Promise<PictureRow[]> {
    const rows = await usable(this.address, () => allRows(query, this.dim));
    const damaged = rows.filter(({ isWhole }) => !isWhole);
    if (damaged.length === 0) return rows;
    throw new RunError(
      `${this.address}: expected rows as they were written, got ${damaged.length} of ${rows.length} damaged, ` +
        `that of ${damaged[0]!.picture.id} among them. ${REPAIR}`,
    );
  }
}

/** @throws {RunError} if a file of a table on this machine is damaged */
async function checkFiles(address: string, table: string): Promise<void> {
  const damaged = isLocal(address) ? await findDamage(address, table) : undefined;
  if (damaged !== undefined) throw new RunError(`${damaged}: expected what was written, got a damaged file. ${REPAIR}`);
}
