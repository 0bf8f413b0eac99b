/** @file Draws a montage of a run's pictures, and says what became of them. */
import { plural } from '../core/format.js';
import { shortSideOf } from '../data/cache/cache-format.js';
import { imageOf, PicturesAtHand } from '../data/pictures-at-hand.js';
import type { TestTransform } from '../data/transform/centre-crop.js';
import { seenOf } from '../data/transform/seen.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { type DrawPicture, type MontageOptions, type MontageRow, writeMontage } from './montage.js';
import type { Output } from './output.js';

export interface RunMontageOptions extends Omit<MontageOptions, 'draw'> {
  /** Draws the squares that the encoder sees by this, in place of whole pictures. */
  readonly seenBy?: TestTransform | undefined;
}

/**
 * The same as `writeMontage`; what is gone is drawn from the run's cache.
 *
 * @param path of the PNG
 * @param runPath whose pictures they are
 */
export async function drawRunMontage(
  output: Output,
  path: string,
  rows: readonly MontageRow[],
  runPath: string,
  { seenBy, ...options }: RunMontageOptions = {},
): Promise<void> {
  const pictures = new PicturesAtHand((await RunFolder.open(runPath)).cachePath, ({ message }) => output.note(message));
  const fromCache = new Set<string>();
  const whole: DrawPicture = async ({ id }, onTile) => {
    const { drawn, isCached } = await pictures.draw({ id }, onTile);
    if (isCached) fromCache.add(id);
    return drawn;
  };
  try {
    const draw = seenBy === undefined ? whole : drawSeen(pictures, seenBy);
    const numMissing = await writeMontage(path, rows, { ...options, draw });
    if (fromCache.size > 0) {
      output.note(`${plural(fromCache.size, 'picture')} drawn from the run’s cache, small: the files are gone.`);
    }
    if (numMissing > 0) output.note(`${plural(numMissing, 'picture')} could not be drawn: the files are gone.`);
  } finally {
    pictures.close();
  }
}

/** A query is looked at as it is now; what is found, as it was when it was encoded, if that is known. */
function drawSeen(pictures: PicturesAtHand, transform: TestTransform): DrawPicture {
  const shortSide = shortSideOf(transform);
  return async ({ id, isQuery }, onTile) => {
    const cached = isQuery ? undefined : pictures.cached({ id });
    return onTile(imageOf(seenOf(cached ?? (await pictures.reduced({ id }, shortSide)), transform)));
  };
}
