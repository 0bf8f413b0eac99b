/** @file The optional packages that decode HEIC and JPEG XL, loaded when a picture asks for them, and their files. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { type LibHeif, NO_LIBHEIF } from './libheif.js';
import { type LibJxlPackage, NO_LIBJXL } from './libjxl.js';

/** Names that the compiler need not find. */
const LIBHEIF: string = 'libheif-js/wasm-bundle.js';
const LIBJXL = '@jsquash/jxl/codec/dec/jxl_dec';

/** @throws {DataError} if the package is not installed */
export const loadLibheif = onceFound<LibHeif>(NO_LIBHEIF, async () => (await import(LIBHEIF)).default);

/** @throws {DataError} if the package is not installed */
export const loadLibjxl = onceFound<LibJxlPackage>(NO_LIBJXL, async () => ({
  make: (await import(`${LIBJXL}.js`)).default,
  wasmBinary: await readFile(createRequire(import.meta.url).resolve(`${LIBJXL}.wasm`)),
}));

/** @returns the folder of an installed package, undefined if it is none */
export function folderOfPackage(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(join(name, 'package.json')));
  } catch {
    return undefined;
  }
}

/** What was loaded is kept, that it could not be is not. */
function onceFound<T>(otherwise: string, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return async () => {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw new DataError(otherwise, { cause: error });
    }
  };
}
