/** @file Whether a picture is found again by an altered view of it. */
import { meanTerm } from '../retrieval-scores.js';
import { type ScoreOptions, scoresOfEach } from '../score-blocks.js';

/** Ranks of pictures among `of`, when each is asked for by a view of its own. */
export interface SelfRetrieval {
  /** 1 is the best; half way between two where the number of pictures is even. */
  readonly medianRank: number;
  /** Mean of 1/rank, in (0, 1]. */
  readonly meanReciprocalRank: number;
  /** Share of the pictures that come first, in [0, 1]. */
  readonly first: number;
  readonly of: number;
}

/**
 * Looks for the rank of each picture among all, ordered by similarity to its view, equal ones by row.
 *
 * @param views float32[n, dim], n ≥ 1, unit rows
 * @param features float32[n, dim], of the pictures themselves
 * @throws the signal's reason
 */
export async function selfRetrieval(
  views: Float32Array,
  features: Float32Array,
  options: ScoreOptions,
): Promise<SelfRetrieval> {
  const ranks = new Float64Array(features.length / options.dim);
  for await (const [picture, scores] of scoresOfEach(views, features, options)) {
    const own = scores[picture]!;
    let numBefore = 0;
    for (let row = 0; row < scores.length; row++) {
      if (scores[row]! > own || (scores[row] === own && row < picture)) numBefore++;
    }
    ranks[picture] = numBefore + 1;
  }
  return {
    medianRank: median(ranks),
    meanReciprocalRank: meanTerm(ranks, (rank) => 1 / rank),
    first: meanTerm(ranks, (rank) => (rank === 1 ? 1 : 0)),
    of: ranks.length,
  };
}

function median(numbers: Float64Array): number {
  const sorted = numbers.slice().sort();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
