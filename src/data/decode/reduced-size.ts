/** @file The sizes that pictures may have, and are brought to before anything else happens to them. */

/** Pictures of more pixels are left out: decoding one takes hundreds of megabytes. */
export const MAX_PIXELS = 100e6;

/** Longer pictures are cut to their middle part, so that a panorama is bounded by its short side like any other. */
const MAX_ASPECT = 4;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is said of a picture with more than `maxPixels`. */
export function tooLarge({ width, height }: Size, maxPixels = MAX_PIXELS): string {
  return `${width} × ${height} is ${(width * height) / 1e6} million pixels, more than the limit of ${maxPixels / 1e6}`;
}

/** @param shortSide most pixels of the short side, ≥ 1 @returns undefined if the picture can stay as it is */
export function reducedSize({ width, height }: Size, shortSide: number): Size | undefined {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  if (short <= shortSide && long <= MAX_ASPECT * short) return undefined;
  const newShort = Math.min(short, shortSide);
  const newLong = Math.min(Math.round((long / short) * newShort), MAX_ASPECT * newShort);
  return width < height ? { width: newShort, height: newLong } : { width: newLong, height: newShort };
}
