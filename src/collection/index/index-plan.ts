/** @file What an index has to learn of the pictures that are there now, before any of them is opened. */
import type { Picture } from '../../data/picture.js';
import type { IndexedPicture } from '../../store/index/indexed-picture.js';

/** A picture whose content is known. */
export interface HashedPicture extends Picture {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string;
}

export interface IndexPlan {
  /** New pictures, and those whose size or time has changed: their content decides. */
  readonly candidates: readonly Picture[];
  /** Pictures that have another label than the index says. */
  readonly relabelled: readonly HashedPicture[];
  readonly numUnchanged: number;
  /** Ids in the index whose pictures are no longer below the paths. */
  readonly gone: ReadonlySet<string>;
  /** What the index knows of each picture, by id. */
  readonly known: ReadonlyMap<string, IndexedPicture>;
  /** By hash, an id whose feature is in the index and stays there while candidates are looked at; rather a gone one. */
  readonly idOf: ReadonlyMap<string, string>;
}

export interface IndexPlanInput {
  readonly found: readonly Picture[];
  readonly indexed: readonly IndexedPicture[];
  /** Whether an id lies where pictures were looked for: what is there no longer, has gone. */
  readonly isCovered: (id: string) => boolean;
}

/** Compares the pictures found with those of an index. */
export function planIndex({ found, indexed, isCovered }: IndexPlanInput): IndexPlan {
  const known = new Map(indexed.map((picture) => [picture.id, picture]));
  const candidates: Picture[] = [];
  const relabelled: HashedPicture[] = [];
  const gone = new Set(Array.from(known.keys()).filter(isCovered));
  for (const picture of found) {
    const old = known.get(picture.id);
    gone.delete(picture.id);
    if (old?.size !== picture.size || old.mtimeMs !== picture.mtimeMs) candidates.push(picture);
    else if (old.label !== (picture.label ?? null)) relabelled.push({ ...picture, hash: old.hash });
  }
  return {
    candidates,
    relabelled,
    numUnchanged: found.length - candidates.length - relabelled.length,
    gone,
    known,
    idOf: contents(known, candidates, gone),
  };
}

function contents(
  known: ReadonlyMap<string, IndexedPicture>,
  candidates: readonly Picture[],
  gone: ReadonlySet<string>,
): Map<string, string> {
  const idOf = new Map<string, string>();
  // A candidate's row may be replaced before somebody else wants its feature.
  const unsettled = new Set(candidates.map(({ id }) => id));
  for (const { id, hash } of known.values()) {
    if (unsettled.has(id)) continue;
    if (!idOf.has(hash) || gone.has(id)) idOf.set(hash, id);
  }
  return idOf;
}
