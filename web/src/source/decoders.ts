/** @file Decodes in the browser what browsers do not: the decoder is loaded when the first such picture comes. */
import { DataError } from '../../../src/core/errors.ts';
import type { Taken } from '../../../src/data/decode/kind.ts';
import type { Levels } from '../../../src/data/decode/levels.ts';
import { decodeHeic, type LibHeif, NO_LIBHEIF } from '../../../src/data/decode/libheif.ts';
import { decodeJxl, type LibJxlPackage, NO_LIBJXL } from '../../../src/data/decode/libjxl.ts';
import { MAX_PIXELS } from '../../../src/data/decode/reduced-size.ts';
import { DECODER_FILES, type SiteDecoders } from '../../../src/server/site.ts';

type SiteDecode = (bytes: Uint8Array<ArrayBuffer>, installed: SiteDecoders) => Promise<Levels | undefined>;

/** By format; undefined of what browsers decode. */
export const SITE_DECODES: Readonly<Partial<Record<Taken, SiteDecode>>> = {
  HEIC: async (bytes, installed) => {
    const folder = installed.HEIC;
    if (folder === undefined) throw new DataError(NO_LIBHEIF);
    const make = await load<() => LibHeif>(`${folder}/${DECODER_FILES.libheif}`);
    return decodeHeic(make(), bytes, MAX_PIXELS);
  },
  'JPEG XL': async (bytes, installed) => {
    const folder = installed['JPEG XL'];
    if (folder === undefined) throw new DataError(NO_LIBJXL);
    const make = await load<LibJxlPackage['make']>(`${folder}/${DECODER_FILES.libjxl}`);
    const wasm = await fetch(`${folder}/${DECODER_FILES.libjxlWasm}`);
    if (!wasm.ok) throw new DataError(`${folder}: the host answered ${wasm.status}`);
    return decodeJxl({ make, wasmBinary: new Uint8Array(await wasm.arrayBuffer()) }, bytes, MAX_PIXELS);
  },
  TIFF: async (bytes) => (await import('./decode-tiff.ts')).decodeTiff(bytes),
};

/** What a file of the page that no bundler has seen exports by default. */
async function load<T>(path: string): Promise<T> {
  return (await import(/* @vite-ignore */ new URL(path, document.baseURI).href)).default;
}
