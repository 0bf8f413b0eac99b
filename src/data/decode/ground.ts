/** @file What a picture with transparency is laid on. The page decides likewise, so this does without Node. */

const WHITE = 255;
const BLACK = 0;

/** On white a picture has to have at least this part of the contrast that it has on black. */
const ENOUGH = 1 / 3;

/**
 * White, unless a picture would hardly be seen there: a light drawing on white would be blank paper, as all others of
 * its kind. It is then laid on black.
 *
 * @param rgba uint8[n, 4], colours that are not multiplied by their opacity
 * @returns the level of red, green and blue, 0 or 255
 */
export function groundOf(rgba: Uint8Array | Uint8ClampedArray): number {
  return contrastOn(WHITE, rgba) < ENOUGH * contrastOn(BLACK, rgba) ? BLACK : WHITE;
}

/** Standard deviation of the brightness, in levels. */
function contrastOn(ground: number, rgba: Uint8Array | Uint8ClampedArray): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    // Rec. 709, in whole numbers, so that the sums are the same everywhere.
    const brightness = (54 * rgba[i]! + 183 * rgba[i + 1]! + 19 * rgba[i + 2]!) >> 8;
    const opacity = rgba[i + 3]!;
    const level = Math.round((opacity * brightness + (255 - opacity) * ground) / 255);
    sum += level;
    squares += level * level;
  }
  const n = rgba.length / 4;
  return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}
