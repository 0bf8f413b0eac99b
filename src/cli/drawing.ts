/** @file What all drawings share: colours, and pictures with lines laid over them. */
import sharp, { type OverlayOptions, type Sharp } from 'sharp';

export const PAPER = '#ffffff';
export const INK = '#1f2328';
export const FAINT = '#6e7781';
/** Behind a picture that does not fill its square. */
export const TILE = '#eceef0';
export const RIGHT = '#2da44e';

/** Marks, in SVG, as something to lay over a drawing. */
export function overlay(width: number, height: number, marks: readonly string[]): OverlayOptions {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks.join('')}</svg>`;
  return { input: Buffer.from(svg), left: 0, top: 0 };
}

/** Tiles on paper, and marks over them. */
export function pasteUp(
  width: number,
  height: number,
  tiles: readonly OverlayOptions[],
  marks: readonly string[],
): Sharp {
  return sharp({ create: { width, height, channels: 3, background: PAPER } })
    .composite([...tiles, overlay(width, height, marks)])
    .removeAlpha();
}

/** A picture as it is put on a square tile: whole and centred. */
export function onTile(picture: Sharp, side: number): Promise<Buffer> {
  return picture.resize(side, side, { fit: 'contain', background: TILE }).toColourspace('srgb').png().toBuffer();
}
