/** @file Whether two files hold the very same picture, whatever else they say: saved losslessly again, or described anew. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { readById } from '../scan/read-by-id.js';
import { kindOf } from './kind.js';

/**
 * A digest of all that is seen of a picture: its size, upright, its 8-bit numbers, every frame, the profile of its
 * colours. Files with the same one differ in how they are packed, and in what is said of them (EXIF, names, dates).
 *
 * @param id a path, or `path#index` for a record
 * @returns SHA-256 in hexadecimal; undefined if it cannot be told, as of BMP, HEIC, JPEG XL, deeper numbers, or of a file that is gone
 */
export async function exactPixels(id: string): Promise<string | undefined> {
  try {
    const found = await readById(id);
    if (!(found instanceof Uint8Array)) return digest([found.width, found.height], found.pixels);
    const kind = kindOf(found);
    if (kind === 'BMP' || kind === 'HEIC' || kind === 'JPEG XL') return undefined;
    const options = { failOn: 'error', limitInputPixels: false, pages: -1 } as const;
    const { depth, space, icc, pages = 1, delay, autoOrient } = await sharp(found, options).metadata();
    if (depth !== 'uchar') return undefined;
    const whole = pages > 1 ? sharp(found, options) : sharp(found, options).autoOrient();
    const { data, info } = await whole.raw().toBuffer({ resolveWithObject: true });
    const { width, height } = pages > 1 ? info : autoOrient;
    return digest([width, height, info.channels, space, pages, delay?.join(' ')], icc ?? new Uint8Array(), data);
  } catch {
    return undefined;
  }
}

function digest(form: readonly unknown[], ...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify(form));
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest('hex');
}
