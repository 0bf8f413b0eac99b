/** @file The pictures most similar to a picture. */

import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { checkCount } from '../core/check-count.js';
import { ArgumentError, DataError } from '../core/errors.js';
import { plural } from '../core/format.js';
import { nameKey } from '../core/names.js';
import { asSpelt, openable } from '../data/scan/file-name.js';
import { pathAdvice } from '../data/scan/walk.js';
import { embed, type PictureEncoder } from '../run/embed.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import type { FoundPicture, KnownPicture, SearchSource } from './collection.js';
import { embeddingsSource } from './open-collection.js';

export interface Match {
  /** Of the picture: in general its path. */
  readonly id: string;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
  readonly label: string | undefined;
  /** Whether it is the very picture that was asked for. */
  readonly isQuery: boolean;
}

export interface SearchResult {
  /** Id of the picture asked for. */
  readonly query: string;
  /** Its class, among those of the pictures searched: known there, or the name of the folder that it is in. */
  readonly label: string | undefined;
  /** Best first. */
  readonly matches: readonly Match[];
}

/**
 * Finds for each picture the `k` most similar in `where`, in which it need not be itself.
 *
 * @param where a run's index, its bank, or an embedded folder; unit rows
 * @param pictures paths of pictures and folders; or, where there is no such file, ids or rows of pictures in `where`
 * @param k at least 1; more than there are pictures gives them all
 * @returns one result a picture, path by path
 * @throws {DataError} if one of `pictures` is neither a picture that can be read nor one in `where`, or the features in
 *   `where` are known to be of another encoder
 * @throws {ArgumentError} if the features in `where` are of another dimension than the encoder's, or `k` is no positive
 *   integer
 */
export async function searchPictures(
  encoder: PictureEncoder,
  where: Embeddings | SearchSource,
  pictures: readonly string[],
  k: number,
): Promise<SearchResult[]> {
  checkCount('k', k);
  const source = 'lookUp' in where ? where : embeddingsSource(where);
  if (source.encoderKey && encoder.encoderKey && source.encoderKey !== encoder.encoderKey) {
    throw new DataError(
      `rows: expected features of the run’s encoder ${short(encoder.encoderKey)}, got those of ${short(source.encoderKey)}, ` +
        'which cannot be compared. Embed the pictures with this run, or search with the run that embedded them.',
    );
  }
  if (source.dim !== encoder.dim) {
    throw new ArgumentError(
      `rows: expected features of ${encoder.dim} numbers, as the run's, got ${source.dim}. Embed with this run.`,
    );
  }
  const results: SearchResult[] = [];
  for (const name of pictures) {
    for (const query of await queriesOf(name, encoder, source)) {
      const found = await source.search(query.feature, k);
      const matches = found.map((picture) => matchOf(picture, query.id));
      const known = matches.find(({ isQuery }) => isQuery)?.label;
      results.push({ query: query.id, label: known ?? (await labelOf(query, source)), matches });
    }
  }
  return results;
}

async function queriesOf(name: string, encoder: PictureEncoder, source: SearchSource): Promise<KnownPicture[]> {
  if (!existsSync(name)) {
    const known = (await source.lookUp(name)) ?? (await source.lookUp(resolve(name)));
    if (known !== undefined) return [known];
  }
  if (!existsSync(openable(await asSpelt(resolve(name))))) {
    throw new DataError(
      `${name}: expected a picture’s path, or the row or id of one of the ${plural(source.numPictures, 'picture')} searched; ` +
        `got neither. ${pathAdvice(name)}`,
    );
  }
  const { ids, labels, features, dim } = await embed(encoder, [name]);
  return ids.map((id, i) => ({
    id,
    label: labels?.[i] ?? null,
    feature: features.subarray(i * dim, (i + 1) * dim),
  }));
}

/** The label of a query or the name of its folder, unless no picture that is searched has it. */
async function labelOf({ id, label }: KnownPicture, source: SearchSource): Promise<string | undefined> {
  const name = label ?? nameKey(basename(dirname(id)));
  return (await source.hasLabel(name)) ? name : undefined;
}

function short(key: string): string {
  return key.slice(0, 8);
}

function matchOf({ id, similarity, label }: FoundPicture, queryId: string): Match {
  return { id, similarity, label: label ?? undefined, isQuery: nameKey(id) === nameKey(queryId) };
}
