/** @file From a picture file to pixels in the browser, as src/data/decode.ts makes them in Node. */

import { groundOf } from '../../../src/data/decode/ground.ts';
import { KIND_BYTES, kindOf, notTaken } from '../../../src/data/decode/kind.ts';
import { reducedSize } from '../../../src/data/decode/reduced-size.ts';
import type { Rgb } from '../../../src/data/picture.ts';
import { Resampler } from '../../../src/data/transform/resample.ts';
import { SourceError } from './source.ts';

/** Levels of a 16-bit picture that does not fill a quarter of its range. */
const DIM = 64;

/**
 * EXIF orientation and colour profile are applied, transparency is laid on white or black as in Node. Numbers of 16 bits
 * reach a page as 8 bits only, and those of a TIFF file not in one way: what Node would stretch is refused.
 *
 * @param shortSide most pixels of the short side, ≥ 1
 * @throws {SourceError} if the browser cannot read it
 */
export async function decodePicture(file: Blob, shortSide: number): Promise<Rgb> {
  const picture = await pixelsOf(file);
  const size = reducedSize(picture, shortSide);
  return size === undefined ? picture : reduce(picture, size);
}

async function pixelsOf(file: Blob): Promise<Rgb> {
  const kind = kindOf(new Uint8Array(await file.slice(0, KIND_BYTES).arrayBuffer()));
  if (typeof kind !== 'string') throw new SourceError(notTaken(`something else: ${kind.reason}`), 0);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new SourceError(
      `picture: expected one that this browser can show, got a ${kind} that it cannot. Convert it to JPEG, PNG or WebP.`,
      0,
    );
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  const ground = groundOf(context.getImageData(0, 0, width, height).data);
  context.fillStyle = `rgb(${ground} ${ground} ${ground})`;
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const rgba = context.getImageData(0, 0, width, height).data;
  if ((await isSixteenBit(file)) && rgba.every((level, i) => i % 4 === 3 || level < DIM)) {
    throw new SourceError(
      'picture: expected one of 8 bits, or of 16 that fill their range; this page cannot read it.',
      0,
    );
  }
  const pixels = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    pixels[to] = rgba[from]!;
    pixels[to + 1] = rgba[from + 1]!;
    pixels[to + 2] = rgba[from + 2]!;
  }
  return { width, height, pixels };
}

async function isSixteenBit(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 32).arrayBuffer());
  return start[0] === 0x89 && start[24] === 16;
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
