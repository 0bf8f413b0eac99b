/** @file What has become of the pictures of a run, each known by its bytes: which rows stay, under which names, and what is new. */
import { inOrder } from '../../core/in-order.js';
import { nameKey } from '../../core/names.js';
import { contentKey, type ManifestLine, manifestLine } from '../../data/cache/cache-format.js';
import type { CacheGrowth, KeptPicture } from '../../data/cache/cache-grow.js';
import type { CachedPlaces } from '../../data/cache/cache-move.js';
import { type Picture, readBytes } from '../../data/picture.js';

/** Files read at once to see what their bytes are. */
const IN_FLIGHT = 8;

export interface PictureCounts {
  readonly unchanged: number;
  /** Pictures that were not there under any name. */
  readonly added: number;
  /** Other bytes at a known place: their rows are new. */
  readonly changed: number;
  /** Known bytes at another place: their rows stay. */
  readonly moved: number;
  readonly removed: number;
  /** Pictures at their place whose label is another one. */
  readonly relabelled: number;
  /** Of those added and changed: pictures whose bytes are in the run once more. */
  readonly copies: number;
}

export interface PictureChanges extends CacheGrowth {
  readonly counts: PictureCounts;
}

/** What there was, and what there is. */
export interface ChangesInput {
  readonly cached: CachedPlaces;
  /** In the order of their ids. */
  readonly found: readonly Picture[];
  /** Whether an id lies where pictures were looked for: what is there no longer, has gone. */
  readonly isCovered: (id: string) => boolean;
}

/**
 * Compares the pictures found with those of a run. Files of the same size and time are taken to be the same; all others are
 * read.
 *
 * @throws the signal's reason
 */
export async function pictureChanges(
  { cached, found, isCovered }: ChangesInput,
  signal?: AbortSignal,
): Promise<PictureChanges> {
  const lines = cached.pictures;
  const placeOf = new Map(lines.map(({ id }, place) => [id, place]));
  const brokenOf = new Map(cached.quarantined.map((line) => [line.id, line]));
  const now = new Map<number, Picture>();
  const candidates: Picture[] = [];
  for (const picture of found) {
    const place = placeOf.get(picture.id);
    const known = place === undefined ? brokenOf.get(picture.id) : lines[place]!;
    if (known?.size !== picture.size || known.mtimeMs !== picture.mtimeMs) candidates.push(picture);
    else if (place !== undefined) now.set(place, picture);
  }
  const isFound = new Set(found.map(({ id }) => id));
  const isTried = new Set(candidates.map(({ id }) => id));
  const stillBroken = cached.quarantined.filter(({ id }) => !isTried.has(id) && (isFound.has(id) || !isCovered(id)));

  const unsettled: (Picture & { readonly key: string | undefined })[] = [];
  for await (const picture of inOrder(candidates, IN_FLIGHT, withKey, signal)) {
    const place = placeOf.get(picture.id);
    if (place !== undefined && lines[place]!.key === picture.key) now.set(place, picture);
    else unsettled.push(picture);
  }
  const gone = new Map(lines.flatMap((line, place) => (now.has(place) || !isCovered(line.id) ? [] : [[place, line]])));
  const goneOf = new Map<string, number[]>();
  for (const [place, { key }] of gone) goneOf.set(key, [...(goneOf.get(key) ?? []), place]);
  const added = unsettled.filter((picture) => {
    const place = goneOf.get(picture.key ?? '')?.shift();
    if (place === undefined) return true;
    now.set(place, picture);
    gone.delete(place);
    return false;
  });

  const kept = lines.flatMap((line, place): KeptPicture[] => {
    const picture = now.get(place);
    if (picture !== undefined) return [{ place, line: manifestLine(picture, line.key, line.rendering ?? '') }];
    return gone.has(place) ? [] : [{ place, line }];
  });
  const changed = added.filter(({ id }) => placeOf.has(id)).length;
  const moved = kept.filter(({ place, line }) => line.id !== lines[place]!.id).length;
  const relabelled = kept.filter(({ place, line }) => isRelabelled(lines[place]!, line)).length;
  return {
    kept,
    added,
    stillBroken,
    counts: {
      unchanged: kept.length - moved - relabelled,
      added: added.length - changed,
      changed,
      moved,
      removed: Array.from(gone.values()).filter(({ id }) => !isFound.has(id)).length,
      relabelled,
      copies: numCopies(kept, added),
    },
  };
}

function isRelabelled(before: ManifestLine, after: ManifestLine): boolean {
  return before.id === after.id && nameKey(before.label ?? '') !== nameKey(after.label ?? '');
}

/** Of pictures that come, those whose bytes are there already, or come more than once. */
function numCopies(kept: readonly KeptPicture[], added: readonly { readonly key: string | undefined }[]): number {
  const keys = new Set(kept.map(({ line }) => line.key));
  return added.filter(({ key }) => {
    const isThere = key !== undefined && keys.has(key);
    if (key !== undefined) keys.add(key);
    return isThere;
  }).length;
}

/** What cannot be read is tried once more when it is decoded, and told of then. */
async function withKey(picture: Picture): Promise<Picture & { readonly key: string | undefined }> {
  const key = await readBytes(picture).then(contentKey, () => undefined);
  return { ...picture, key };
}
