/** @file Pictures that two sets share, so that none is found as its own neighbour. */
import { readFile, stat } from 'node:fs/promises';
import { DataError } from '../core/errors.js';
import { inOrder } from '../core/in-order.js';
import { gatherRows } from '../core/vector.js';
import { contentKey } from '../data/cache/cache-format.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';

/** Files looked at at once. */
const IN_FLIGHT = 16;

/**
 * Finds the rows of the reference that are the same picture as each test row: the same file, or one with the same bytes.
 *
 * Bytes are read only of files that have the size of a file of the other set. Records of a larger file (`path#index`) and
 * files that are gone are the same only under the same id.
 *
 * @returns for each test picture rows of the reference, ascending
 * @throws the signal's reason
 */
export async function sameRows(
  reference: Pick<Embeddings, 'ids'>,
  test: Pick<Embeddings, 'ids'>,
  signal?: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const sizes = await mapFiles(test.ids, fileSize, signal);
  const referenceSizes = await mapFiles(reference.ids, fileSize, signal);
  const shared = intersection(sizes, referenceSizes);
  const keysOf = (ids: readonly string[], ofSize: readonly (number | undefined)[]): Promise<(string | undefined)[]> =>
    mapFiles(ids, (id, i) => (shared.has(ofSize[i]) ? fileKey(id) : undefined), signal);
  const rowsOfId = places(reference.ids);
  const rowsOfKey = places(await keysOf(reference.ids, referenceSizes));
  const keys = await keysOf(test.ids, sizes);
  return test.ids.map((id, i) => {
    const key = keys[i];
    const rows = new Set([...(rowsOfId.get(id) ?? []), ...((key !== undefined && rowsOfKey.get(key)) || [])]);
    return [...rows].sort((a, b) => a - b);
  });
}

/**
 * Of those rows one each: the file itself, else the first copy.
 *
 * @returns int32[test pictures]; −1 where there is none
 * @throws the signal's reason
 */
export async function selfRows(
  reference: Pick<Embeddings, 'ids'>,
  test: Pick<Embeddings, 'ids'>,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const same = await sameRows(reference, test, signal);
  return Int32Array.from(same, (rows, i) => rows.find((row) => reference.ids[row] === test.ids[i]) ?? rows[0] ?? -1);
}

/** The places of each value. */
function places<T>(values: readonly T[]): Map<T, number[]> {
  const found = new Map<T, number[]>();
  for (const [place, value] of values.entries()) {
    const own = found.get(value);
    if (own === undefined) found.set(value, [place]);
    else own.push(place);
  }
  return found;
}

function intersection(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): Set<number | undefined> {
  const inB = new Set(b);
  return new Set(a.filter((value) => value !== undefined && inB.has(value)));
}

async function mapFiles<T>(
  ids: readonly string[],
  look: (id: string, i: number) => Promise<T> | T,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for await (const value of inOrder(ids.entries(), IN_FLIGHT, async ([i, id]) => look(id, i), signal))
    found.push(value);
  return found;
}

async function fileSize(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function fileKey(path: string): Promise<string | undefined> {
  return readFile(path).then(contentKey, () => undefined);
}

/**
 * A reference without the pictures that are in the test, too, for whoever learns from it.
 *
 * @param same of `sameRows`
 * @throws {DataError} if none is left
 */
export function withoutShared(reference: Embeddings, same: readonly (readonly number[])[]): Embeddings {
  const shared = new Set(same.flat());
  if (shared.size === 0) return reference;
  const { ids, labels, features, dim } = reference;
  const kept = Int32Array.from(ids.keys()).filter((row) => !shared.has(row));
  if (kept.length === 0) {
    throw new DataError(
      'reference: expected pictures that are not in the test, got none. Keep some apart to test with.',
    );
  }
  return {
    ids: Array.from(kept, (row) => ids[row]!),
    ...(labels && { labels: Array.from(kept, (row) => labels[row]!) }),
    features: gatherRows(features, kept, dim),
    dim,
  };
}
