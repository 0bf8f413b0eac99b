/**
 * @file Pictures that are mirrored, turned or cropped copies of others. Small vectors of such views say which may be; the grey
 * levels themselves, laid over each other, decide. What is found is kept in `turned.json` of the run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { percent } from '../../../core/format.js';
import { inOrder } from '../../../core/in-order.js';
import { systemError } from '../../../core/system-errors.js';
import { PicturesAtHand } from '../../../data/pictures-at-hand.js';
import {
  type Alignment,
  agreement,
  align,
  type GreyPicture,
  greyOf,
  posedGrey,
} from '../../../data/transform/align.js';
import { inversePose, POSES, poseInWords } from '../../../data/transform/dihedral.js';
import { writeFileAtomic } from '../../../store/files/atomic.js';
import { digestOf } from '../../../store/files/digest.js';
import { RunFolder } from '../../../store/run-folder/run-folder.js';
import type { Collection } from '../../collection.js';
import { type TurnedCandidate, turnedCandidates } from './turned-candidates.js';

/** To be raised when other pairs shall come of the same pictures. */
const VERSION = 1;
/** Measured on aerial pictures and steel, where copies have 0.95 and more of both mostly, and others at most 0.97 and 0.73. */
const LEAST_CORRELATION = 0.9;
const LEAST_DETAIL = 0.8;
/** More than that is the whole: places are found to a pixel or so of 64. */
const WHOLE = 0.96;
/** Short side that files are reduced to, where the cache does not have them, and how many at once. */
const SHORT_SIDE = 96;
const IN_FLIGHT = 8;
/** Candidates between which others may have their turn. */
const LOOKED_AT_ONCE = 200;

const pairSchema = z.object({
  first: z.int(),
  second: z.int(),
  /** Of POSES: that in which the first is the second. */
  pose: z.int().min(0).max(7),
  /** How much of the larger's area the smaller shows. */
  area: z.number(),
  /** Whether the first shows more than the second. */
  isFirstLarger: z.boolean(),
  /** Correlation of the grey levels. */
  similarity: z.number(),
});
/** Two rows, the lower first, and how the one becomes the other. */
export type TurnedPair = Readonly<z.infer<typeof pairSchema>>;
const keptSchema = z.object({ key: z.string(), sha256: z.string(), pairs: z.array(pairSchema) });

export interface TurnedOptions {
  /** Called with how many pictures are read, looked for, and compared so far: pairs then, as suggested. */
  readonly onProgress?: (what: 'read' | 'views' | 'pairs', done: number, of: number) => void;
  /** Called if what was found cannot be kept. */
  readonly onNotKept?: (error: Error) => void;
  readonly signal?: AbortSignal;
}

/**
 * The pairs that were kept of these very pictures.
 *
 * @returns undefined if they have not been looked for
 */
export async function keptTurnedPairs(
  runPath: string,
  collection: Collection,
): Promise<readonly TurnedPair[] | undefined> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(pathOf(runPath), 'utf8')));
    const isWhole = kept.sha256 === digestOf(JSON.stringify(kept.pairs));
    return isWhole && kept.key === keyOf(collection) ? kept.pairs : undefined;
  } catch {
    return undefined; // None are there, or they are damaged; they can be found again.
  }
}

/**
 * Finds the pairs, or reads them if they were found before; pairs that are alike as they are may be among them.
 *
 * @throws the signal's reason
 */
export async function turnedPairs(
  runPath: string,
  collection: Collection,
  { onProgress, onNotKept, signal }: TurnedOptions = {},
): Promise<readonly TurnedPair[]> {
  const kept = await keptTurnedPairs(runPath, collection);
  if (kept !== undefined) return kept;
  const greys = await greysOf(runPath, collection, { ...(onProgress && { onProgress }), ...(signal && { signal }) });
  const { threads } = collection;
  const onViews = (done: number, of: number): void => onProgress?.('views', done, of);
  const candidates = await turnedCandidates(greys, { threads, signal, onProgress: onViews });
  const best = new Map<string, TurnedPair>();
  for (const [i, candidate] of candidates.entries()) {
    if (i % LOOKED_AT_ONCE === 0) {
      await setImmediate();
      signal?.throwIfAborted();
      onProgress?.('pairs', i, candidates.length);
    }
    const pair = pairOf(candidate, greys[candidate.row]!, greys[candidate.other]!);
    if (pair === undefined) continue;
    const key = `${pair.first} ${pair.second}`;
    if ((best.get(key)?.similarity ?? -1) < pair.similarity) best.set(key, pair);
  }
  const pairs = [...best.values()].sort((a, b) => b.similarity - a.similarity || a.first - b.first);
  await keep(runPath, keyOf(collection), pairs, onNotKept);
  return pairs;
}

/** By row: from the run's cache, or else the file. */
async function greysOf(
  runPath: string,
  { pictures }: Collection,
  { onProgress, signal }: Pick<TurnedOptions, 'onProgress' | 'signal'>,
): Promise<(GreyPicture | undefined)[]> {
  const atHand = new PicturesAtHand((await RunFolder.open(runPath)).cachePath);
  const greyOfPicture = async (picture: Collection['pictures'][number]): Promise<GreyPicture | undefined> => {
    const pixels = atHand.cached(picture) ?? (await atHand.reduced(picture, SHORT_SIDE).catch(() => undefined));
    return pixels && greyOf(pixels);
  };
  try {
    const greys: (GreyPicture | undefined)[] = [];
    for await (const grey of inOrder(pictures, IN_FLIGHT, greyOfPicture, signal)) {
      greys.push(grey);
      if (greys.length % LOOKED_AT_ONCE === 0) await setImmediate();
      onProgress?.('read', greys.length, pictures.length);
    }
    return greys;
  } finally {
    atHand.close();
  }
}

/** The pair that a candidate is, if the one picture is the other in that pose, or a part of it. */
function pairOf(
  { row, other, pose, isPart }: TurnedCandidate,
  own: GreyPicture,
  its: GreyPicture,
): TurnedPair | undefined {
  const posedOwn = posedGrey(own, POSES[pose]!);
  const found = isPart ? align(posedOwn, its) : agreement(posedOwn, its);
  if (!isCopy(found)) return undefined;
  const isSwapped = row > other;
  const back = inversePose(POSES[pose]!);
  const told = POSES.findIndex((one) => one.isMirrored === back.isMirrored && one.quarters === back.quarters);
  return {
    first: Math.min(row, other),
    second: Math.max(row, other),
    pose: isSwapped ? told : pose,
    area: found.area >= WHOLE ? 1 : found.area,
    isFirstLarger: !isSwapped,
    similarity: Math.min(1, found.correlation),
  };
}

function isCopy({ correlation, detail }: Alignment): boolean {
  return correlation >= LEAST_CORRELATION && detail >= LEAST_DETAIL;
}

/** What was done to a row of a pair to make the other of it: `mirrored`, `turned by 90°, cropped to 81 %`. */
export function turnedInWords({ first, pose, area, isFirstLarger }: TurnedPair, from: number): string {
  const isForward = from === first;
  const words = [poseInWords(isForward ? POSES[pose]! : inversePose(POSES[pose]!))];
  if (area < 1) {
    words.push(
      isFirstLarger === isForward
        ? `cropped to ${percent(area, 0)}`
        : `shows more, of which this is ${percent(area, 0)}`,
    );
  }
  return words.filter((word) => word !== undefined).join(', ');
}

async function keep(
  runPath: string,
  key: string,
  pairs: readonly TurnedPair[],
  onNotKept: TurnedOptions['onNotKept'],
): Promise<void> {
  const text = JSON.stringify({ key, sha256: digestOf(JSON.stringify(pairs)), pairs });
  await writeFileAtomic(pathOf(runPath), `${text}\n`).catch((error: unknown) => {
    const refused = systemError(error);
    if (refused === undefined) throw error;
    onNotKept?.(refused);
  });
}

function keyOf({ pictures }: Collection): string {
  return digestOf(`${VERSION} ${pictures.map(({ id, hash }) => hash ?? id).join(' ')}`);
}

function pathOf(runPath: string): string {
  return join(runPath, 'turned.json');
}
