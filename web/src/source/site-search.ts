/** @file Finds the nearest of a new picture without a server: the encoder runs in the browser, as WebAssembly. */
import * as ort from 'onnxruntime-web/wasm';
import { fromFloat16 } from '../../../src/core/half.ts';
import { CentreCropper } from '../../../src/data/transform/centre-crop.ts';
import { searchExact } from '../../../src/search/exact.ts';
import type { Site } from '../../../src/server/site.ts';
import { decodePicture } from './decode.ts';

// More threads would need shared memory, which a static host has to allow with headers.
ort.env.wasm.numThreads = 1;

export interface FoundInSite {
  readonly rows: Int32Array;
  readonly similarities: Float32Array;
  /** Milliseconds. */
  readonly ms: { readonly encode: number; readonly search: number };
}

export class SiteSearch {
  readonly #site: Site;
  readonly #features: Float32Array;
  readonly #encoder: ort.InferenceSession;
  readonly #cropper: CentreCropper;

  private constructor(site: Site, features: Float32Array, encoder: ort.InferenceSession) {
    this.#site = site;
    this.#features = features;
    this.#encoder = encoder;
    this.#cropper = new CentreCropper(site.transform);
  }

  /** @param features float16[n, dim] @param encoder an ONNX model */
  static async open(site: Site, features: Uint16Array, encoder: ArrayBuffer): Promise<SiteSearch> {
    return new SiteSearch(site, fromFloat16(features), await ort.InferenceSession.create(encoder));
  }

  /** @throws {SourceError} if it is no picture that the browser can read */
  async nearest(picture: Blob, k: number): Promise<FoundInSite> {
    const start = performance.now();
    const { run, transform, shortSide, decoders } = this.#site;
    const { size } = transform;
    const image = new Float32Array(3 * size * size);
    this.#cropper.apply(await decodePicture(picture, shortSide, decoders), image);
    const { features } = await this.#encoder.run({ images: new ort.Tensor('float32', image, [1, 3, size, size]) });
    const encoded = performance.now();
    const found = searchExact({
      queries: features!.data as Float32Array,
      rows: this.#features,
      dim: run.dim,
      k: Math.min(k, run.numPictures),
    });
    const ms = { encode: encoded - start, search: performance.now() - encoded };
    return { rows: found.indices, similarities: found.scores, ms };
  }
}
