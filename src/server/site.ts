/**
 * @file The form of an exported page: files that any static host can serve, and the page reads.
 *
 *     index.html, assets/            the page, with <meta name="instdisc-source" content="site" data-at="data/<digest>">
 *
 *     decoders/                      of formats that browsers do not know, files of packages as they are, each with its licence
 *
 * and in that folder, named by what is in it, so that no cache mixes two exports:
 *
 *     site.json                 a `Site`
 *     map.arrow                 the map, an Arrow file with the columns MAP_COLUMNS
 *     metrics.json              EpochMetrics[]
 *     features.f16              float16[n, dim], little-endian, unit rows
 *     neighbours/<block>.bin    of the rows of a block: int32[rows, k] rows, then float32[rows, k] similarities
 *     thumbnails/<block>/<row>.webp
 *     encoder.onnx              from float32[batch, 3, size, size] `images` to float32[batch, dim] `features`
 */
import type { Taken } from '../data/decode/kind.js';
import type { TestTransform } from '../data/transform/centre-crop.js';
import type { Run } from './api.js';

export interface Site {
  readonly run: Run;
  /** Neighbours kept of each picture. */
  readonly k: number;
  /** Rows a block: row r is in block ⌊r / blockSize⌋. */
  readonly blockSize: 1000;
  /** What happens to a picture before it is encoded: its short side is reduced to this, then the transform. */
  readonly shortSide: number;
  readonly transform: TestTransform;
  /** The folders of decoders that are there, by format; named by version, so that no cache mixes two. */
  readonly decoders: SiteDecoders;
}

export type SiteDecoders = Readonly<Partial<Record<Taken, string>>>;

/** The files of decoders in their folders. */
export const DECODER_FILES = { libheif: 'libheif.js', libjxl: 'jxl_dec.js', libjxlWasm: 'jxl_dec.wasm' } as const;
