/**
 * @file JPEG XL pictures, by libjxl compiled to WebAssembly (jSquash). The package is an optional one: where it is not
 * installed, these pictures are left out, and why is said. An exported page reads them likewise, so this does without Node.
 */
import { DataError } from '../../core/errors.js';
import { jxlSize } from './jxl-size.js';
import type { Levels } from './levels.js';

export const NO_LIBJXL = 'JPEG XL is read by @jsquash/jxl, which is not installed: npm install @jsquash/jxl';

/** What is used of the package. */
interface LibJxl {
  /** Upright, in sRGB with opacity; null if it is damaged. */
  decode(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly data: Uint8Array } | null;
}
/** The package, to be made as often as there are pictures. */
export interface LibJxlPackage {
  readonly make: (options: object) => Promise<LibJxl>;
  readonly wasmBinary: Uint8Array;
}

/** For as many its memory of 2 GB suffices. */
const MOST_PIXELS = 32e6;

/**
 * The pixels of the first frame of a file, upright.
 *
 * @returns undefined if it is damaged
 * @throws {DataError} if the picture has more than `maxPixels` or `MOST_PIXELS`
 */
export async function decodeJxl(
  { make, wasmBinary }: LibJxlPackage,
  bytes: Uint8Array,
  maxPixels: number,
): Promise<Levels | undefined> {
  const size = jxlSize(bytes);
  if (size === undefined) return undefined;
  const numPixels = size.width * size.height;
  const most = Math.min(maxPixels, MOST_PIXELS);
  if (numPixels > most)
    throw new DataError(`JPEG XL: expected at most ${most} pixels, got ${numPixels}. Convert it to PNG`);
  try {
    // One for each picture: its memory only grows, and after a picture that was too much for it it is of no more use.
    const library = await make({ noInitialRun: true, wasmBinary, printErr: () => undefined });
    const decoded = library.decode(bytes);
    if (decoded === null || decoded.width * decoded.height !== numPixels) return undefined;
    const { width, height, data } = decoded;
    return {
      width,
      height,
      channels: 4,
      pixels: new Uint8Array(data.buffer, data.byteOffset, data.length),
      readings: [],
    };
  } catch {
    return undefined;
  }
}
