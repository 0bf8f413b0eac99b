/**
 * @file A square on which crops of pictures are drawn, to be changed there. All is computed by WebAssembly in its memory, two
 * numbers at a time, as it is half of a training's work in JavaScript: kernels/.
 */
import { readFileSync } from 'node:fs';
import type { Rgb } from '../picture.js';
import type { PerChannel } from './normalise.js';
import { type Box, KERNELS, Taps } from './resample.js';
import { turn } from './turn.js';

/** What is used of it, which Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Kernels };
};

/** Addresses are in bytes. A picture, float32[3, stride], is at the beginning of `memory`. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  resampleAcross(
    source: number,
    numRows: number,
    width: number,
    starts: number,
    lengths: number,
    weights: number,
    taps: number,
    size: number,
    flip: boolean,
    wide: number,
    rows: number,
  ): void;
  resampleDown(
    rows: number,
    starts: number,
    lengths: number,
    weights: number,
    taps: number,
    size: number,
    stride: number,
    out: number,
  ): void;
  adjustBrightness(stride: number, factor: number): void;
  adjustContrast(stride: number, n: number, factor: number): void;
  adjustSaturation(stride: number, factor: number): void;
  adjustHue(stride: number, turn: number): void;
  toGreyscale(stride: number): void;
  normalise(stride: number, channel: number, mean: number, factor: number): void;
}

const PAGE_BYTES = 65536;
/** An address at which float64 may stand, too. */
const ALIGNMENT = 16;

const compiled = new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));

/**
 * Changes of colour are torchvision's on float tensors (torchvision.transforms.functional). The result depends on nothing that
 * was drawn before. Not to be shared between threads.
 */
export class CropCanvas {
  readonly #kernels: Kernels = new WebAssembly.Instance(compiled).exports;
  readonly #size: number;
  readonly #numPixels: number;
  /** Pixels of a plane in memory: an even number. */
  readonly #stride: number;
  readonly #across = new Taps();
  readonly #down = new Taps();
  /** Where there is room. */
  #free = 0;

  /** @param size its side, in pixels */
  constructor(size: number) {
    this.#size = size;
    this.#numPixels = size * size;
    this.#stride = this.#numPixels + (this.#numPixels % 2);
    this.#clear();
  }

  /**
   * Draws a box of a picture, as `Resampler` brings it to the size of the canvas, to the bit.
   *
   * @param flip mirrored left to right
   */
  draw({ pixels, width: pictureWidth }: Rgb, { left, top, width, height }: Box, flip: boolean): void {
    const size = this.#size;
    this.#across.set(width, size, 0, size, KERNELS.bilinear);
    this.#down.set(height, size, 0, size, KERNELS.bilinear);
    this.#clear();
    const across = this.#place(this.#across);
    const down = this.#place(this.#down);
    const wide = this.#allot(width * 4 * Float64Array.BYTES_PER_ELEMENT);
    const rows = this.#allot(height * 3 * size * Float32Array.BYTES_PER_ELEMENT);
    const source = this.#allot(height * width * 3);
    const bytes = new Uint8Array(this.#kernels.memory.buffer, source);
    for (let row = 0; row < height; row++) {
      const start = ((top + row) * pictureWidth + left) * 3;
      bytes.set(pixels.subarray(start, start + width * 3), row * width * 3);
    }
    this.#kernels.resampleAcross(source, height, width, ...across, size, flip, wide, rows);
    this.#kernels.resampleDown(rows, ...down, size, this.#stride, 0);
  }

  /** Turns what is drawn clockwise. @param quarters in [0, 4) */
  turn(quarters: number): void {
    for (const plane of this.#planes()) turn(plane, this.#size, quarters);
  }

  /** @param factor ≥ 0; 0 gives black, 1 changes nothing */
  adjustBrightness(factor: number): void {
    this.#kernels.adjustBrightness(this.#stride, factor);
  }

  /** Blends with the mean grey of the picture. @param factor ≥ 0; 0 gives plain grey, 1 changes nothing */
  adjustContrast(factor: number): void {
    this.#kernels.adjustContrast(this.#stride, this.#numPixels, factor);
  }

  /** Blends each pixel with its grey. @param factor ≥ 0; 0 gives a grey picture, 1 changes nothing */
  adjustSaturation(factor: number): void {
    this.#kernels.adjustSaturation(this.#stride, factor);
  }

  /** Turns the colour wheel. @param turn in turns, in [−0.5, 0.5]; 0 changes nothing */
  adjustHue(turn: number): void {
    this.#kernels.adjustHue(this.#stride, turn);
  }

  /** Makes it grey; there are three equal planes. */
  toGreyscale(): void {
    this.#kernels.toGreyscale(this.#stride);
  }

  /** Subtracts the mean of each plane and divides by its standard deviation. */
  normalise(mean: PerChannel, std: PerChannel): void {
    for (const [channel, centre] of mean.entries()) {
      this.#kernels.normalise(this.#stride, channel, centre, 1 / std[channel]!);
    }
  }

  /** @param out float32[3, size, size], red, green and blue planes; overwritten */
  copyTo(out: Float32Array): void {
    for (const [channel, plane] of this.#planes().entries()) out.set(plane, channel * this.#numPixels);
  }

  #planes(): Float32Array[] {
    const { buffer } = this.#kernels.memory;
    return [0, 1, 2].map(
      (channel) => new Float32Array(buffer, channel * this.#stride * Float32Array.BYTES_PER_ELEMENT, this.#numPixels),
    );
  }

  /** Of memory there remains what is drawn. */
  #clear(): void {
    this.#free = 0;
    this.#allot(3 * this.#stride * Float32Array.BYTES_PER_ELEMENT);
  }

  /** @returns the address of so many bytes, with some to spare beyond them */
  #allot(bytes: number): number {
    const address = this.#free;
    this.#free = (Math.floor((address + bytes) / ALIGNMENT) + 1) * ALIGNMENT;
    const { memory } = this.#kernels;
    if (this.#free > memory.buffer.byteLength) {
      memory.grow(Math.ceil((this.#free - memory.buffer.byteLength) / PAGE_BYTES));
    }
    return address;
  }

  /** @returns addresses of starts, lengths and weights, and how many weights each has room for */
  #place({ starts, lengths, weights, stride }: Taps): [number, number, number, number] {
    const size = this.#size;
    const placed = [starts.subarray(0, size), lengths.subarray(0, size), weights.subarray(0, size * stride)].map(
      (values) => {
        const address = this.#allot(values.byteLength);
        new (values.constructor as Int32ArrayConstructor)(this.#kernels.memory.buffer, address).set(values);
        return address;
      },
    );
    return [...(placed as [number, number, number]), stride];
  }
}
