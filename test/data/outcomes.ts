/** @file What becomes of the pictures of a folder when a training reads it. */
import { basename } from 'node:path';
import { inOrder } from '#src/core/in-order.js';
import { contentKey } from '#src/data/cache/cache-format.js';
import { decodePicture } from '#src/data/decode/decode.js';
import { failureReason, type Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';

/**
 * By the name of each file: a hash of its levels, or why it is left out.
 *
 * @param inFlight pictures decoded at once
 * @param isReversed whether they are decoded from the last to the first
 */
export async function outcomesOf(
  folder: string,
  inFlight: number,
  isReversed = false,
): Promise<Record<string, string>> {
  const { pictures, skipped } = await scan([folder]);
  const outcomes = new Map(skipped.map(({ path, reason }) => [basename(path), reason]));
  const order = isReversed ? pictures.toReversed() : pictures;
  for await (const [name, outcome] of inOrder(order, inFlight, outcomeOf)) outcomes.set(name, outcome);
  return Object.fromEntries([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function outcomeOf(picture: Picture): Promise<[string, string]> {
  const name = basename(picture.path);
  try {
    const { width, height, pixels } = await decodePicture(picture, 32);
    return [name, `${width} × ${height} ${contentKey(pixels)}`];
  } catch (error) {
    return [name, failureReason(error)];
  }
}
