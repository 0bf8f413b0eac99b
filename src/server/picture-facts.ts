/** @file What is known of a picture's file: for whoever looks at it closely. */
import { access, stat } from 'node:fs/promises';
import readExif from 'exif-reader';
import { imageHeader } from '../data/decode/image-header.js';
import { kindOf } from '../data/decode/kind.js';
import { openable } from '../data/scan/file-name.js';
import { readById } from '../data/scan/read-by-id.js';
import type { PictureFile } from './facts-api.js';

/** @param id a path, or `path#index` for a record @returns undefined if the file is gone or cannot be read */
export async function factsOf(id: string): Promise<PictureFile | undefined> {
  try {
    const found = await readById(id);
    const { size, mtimeMs } = await stat(openable(await fileOf(id)));
    const changed = new Date(mtimeMs).toISOString();
    if (!(found instanceof Uint8Array)) {
      const { width, height } = found;
      return { width, height, format: 'record of a larger file', bytes: size, changed };
    }
    const { autoOrient, exif } = await imageHeader(found);
    const format = kindOf(found) as string;
    return { ...autoOrient, format, bytes: size, changed, ...(exif && told(exif)) };
  } catch {
    return undefined;
  }
}

/** The path of the file that a picture is in. */
export async function fileOf(id: string): Promise<string> {
  const isFile = await access(openable(id)).then(
    () => true,
    () => false,
  );
  return isFile ? id : id.replace(/#\d+$/, '');
}

/** When and with what it was taken; what of it is damaged is not told. */
function told(exif: Buffer): Pick<PictureFile, 'taken' | 'camera' | 'exposure'> {
  let tags: ReturnType<typeof readExif>;
  try {
    tags = readExif(exif);
  } catch {
    return {};
  }
  const { Make = '', Model = '' } = tags.Image ?? {};
  const { DateTimeOriginal: taken, ExposureTime: seconds, FNumber, ISOSpeedRatings, FocalLength } = tags.Photo ?? {};
  // Cameras write their maker into the name of the model, or not.
  const camera = printed(String(Model).startsWith(String(Make)) ? String(Model) : `${Make} ${Model}`);
  const iso = Array.isArray(ISOSpeedRatings) ? ISOSpeedRatings[0] : ISOSpeedRatings;
  const exposure = [
    ...(isPositive(seconds)
      ? [`${seconds < 0.4 ? `1/${Math.round(1 / seconds)}` : Number(seconds.toFixed(1))} s`]
      : []),
    ...(isPositive(FNumber) ? [`f/${Number(FNumber.toFixed(1))}`] : []),
    ...(isPositive(iso) ? [`ISO ${iso}`] : []),
    ...(isPositive(FocalLength) ? [`${Number(FocalLength.toFixed(1))} mm`] : []),
  ].join(', ');
  return {
    // The camera's own clock, of which no zone is known.
    ...(taken instanceof Date && !Number.isNaN(taken.valueOf()) && { taken: taken.toISOString().slice(0, 19) }),
    ...(camera !== '' && { camera }),
    ...(exposure !== '' && { exposure }),
  };
}

/** Without zeros and other bytes that are no letters, and of bounded length. */
function printed(text: string): string {
  return text
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 100);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
