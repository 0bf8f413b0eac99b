/** @file A map as a picture: every point, or as many thumbnails as find a place, with what the colours mean. */
import sharp from 'sharp';
import { formatCount } from '../../core/format.js';
import { SCALE } from '../../core/map-palette.js';
import { Random } from '../../core/random.js';
import { FAINT, INK, overlay, PAPER } from '../drawing.js';
import { drawText, fitText, textWidth } from '../lettering.js';
import { writePng } from '../write-png.js';
import { Canvas } from './canvas.js';
import type { MapColours } from './colours.js';
import type { ThumbnailOf } from './map-thumbnails.js';

export interface MapDrawing {
  /** float32[n, 2], in [−1, 1] */
  readonly layout: Float32Array;
  readonly colours: MapColours;
  /** Written above. */
  readonly title: string;
  /** Given, thumbnails are drawn, else points. */
  readonly thumbnailOf?: ThumbnailOf;
}

/** Of the map itself, in pixels. */
const SIDE = 1600;
const MARGIN = 48;
const HEADER = 84;
const LEGEND = 300;
const MAX_ENTRIES = 40;
const LINE = 34;
const LETTER = 13;
const THUMB = 40;
const FRAME = 3;

/**
 * Writes a PNG.
 *
 * @throws {DataError} if it cannot be written
 */
export async function writeMapPng(path: string, drawing: MapDrawing): Promise<void> {
  const width = MARGIN + SIDE + MARGIN + LEGEND;
  const height = HEADER + SIDE + MARGIN;
  const canvas = new Canvas(width, height, PAPER);
  let { title } = drawing;
  if (drawing.thumbnailOf === undefined) drawPoints(canvas, drawing);
  else {
    const numDrawn = await drawThumbnails(canvas, drawing, drawing.thumbnailOf);
    if (numDrawn < drawing.layout.length / 2) title += `, ${formatCount(numDrawn)} of them shown`;
  }
  const legend = drawLegend(drawing.colours, MARGIN + SIDE + MARGIN, HEADER + 16);
  const heading = drawText(fitText(title, 18, width - 2 * MARGIN), MARGIN, 54, 18, INK);
  const png = sharp(canvas.pixels, { raw: { width, height, channels: 3 } })
    .composite([overlay(width, height, [heading, legend])])
    .removeAlpha();
  await writePng(path, png);
}

/** Where a row lies, in pixels, with room for what is drawn there. */
function placeOf(layout: Float32Array, row: number, room: number): [x: number, y: number] {
  const half = SIDE / 2 - room;
  return [MARGIN + SIDE / 2 + half * layout[2 * row]!, HEADER + SIDE / 2 - half * layout[2 * row + 1]!];
}

function drawPoints(canvas: Canvas, { layout, colours }: MapDrawing): void {
  const n = layout.length / 2;
  // Points cover about half of the square together: large ones of a few pictures, small ones of many.
  const radius = Math.max(1.6, Math.min(9, SIDE * Math.sqrt(0.15 / n)));
  // Rows come class by class; in their order the last class would hide the others.
  for (const row of new Random(0, 'draw').permutation(n)) {
    const [x, y] = placeOf(layout, row, radius + 1);
    canvas.disc(x, y, radius, colours.colourOf(row), 0.85);
  }
}

/**
 * One picture a cell of a grid: that nearest to the middle of the cell.
 *
 * @returns how many were drawn
 */
async function drawThumbnails(
  canvas: Canvas,
  { layout, colours }: MapDrawing,
  thumbnailOf: ThumbnailOf,
): Promise<number> {
  const cell = THUMB + 2 * FRAME + 2;
  const nearest = new Map<string, { readonly row: number; readonly distance: number }>();
  for (let row = 0; row < layout.length / 2; row++) {
    const [x, y] = placeOf(layout, row, cell / 2);
    const [column, line] = [Math.floor(x / cell), Math.floor(y / cell)];
    const distance = Math.hypot(x - (column + 0.5) * cell, y - (line + 0.5) * cell);
    const key = `${column},${line}`;
    if (distance < (nearest.get(key)?.distance ?? Number.POSITIVE_INFINITY)) nearest.set(key, { row, distance });
  }
  for (const [key, { row }] of nearest) {
    const [column, line] = key.split(',').map(Number) as [number, number];
    const picture = await thumbnailOf(row, THUMB);
    canvas.square(column * cell, line * cell, THUMB + 2 * FRAME, colours.colourOf(row));
    if (picture !== undefined) canvas.picture(column * cell + FRAME, line * cell + FRAME, THUMB, picture);
  }
  return nearest.size;
}

function drawLegend({ legend }: MapColours, x: number, y: number): string {
  if ('low' in legend) return drawScale(legend, x, y);
  const shown = legend.slice(0, legend.length > MAX_ENTRIES ? MAX_ENTRIES - 1 : MAX_ENTRIES);
  const lines = shown.map(({ name, colour, count }, i) => {
    const number = formatCount(count);
    const numberX = x + LEGEND - MARGIN - textWidth(number, LETTER);
    return (
      `<circle cx="${x + 8}" cy="${y + i * LINE}" r="8" fill="${colour}"/>` +
      drawText(fitText(name, LETTER, numberX - x - 44), x + 28, y + i * LINE + 6, LETTER, INK) +
      drawText(number, numberX, y + i * LINE + 6, LETTER, FAINT)
    );
  });
  const numMore = legend.length - shown.length;
  const more = numMore > 0 ? drawText(`and ${numMore} more`, x + 28, y + shown.length * LINE + 6, LETTER, FAINT) : '';
  return lines.join('') + more;
}

function drawScale({ low, high }: { readonly low: string; readonly high: string }, x: number, y: number): string {
  const [length, thickness] = [320, 20];
  const stops = SCALE.map((colour, i) => `<stop offset="${1 - i / (SCALE.length - 1)}" stop-color="${colour}"/>`);
  return (
    `<defs><linearGradient id="scale" x1="0" y1="0" x2="0" y2="1">${stops.reverse().join('')}</linearGradient></defs>` +
    `<rect x="${x}" y="${y}" width="${thickness}" height="${length}" rx="4" fill="url(#scale)"/>` +
    drawText(high, x + thickness + 14, y + 14, LETTER, INK) +
    drawText(low, x + thickness + 14, y + length, LETTER, INK)
  );
}
