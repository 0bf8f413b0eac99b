/** @file Pictures as they come about where others are saved again: other files, nearly the same to look at. */
import sharp, { type Sharp } from 'sharp';
import type { Random } from '../../core/random.js';
import type { Rgb } from '../picture.js';

/** A way in which copies come about. */
export interface CopyKind {
  readonly name: string;
  /** @param random draws how much */
  alter(picture: Sharp, size: Size, random: Random): Sharp;
  /** Qualities of JPEG that the copy is saved at; default `SAVED`. */
  readonly quality?: readonly [least: number, most: number];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What was not saved again for its size is saved well. */
const SAVED: readonly [number, number] = [85, 95];

/** Ordinary copies, within ranges that leave the picture the same to people. */
export const ORDINARY_COPIES: readonly CopyKind[] = [
  { name: 're-saved', alter: (picture) => picture, quality: [60, 95] },
  { name: 'rescaled', alter: (picture, size, random) => rescaled(picture, size, random.uniform(0.5, 0.8)) },
  {
    name: 'cropped',
    alter: (picture, size, random) =>
      cropped(picture, size, random.uniform(0.02, 0.06), random.uniform(), random.uniform()),
  },
];

/** @param part of the sides that is left */
export function rescaled(picture: Sharp, { width, height }: Size, part: number): Sharp {
  const scaled = (side: number): number => Math.max(1, Math.round(part * side));
  return picture.resize(scaled(width), scaled(height), { fit: 'fill' });
}

/**
 * @param part of each side that is cut off
 * @param x of what is cut off the width, the part on the left, in [0, 1]
 * @param y of what is cut off the height, the part at the top, in [0, 1]
 */
export function cropped(picture: Sharp, { width, height }: Size, part: number, x: number, y: number): Sharp {
  const [cutX, cutY] = [Math.round(part * width), Math.round(part * height)];
  return picture.extract({
    left: Math.round(x * cutX),
    top: Math.round(y * cutY),
    width: width - cutX,
    height: height - cutY,
  });
}

/** A file and the size of what is in it. */
export interface CopyFile extends Size {
  readonly bytes: Uint8Array;
}

/** Makes a copy as a file: a JPEG. */
export async function copyOf({ width, height, pixels }: Rgb, kind: CopyKind, random: Random): Promise<CopyFile> {
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  const [least, most] = kind.quality ?? SAVED;
  const quality = Math.round(random.uniform(least, most));
  const copy = kind.alter(picture, { width, height }, random).jpeg({ quality });
  const { data, info } = await copy.toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}
