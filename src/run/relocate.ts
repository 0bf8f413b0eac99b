/** @file Tells a run where its pictures have gone. */
import { join, relative, resolve, sep } from 'node:path';
import { ArgumentError, DataError } from '../core/errors.js';
import { plural } from '../core/format.js';
import { contentKey } from '../data/cache/cache-format.js';
import { type CachedPlaces, cachedPlaces, writeMoved } from '../data/cache/cache-move.js';
import { type Picture, readBytes } from '../data/picture.js';
import { scan } from '../data/scan/scan.js';
import { FIRST_RULES, movedWord } from '../data/scan/scan-rules.js';
import { replaceFolderAtomic } from '../store/files/atomic.js';
import { indexAddress } from '../store/index/index-address.js';
import { moveIndexed } from '../store/index/indexed-paths.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { parseRunConfig } from './config.js';

export interface RelocateOptions {
  /** The folder or file that pictures were in, or below. */
  readonly from: string;
  /** Where they are now. */
  readonly to: string;
  /** Called with the number of pictures looked for so far, and of all. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface Relocated {
  /** Pictures that are known by their new places now. */
  readonly numMoved: number;
  /** Ids of those that were not found; they keep their old places. */
  readonly missing: readonly string[];
}

/**
 * Finds pictures of a run by the SHA-256 of their bytes, first under the same name in the new folder, then under any, and
 * has the run know them by their new places. Nothing that was learnt changes.
 *
 * @throws {ArgumentError} if no picture of the run was in `from`
 * @throws {DataError} if none of them is in `to`
 * @throws {RunError} if there is no run, it is damaged, or a process is training it
 * @throws the signal's reason; the run is then as it was
 */
export async function relocate(runPath: string, options: RelocateOptions): Promise<Relocated> {
  const [from, to] = [resolve(options.from), resolve(options.to)];
  const folder = await RunFolder.resume(runPath);
  try {
    const places = cachedPlaces(folder.cachePath);
    const found = await findAll(places, from, to, options);
    const movedTo = <Line extends { readonly id: string }>(line: Line): Line => ({
      ...line,
      ...placeOf(found.places.get(line.id)),
    });
    const moved = { pictures: places.pictures.map(movedTo), quarantined: places.quarantined.map(movedTo) };
    const config = parseRunConfig(folder.config, runPath);
    // Before the cache: what is told again then finds the rest still in its old place.
    const exclude = config.scan.exclude.map((word) => movedWord(word, (path) => movedPath(path, from, to)));
    const paths = config.paths.map((path) => movedPath(path, from, to) ?? path);
    await folder.reconfigure({ ...config, paths, scan: { ...config.scan, exclude } });
    await moveIndexed(await indexAddress(folder), (path) => movedPath(path, from, to));
    await replaceFolderAtomic(folder.cachePath, (out) => writeMoved(folder.cachePath, out, moved));
    const ids = moved.pictures.map(({ id }) => id);
    return {
      numMoved: ids.filter((id, i) => id !== places.pictures[i]!.id).length,
      missing: found.missing,
    };
  } finally {
    await folder.close();
  }
}

function placeOf(place: Place | undefined): Partial<Place> {
  return place === undefined ? {} : { id: place.id, size: place.size, mtimeMs: place.mtimeMs };
}

/** Where a picture is now, and what tells that it has not changed since. */
type Place = Pick<Picture, 'id' | 'size' | 'mtimeMs'>;

async function findAll(
  { pictures, quarantined }: CachedPlaces,
  from: string,
  to: string,
  { onProgress, signal }: RelocateOptions,
): Promise<{ readonly places: ReadonlyMap<string, Place>; readonly missing: readonly string[] }> {
  const wanted = pictures.filter(({ id }) => movedPath(id, from, to) !== undefined);
  if (wanted.length === 0) {
    throw new ArgumentError(
      `--from: expected where the run’s ${plural(pictures.length, 'picture')} were, got ${from}; the first was ${pictures[0]?.id}.`,
    );
  }
  const there = new Map(
    (await scan([to], { rules: FIRST_RULES, ...(signal && { signal }) })).pictures.map((picture) => [
      picture.id,
      picture,
    ]),
  );
  const places = new Map<string, Place>();
  const unnamed: typeof wanted = [];
  let done = 0;
  for (const line of wanted) {
    signal?.throwIfAborted();
    const candidate = there.get(movedPath(line.id, from, to)!);
    if (candidate !== undefined && (await keyOf(candidate)) === line.key) places.set(line.id, candidate);
    else unnamed.push(line);
    onProgress?.(++done - unnamed.length, wanted.length);
  }
  const byKey = unnamed.length === 0 ? new Map<string, Place[]>() : await unclaimed(there, places, signal);
  const missing = unnamed.filter(({ id, key }) => {
    const place = byKey.get(key)?.shift();
    if (place !== undefined) places.set(id, place);
    onProgress?.(places.size, wanted.length);
    return place === undefined;
  });
  if (places.size === 0) {
    throw new DataError(`${to}: expected pictures of the run, got none of the ${wanted.length} that were in ${from}.`);
  }
  // What could not be decoded is known by its name alone.
  for (const { id, size, mtimeMs } of quarantined) {
    const moved = movedPath(id, from, to);
    if (moved !== undefined) places.set(id, { id: moved, size, mtimeMs });
  }
  return { places, missing: missing.map(({ id }) => id) };
}

/** Pictures that nobody was found to be, by the SHA-256 of their bytes, each in the order of names. */
async function unclaimed(
  there: ReadonlyMap<string, Picture>,
  places: ReadonlyMap<string, Place>,
  signal: AbortSignal | undefined,
): Promise<Map<string, Place[]>> {
  const claimed = new Set(Array.from(places.values(), ({ id }) => id));
  const byKey = new Map<string, Place[]>();
  for (const picture of there.values()) {
    signal?.throwIfAborted();
    if (claimed.has(picture.id)) continue;
    const key = await keyOf(picture);
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), picture]);
  }
  return byKey;
}

async function keyOf(picture: Picture): Promise<string | undefined> {
  return readBytes(picture).then(contentKey, () => undefined);
}

/** The path in its new folder; undefined if it was not in the old one. */
function movedPath(path: string, from: string, to: string): string | undefined {
  if (path === from || path.startsWith(`${from}#`)) return to + path.slice(from.length);
  const inside = relative(from, path);
  return path.startsWith(from.endsWith(sep) ? from : from + sep) ? join(to, inside) : undefined;
}
