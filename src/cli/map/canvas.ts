/** @file Pixels to draw on: what a map of many points needs, which SVG would take long for. */
import { hexToRgb } from '../../core/map-palette.js';

export class Canvas {
  readonly width: number;
  readonly height: number;
  /** uint8[height, width, 3] */
  readonly pixels: Uint8Array;

  /** @param paper #rrggbb */
  constructor(width: number, height: number, paper: string) {
    this.width = width;
    this.height = height;
    const colour = hexToRgb(paper);
    this.pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]!);
  }

  /** A disc with a smooth edge; coordinates in pixels, of pixel centres. */
  disc(x: number, y: number, radius: number, colour: string, opacity: number): void {
    const rgb = hexToRgb(colour);
    for (let row = Math.floor(y - radius); row <= Math.ceil(y + radius); row++) {
      for (let column = Math.floor(x - radius); column <= Math.ceil(x + radius); column++) {
        const coverage = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(column - x, row - y)));
        this.#blend(column, row, rgb, coverage * opacity);
      }
    }
  }

  /** A square; its top left corner at whole pixels. */
  square(left: number, top: number, side: number, colour: string): void {
    const rgb = hexToRgb(colour);
    for (let row = top; row < top + side; row++) {
      for (let column = left; column < left + side; column++) this.#blend(column, row, rgb, 1);
    }
  }

  /** @param picture uint8[side, side, 3] */
  picture(left: number, top: number, side: number, picture: Uint8Array): void {
    for (let row = 0; row < side; row++) {
      const line = picture.subarray(3 * row * side, 3 * (row + 1) * side);
      this.pixels.set(line, 3 * ((top + row) * this.width + left));
    }
  }

  #blend(x: number, y: number, rgb: readonly number[], opacity: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = 3 * (y * this.width + x);
    for (let i = 0; i < 3; i++) this.pixels[at + i]! += Math.round((rgb[i]! - this.pixels[at + i]!) * opacity);
  }
}
