/** @file What is done with a file that is decoded. */
import { imageHeader } from '../../data/decode/image-header.js';
import { openImage } from '../../data/decode/open-image.js';
import { MAX_PIXELS } from '../../data/decode/reduced-size.js';
import { failureReason, type Rgb } from '../../data/picture.js';
import { imageOf } from '../../data/pictures-at-hand.js';
import { readById } from '../../data/scan/read-by-id.js';
import { RequestError } from '../problem.js';
import { decodeSent, inspectUpload } from '../upload.js';
import { bytesPerPixel, MAX_UPLOAD_BYTES, MAX_UPLOAD_PIXELS } from './decoding-cost.js';
import type { Task } from './decoding-protocol.js';
import { encodeThumbnail } from './thumbnail.js';

/**
 * @param maxBytes most bytes that it may take
 * @returns undefined if it takes more
 * @throws {RequestError} if the file cannot be decoded
 */
export function perform(task: Task, maxBytes: number): Promise<Rgb | Uint8Array | undefined> {
  return task.kind === 'upload'
    ? decodeUpload(task.bytes, task.shortSide, maxBytes)
    : makeThumbnail(task.path, task.size, maxBytes);
}

async function decodeUpload(bytes: Uint8Array, shortSide: number, maxBytes: number): Promise<Rgb | undefined> {
  const header = await inspectUpload(bytes);
  const { width, height } = header.autoOrient;
  const each = bytesPerPixel(header);
  const most = Math.min(MAX_UPLOAD_PIXELS, MAX_UPLOAD_BYTES / each);
  if (width * height > most) {
    throw new RequestError(
      413,
      `picture: expected at most ${Math.floor(most / 1e6)} million pixels in a file of its kind, got ${width} × ${height}. Send a smaller one.`,
    );
  }
  return width * height * each > maxBytes ? undefined : decodeSent(bytes, header, shortSide);
}

/** The whole picture, from its file. */
async function makeThumbnail(path: string, size: number, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    // Read here, as libvips would name the path in its errors, which clients see.
    const file = await readById(path);
    if (!(file instanceof Uint8Array)) return await encodeThumbnail(imageOf(file), size);
    const header = await imageHeader(file);
    if (header.width * header.height * bytesPerPixel(header) > maxBytes) return undefined;
    return await encodeThumbnail((await openImage(file, MAX_PIXELS)).image, size);
  } catch (error) {
    throw new RequestError(404, `picture: expected its file to be where it was, got: ${failureReason(error)}`);
  }
}
