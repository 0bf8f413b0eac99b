/** @file TIFF pictures in the browser: their numbers by geotiff, brought to 8 bits by the rules of the command line. */
import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff';
import { DataError } from '../../../src/core/errors.ts';
import { type Levels, shownRanges, tiffLayout, toLevels } from '../../../src/data/decode/levels.ts';
import { MAX_PIXELS, type Size, tooLarge } from '../../../src/data/decode/reduced-size.ts';
import { readTiff, unreadableNumbers } from '../../../src/data/decode/tiff.ts';

/** Values of PhotometricInterpretation and of Compression. */
const PALETTE = 3;
const YCBCR = 6;
const JPEG = 7;
/** From this orientation on, pictures lie on their side. */
const LYING = 5;

/**
 * The first picture of a file, upright. Its colour profile does not count.
 *
 * @returns undefined if it is damaged
 * @throws {DataError} if its numbers are not read, or it is too large
 */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>): Promise<Levels | undefined> {
  const tiff = readTiff(bytes);
  if (!tiff?.isWhole) return undefined;
  const unreadable = unreadableNumbers(tiff);
  if (unreadable !== undefined) throw new DataError(unreadable);
  try {
    const image = await (await fromArrayBuffer(bytes.buffer)).getImage();
    const size = { width: image.getWidth(), height: image.getHeight() };
    if (size.width * size.height > MAX_PIXELS) throw new DataError(tooLarge(size));
    const orientation = Number((await image.fileDirectory.loadValue('Orientation')) ?? 1);
    const layout = tiffLayout(tiff);
    if (layout === undefined) {
      const upright = turned(await coloursOf(image), size, orientation);
      return { ...upright, channels: 3, pixels: Uint8Array.from(upright.values), readings: [] };
    }
    const raw = Float32Array.from((await image.readRasters({ interleave: true })) as ArrayLike<number>);
    const { values, ...upright } = turned(raw, size, orientation);
    const channels = values.length / (size.width * size.height);
    return toLevels(layout, values, { ...upright, channels }, shownRanges(layout, values, channels));
  } catch (error) {
    if (error instanceof DataError) throw error;
    return undefined;
  }
}

/** Colours that are no red, green and blue by themselves: a palette, or those of JPEG. */
async function coloursOf(image: GeoTIFFImage): Promise<Float32Array> {
  const [photometric, compression] = ['PhotometricInterpretation', 'Compression'].map((tag) =>
    image.fileDirectory.getValue(tag as 'Compression'),
  );
  if (photometric !== PALETTE && !(photometric === YCBCR && compression === JPEG)) {
    throw new DataError('TIFF of such colours is read by the command line alone; convert it to RGB');
  }
  return Float32Array.from((await image.readRGB({ interleave: true })) as ArrayLike<number>);
}

/** @param values [height, width, channels] @param orientation as EXIF has it, 1 to 8 */
function turned(values: Float32Array, { width, height }: Size, orientation: number): Size & { values: Float32Array } {
  if (!(orientation > 1 && orientation <= 8)) return { width, height, values };
  const channels = values.length / (width * height);
  const isLying = orientation >= LYING;
  const upright = isLying ? { width: height, height: width } : { width, height };
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const to = new Float32Array(values.length);
  for (let y = 0, at = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++, at += channels) {
      const [column, line] = isLying ? [y, x] : [x, y];
      const from = (fromBottom ? height - 1 - line : line) * width + (fromRight ? width - 1 - column : column);
      to.set(values.subarray(from * channels, (from + 1) * channels), at);
    }
  }
  return { ...upright, values: to };
}
