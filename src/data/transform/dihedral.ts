/** @file The eight ways in which a picture lies: mirrored or not, and turned by quarters. */
import type { Rgb } from '../picture.js';

/** First mirrored, left to right, then turned clockwise. */
export interface Pose {
  readonly isMirrored: boolean;
  /** In [0, 4). */
  readonly quarters: number;
}

/** All of them, the first of which changes nothing. */
export const POSES: readonly Pose[] = [false, true].flatMap((isMirrored) =>
  [0, 1, 2, 3].map((quarters) => ({ isMirrored, quarters })),
);

/** What takes a picture back from a pose. A mirrored one is its own way back: turned the other way, it is mirrored again. */
export function inversePose({ isMirrored, quarters }: Pose): Pose {
  return isMirrored ? { isMirrored, quarters } : { isMirrored, quarters: (4 - quarters) % 4 };
}

/** `mirrored`, `turned by 90°`, `mirrored and turned by 180°`; undefined for what changes nothing. */
export function poseInWords({ isMirrored, quarters }: Pose): string | undefined {
  const words = [...(isMirrored ? ['mirrored'] : []), ...(quarters > 0 ? [`turned by ${90 * quarters}°`] : [])];
  return words.length === 0 ? undefined : words.join(' and ');
}

/** A picture in another pose: pixels of its own. */
export function posed({ width, height, pixels }: Rgb, { isMirrored, quarters }: Pose): Rgb {
  const isOnSide = quarters % 2 === 1;
  const [outWidth, outHeight] = isOnSide ? [height, width] : [width, height];
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      // Where the pixel was before it was turned clockwise.
      const [upX, upY] = [
        [x, y],
        [y, height - 1 - x],
        [width - 1 - x, height - 1 - y],
        [width - 1 - y, x],
      ][quarters] as [number, number];
      const from = 3 * (upY * width + (isMirrored ? width - 1 - upX : upX));
      const to = 3 * (y * outWidth + x);
      out[to] = pixels[from]!;
      out[to + 1] = pixels[from + 1]!;
      out[to + 2] = pixels[from + 2]!;
    }
  }
  return { width: outWidth, height: outHeight, pixels: out };
}
