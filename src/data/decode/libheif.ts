/**
 * @file HEIC pictures, by libheif compiled to WebAssembly. Its licence is the LGPL-3.0, so the package is an optional one:
 * where it is not installed, these pictures are left out, and why is said. An exported page reads them likewise, so this does
 * without Node.
 */
import { DataError } from '../../core/errors.js';
import type { Levels } from './levels.js';

export const NO_LIBHEIF = 'HEIC is read by libheif-js, which is not installed: npm install libheif-js';

/** What is used of the package, whose functions are those of libheif. */
export interface LibHeif {
  heif_context_alloc(): object;
  heif_context_free(context: object): void;
  heif_context_read_from_memory(context: object, bytes: Uint8Array): { readonly code: object };
  heif_js_context_get_primary_image_handle(context: object): object;
  heif_image_handle_get_width(handle: object): number;
  heif_image_handle_get_height(handle: object): number;
  heif_image_handle_has_alpha_channel(handle: object): number;
  heif_image_handle_release(handle: object): void;
  heif_js_decode_image2(handle: object, space: object, chroma: object): DecodedHeif | Promise<DecodedHeif>;
  heif_image_release(image: object): void;
  readonly heif_error_code: { readonly heif_error_Ok: object };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: object };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: object };
}

interface DecodedHeif {
  /** Undefined where all went well. */
  readonly code?: object;
  readonly image: object;
  readonly channels: readonly {
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
}

/**
 * The pixels of the first picture in a file, turned as it says. Wide colours are taken as if they were sRGB.
 *
 * @returns undefined if it is damaged
 * @throws {DataError} if the picture has more than `maxPixels`
 */
export async function decodeHeic(heif: LibHeif, bytes: Uint8Array, maxPixels: number): Promise<Levels | undefined> {
  const context = heif.heif_context_alloc();
  try {
    if (heif.heif_context_read_from_memory(context, bytes).code !== heif.heif_error_code.heif_error_Ok)
      return undefined;
    const handle = heif.heif_js_context_get_primary_image_handle(context);
    if ('code' in handle) return undefined;
    try {
      return await decodeHandle(heif, handle, maxPixels);
    } finally {
      heif.heif_image_handle_release(handle);
    }
  } finally {
    heif.heif_context_free(context);
  }
}

async function decodeHandle(heif: LibHeif, handle: object, maxPixels: number): Promise<Levels | undefined> {
  const numPixels = heif.heif_image_handle_get_width(handle) * heif.heif_image_handle_get_height(handle);
  if (numPixels > maxPixels) throw new DataError(`HEIC: expected at most ${maxPixels} pixels, got ${numPixels}`);
  const decoded = await heif.heif_js_decode_image2(
    handle,
    heif.heif_colorspace.heif_colorspace_RGB,
    heif.heif_chroma.heif_chroma_interleaved_RGBA,
  );
  const [plane] = decoded.channels ?? [];
  if (decoded.code !== undefined || plane === undefined) return undefined;
  const { width, height, stride, data } = plane;
  const channels = heif.heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += channels) {
      const from = y * stride + 4 * x;
      for (let channel = 0; channel < channels; channel++) pixels[to + channel] = data[from + channel]!;
    }
  }
  heif.heif_image_release(decoded.image);
  return { width, height, channels, pixels, readings: [] };
}
