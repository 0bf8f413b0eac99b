/** @file From a picture file to pixels in the browser, as src/data/decode.ts makes them in Node. */

import { damageOf } from '../../../src/data/decode/damage.ts';
import { groundOf } from '../../../src/data/decode/ground.ts';
import { kindOf, notRead, notTaken, type Taken } from '../../../src/data/decode/kind.ts';
import type { Levels } from '../../../src/data/decode/levels.ts';
import { reducedSize } from '../../../src/data/decode/reduced-size.ts';
import type { Rgb } from '../../../src/data/picture.ts';
import { Resampler } from '../../../src/data/transform/resample.ts';
import type { SiteDecoders } from '../../../src/server/site.ts';
import { SITE_DECODES } from './decoders.ts';
import { SourceError } from './source.ts';

/** Levels of a 16-bit picture that does not fill a quarter of its range. */
const DIM = 64;

/** As a canvas has them: uint8[height, width, 4]. */
interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
  readonly pixels: Uint8ClampedArray;
}

/**
 * EXIF orientation and colour profile are applied, transparency is laid on white or black as in Node. What the browser does not
 * know is read by decoders of the page's own. Of a PNG with 16 bits a page has 8 only: one that Node would stretch is refused.
 *
 * @param shortSide most pixels of the short side, ≥ 1
 * @param decoders those that the page has
 * @throws {SourceError} if it cannot be read
 */
export async function decodePicture(file: Blob, shortSide: number, decoders: SiteDecoders): Promise<Rgb> {
  const picture = await pixelsOf(file, decoders);
  const size = reducedSize(picture, shortSide);
  return size === undefined ? picture : reduce(picture, size);
}

async function pixelsOf(file: Blob, decoders: SiteDecoders): Promise<Rgb> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = kindOf(bytes);
  if (typeof kind !== 'string') throw new SourceError(notTaken(`something else: ${kind.reason}`), 0);
  // What browsers make of the numbers of a TIFF file is not one thing.
  const drawn = kind === 'TIFF' ? undefined : await drawnBy(file);
  if (drawn === undefined) return flattened(await decodedHere(kind, bytes, decoders));
  if (isSixteenBit(bytes) && drawn.pixels.every((level, i) => i % 4 === 3 || level < DIM)) {
    throw new SourceError(
      'picture: expected one of 8 bits, or of 16 that fill their range; this page cannot read it.',
      0,
    );
  }
  return flattened(drawn);
}

/** What the browser makes of it, undefined if it cannot. */
async function drawnBy(file: Blob): Promise<Rgba | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, channels: 4, pixels: context.getImageData(0, 0, width, height).data };
}

/** @throws {SourceError} if it is damaged, or of what the page has no decoder */
async function decodedHere(kind: Taken, bytes: Uint8Array<ArrayBuffer>, decoders: SiteDecoders): Promise<Levels> {
  let decoded: Levels | undefined;
  try {
    decoded = await SITE_DECODES[kind]?.(bytes, decoders);
  } catch (error) {
    throw new SourceError(notRead((error as Error).message), 0);
  }
  if (decoded === undefined) throw new SourceError(notRead(damageOf(bytes)), 0);
  return decoded;
}

/** Laid on white, or on black where it would not be seen on white. */
function flattened({ width, height, channels, pixels }: Rgba | Levels): Rgb {
  if (channels === 3) return { width, height, pixels: pixels as Uint8Array };
  const ground = groundOf(pixels);
  const opaque = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < opaque.length; from += 4, to += 3) {
    const opacity = pixels[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      opaque[to + channel] = Math.round((opacity * pixels[from + channel]! + (255 - opacity) * ground) / 255);
    }
  }
  return { width, height, pixels: opaque };
}

function isSixteenBit(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[24] === 16;
}

/** The resampler makes squares: the result is put together from as many as its long side needs. */
function reduce(picture: Rgb, { width, height }: { readonly width: number; readonly height: number }): Rgb {
  const side = Math.min(width, height);
  const factor = Math.max(width / picture.width, height / picture.height);
  const scaled = { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) };
  const cutLeft = Math.floor((scaled.width - width) / 2);
  const cutTop = Math.floor((scaled.height - height) / 2);
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const resampler = new Resampler();
  const square = new Float32Array(3 * side * side);
  const pixels = new Uint8Array(3 * width * height);
  for (let at = 0; at < Math.max(width, height); at += side) {
    const left = Math.min(at, width - side);
    const top = Math.min(at, height - side);
    const window = { left: cutLeft + left, top: cutTop + top, size: side };
    resampler.resample(picture, whole, scaled, window, false, square);
    put(square, side, pixels, width, left, top);
  }
  return { width, height, pixels };
}

/** @param square float32[3, side, side], in [0, 1] @param pixels uint8[height, width, 3] */
function put(square: Float32Array, side: number, pixels: Uint8Array, width: number, left: number, top: number): void {
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const to = 3 * ((top + y) * width + left + x);
      for (let channel = 0; channel < 3; channel++) {
        pixels[to + channel] = Math.round(255 * square[(channel * side + y) * side + x]!);
      }
    }
  }
}
