/** @file Made-up pictures to put into an index. */
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import type { IndexedFeatures } from '#src/store/index/indexed-picture.js';

/** Unit features, the same for the same ids. */
export function pictures(ids: readonly string[], dim = 4): IndexedFeatures {
  const features = Float32Array.from(
    ids.flatMap((id) => {
      const random = new Random(
        [...id].reduce((sum, character) => 31 * sum + character.codePointAt(0)!, 7) >>> 0,
        'sample',
      );
      return Array.from({ length: dim }, () => random.normal());
    }),
  );
  normalizeRows(features, dim);
  return {
    pictures: ids.map((id, i) => ({
      id,
      label: i % 2 ? `label ${i}` : null,
      hash: `hash of ${id}`,
      size: i,
      mtimeMs: i / 8,
    })),
    features,
  };
}
