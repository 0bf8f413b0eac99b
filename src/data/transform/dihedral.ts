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

/** The size of a picture in another pose, and for each of its pixels which of the picture comes there. */
export function posedPlace(
  { width, height }: Pick<Rgb, 'width' | 'height'>,
  { isMirrored, quarters }: Pose,
): { readonly width: number; readonly height: number; readonly placeOf: (pixel: number) => number } {
  const [outWidth, outHeight] = quarters % 2 === 1 ? [height, width] : [width, height];
  const placeOf = (pixel: number): number => {
    const [x, y] = [pixel % outWidth, Math.floor(pixel / outWidth)];
    // Where it was before it was turned clockwise.
    const [upX, upY] = [
      [x, y],
      [y, height - 1 - x],
      [width - 1 - x, height - 1 - y],
      [width - 1 - y, x],
    ][quarters] as [number, number];
    return upY * width + (isMirrored ? width - 1 - upX : upX);
  };
  return { width: outWidth, height: outHeight, placeOf };
}

/** A picture in another pose: pixels of its own. */
export function posed(picture: Rgb, pose: Pose): Rgb {
  const { width, height, placeOf } = posedPlace(picture, pose);
  const pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const from = 3 * placeOf(i);
    pixels[3 * i] = picture.pixels[from]!;
    pixels[3 * i + 1] = picture.pixels[from + 1]!;
    pixels[3 * i + 2] = picture.pixels[from + 2]!;
  }
  return { width, height, pixels };
}
