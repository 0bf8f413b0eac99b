/** @file From the bytes that a client sent to pixels. */
import sharp from 'sharp';
import { DataError } from '../core/errors.js';
import { isScarce, ScarcityError } from '../core/scarce.js';
import { damageOf } from '../data/decode/damage.js';
import { decodeWhole } from '../data/decode/decode.js';
import { type ImageHeader, imageHeader } from '../data/decode/image-header.js';
import { kindOf, notRead, notTaken } from '../data/decode/kind.js';
import type { Rgb } from '../data/picture.js';
import { RequestError } from './problem.js';

/**
 * Lets libvips open no formats but those that a training takes: the others (SVG, PDF, …) can refer to further files.
 * Holds for the whole process.
 */
export function restrictFormats(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  const loaders = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Tiff'].map((format) => `VipsForeignLoad${format}`);
  sharp.unblock({ operation: loaders });
}

/** @throws {RequestError} if the bytes are no picture, or a damaged one */
export async function inspectUpload(bytes: Uint8Array): Promise<ImageHeader> {
  if (bytes.length === 0) throw new RequestError(400, notTaken('an empty body'));
  const kind = kindOf(bytes);
  if (typeof kind !== 'string') {
    throw new RequestError(415, notTaken(`something else: ${kind.reason}`));
  }
  try {
    return await imageHeader(bytes);
  } catch (error) {
    if (isScarce(error)) throw new ScarcityError(error);
    throw unreadable(damageOf(bytes));
  }
}

/**
 * Decodes a picture, to the bit as its file would be.
 *
 * @param header of the picture, as `inspectUpload` gives it
 * @param shortSide see decodePicture
 * @throws {RequestError} if the picture is damaged
 */
export async function decodeSent(bytes: Uint8Array, header: ImageHeader, shortSide: number): Promise<Rgb> {
  try {
    return await decodeWhole(bytes, header.autoOrient, shortSide);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw unreadable(error.message);
  }
}

function unreadable(reason: string): RequestError {
  return new RequestError(422, notRead(reason));
}
