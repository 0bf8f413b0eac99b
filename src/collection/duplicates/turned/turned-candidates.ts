/**
 * @file Which pictures may be mirrored, turned or cropped copies of one another: small grey vectors of such views of each are
 * searched among those of all. Of what is laid pixel over pixel in the end, they tell more than features do, and cost less.
 */
import { setImmediate } from 'node:timers/promises';
import { GREY_DIM, type GreyPicture, greyVector, posedGrey } from '../../../data/transform/align.js';
import { POSES } from '../../../data/transform/dihedral.js';
import { FixedRows, NeighbourFinder } from '../../neighbour-finder.js';

/** Pictures whose views are looked for at a time. */
const ROWS_AT_ONCE = 256;
/** The nearest of each view that are looked at, if their vectors have this cosine at least: of the whole, and of parts. */
const NEAREST = 8;
const LEAST_WHOLE = 0.9;
const LEAST_PART = 0.8;
/** Parts of a picture that are looked for: nine tenths of its sides, at nine places. */
const PART = 0.9;
const PLACES = [0, 0.5, 1].flatMap((y) => [0, 0.5, 1].map((x) => ({ part: PART, x, y })));
const WHOLE = { part: 1, x: 0, y: 0 };

/** That a picture may be another in a pose, or a part of it. */
export interface TurnedCandidate {
  readonly row: number;
  readonly other: number;
  /** Of POSES: that in which the first is like the second. */
  readonly pose: number;
  /** Whether the second may be a part of the first, and not all of it. */
  readonly isPart: boolean;
}

export interface CandidateOptions {
  readonly threads: number;
  /** Called with the number of pictures whose views were looked for. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Candidates, each once for a pose.
 *
 * @param pictures by row; undefined for what is gone
 * @throws the signal's reason
 */
export async function turnedCandidates(
  pictures: readonly (GreyPicture | undefined)[],
  { threads, onProgress, signal }: CandidateOptions,
): Promise<readonly TurnedCandidate[]> {
  const all = new Float32Array(pictures.length * GREY_DIM);
  for (const [row, picture] of pictures.entries()) {
    if (picture !== undefined) all.set(greyVector(picture, WHOLE), row * GREY_DIM);
  }
  const finder = new NeighbourFinder(GREY_DIM, { threads });
  const rows = new FixedRows(all);
  const found = new Map<string, TurnedCandidate>();
  try {
    for (let first = 0; first < pictures.length; first += ROWS_AT_ONCE) {
      await setImmediate();
      signal?.throwIfAborted();
      const views = pictures.slice(first, first + ROWS_AT_ONCE).flatMap((picture, i) => viewsOf(picture, first + i));
      const queries = new Float32Array(views.length * GREY_DIM);
      for (const [i, { vector }] of views.entries()) queries.set(vector, i * GREY_DIM);
      const exclude = Int32Array.from(views, ({ row }) => row);
      const k = Math.min(NEAREST, pictures.length);
      const nearest = await finder.find({ queries, rows, k, exclude });
      for (const [i, { row, pose, isPart }] of views.entries()) {
        const least = isPart ? LEAST_PART : LEAST_WHOLE;
        for (let j = i * nearest.k; j < (i + 1) * nearest.k && nearest.scores[j]! >= least; j++) {
          const other = nearest.indices[j]!;
          found.set(`${row} ${other} ${pose} ${isPart}`, { row, other, pose, isPart });
        }
      }
      onProgress?.(Math.min(first + ROWS_AT_ONCE, pictures.length), pictures.length);
    }
  } finally {
    await finder.release();
  }
  return [...found.values()];
}

interface View {
  readonly row: number;
  readonly pose: number;
  readonly isPart: boolean;
  readonly vector: Float32Array;
}

function viewsOf(picture: GreyPicture | undefined, row: number): View[] {
  if (picture === undefined) return [];
  return [
    ...POSES.map((pose, i) => ({
      ...{ row, pose: i, isPart: false },
      vector: greyVector(posedGrey(picture, pose), WHOLE),
    })),
    ...PLACES.map((place) => ({ row, pose: 0, isPart: true, vector: greyVector(picture, place) })),
  ];
}
