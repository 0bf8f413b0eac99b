/** Groups of points around directions at right angles to each other. */
import { Random } from '#src/core/random.js';

/** @returns `perBlob` vectors of `numBlobs` + 4 numbers for each blob, blob after blob */
export function blobs(numBlobs: number, perBlob: number, spread = 0.1, seed = 1): number[][] {
  const random = new Random(seed, 'sample');
  const dim = numBlobs + 4;
  return Array.from({ length: numBlobs * perBlob }, (_, i) =>
    Array.from({ length: dim }, (_, j) => (j === Math.floor(i / perBlob) ? 1 : 0) + spread * random.normal()),
  );
}
