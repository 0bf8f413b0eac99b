/** @file Whole pictures, as browsers show them. */
import { kindOf, type Taken } from '../data/decode/kind.js';
import { imageOf } from '../data/pictures-at-hand.js';
import { readById } from '../data/scan/read-by-id.js';
import type { PictureSource } from './questions.js';
import type { Thumbnails } from './thumbnails.js';

/** Types of what is sent. */
export const SHOWN = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WebP: 'image/webp',
  AVIF: 'image/avif',
  GIF: 'image/gif',
} as const satisfies Partial<Record<Taken, string>>;

/** Where a PNG says how many bits a number has. */
const PNG_DEPTH = 24;

export interface WholePicture {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * The file of a picture if browsers show it, else all of it as WebP; what is gone is as the run's cache has it.
 *
 * @param thumbnails make what browsers do not show, and know what is gone
 * @throws {RequestError} 404, if it is nowhere
 */
export async function wholeOf(source: PictureSource, thumbnails: Thumbnails): Promise<WholePicture> {
  const found = await readById(source.path).catch(() => undefined);
  if (found !== undefined && !(found instanceof Uint8Array)) {
    return { type: SHOWN.PNG, bytes: await imageOf(found).png().toBuffer() };
  }
  const type = found && typeShown(found);
  if (found === undefined || type === undefined) return { type: SHOWN.WebP, bytes: await thumbnails.whole(source) };
  return { type, bytes: found };
}

/** Measurements, such as 16-bit numbers, would be dark: they are brought to 8 bits first. */
function typeShown(file: Uint8Array): string | undefined {
  const kind = kindOf(file);
  if (kind === 'PNG' && file[PNG_DEPTH] === 16) return undefined;
  return (SHOWN as Partial<Record<string, string>>)[String(kind)];
}
