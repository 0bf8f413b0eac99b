/** @file What is known of a picture's file: for whoever looks at it closely. */
import { access, stat } from 'node:fs/promises';
import readExif from 'exif-reader';
import { imageHeader } from './decode/image-header.js';
import { kindOf } from './decode/kind.js';
import { openable } from './scan/file-name.js';
import { fileOfRecord, readById } from './scan/read-by-id.js';

/** What the file of a picture says. */
export interface SaidByFile {
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  /** When the file was last changed, in ISO 8601, UTC. */
  readonly changed: string;
  /** When the picture was taken, by the clock of the camera, whose zone is not known: yyyy-mm-ddThh:mm:ss. */
  readonly taken?: string;
  readonly camera?: string;
  /** Time, aperture, sensitivity and focal length, as far as they are known. */
  readonly exposure?: string;
}

/** @param id a path, or `path#index` for a record @returns undefined if the file is gone or cannot be read */
export async function factsOf(id: string): Promise<SaidByFile | undefined> {
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
  return isFile ? id : fileOfRecord(id);
}

/** When and with what it was taken; what of it is damaged is not told. */
function told(exif: Buffer): Pick<SaidByFile, 'taken' | 'camera' | 'exposure'> {
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
