/** @file What the encoder sees of a picture, without a server. */
import { seenOf } from '../../../src/data/transform/seen.ts';
import type { Site } from '../../../src/server/site.ts';
import { decodePicture } from './decode.ts';

/** The square that the encoder sees of a picture, as a file. @throws {SourceError} if the browser cannot read it */
export async function seenIn(picture: Blob, { shortSide, transform, decoders }: Site): Promise<Blob> {
  const { width, height, pixels } = seenOf(await decodePicture(picture, shortSide, decoders), transform);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set([...pixels.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas.convertToBlob();
}
