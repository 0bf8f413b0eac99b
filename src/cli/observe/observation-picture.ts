/** @file The picture of an observation: each query with the classes ranked first, an example and a bar for each. */

import sharp, { type OverlayOptions } from 'sharp';
import { percent } from '../../core/format.js';
import { Random } from '../../core/random.js';
import { openCache } from '../../data/cache/cache.js';
import { decodePicture } from '../../data/decode/decode.js';
import { failureReason, type Rgb, type Skipped } from '../../data/picture.js';
import type { Observation } from '../../experiments/observation/observe.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { FAINT, INK, onTile, pasteUp, RIGHT, TILE } from '../drawing.js';
import { drawText, fitText, textWidth } from '../lettering.js';

/** Classes drawn of each picture. */
const NUM_CLASSES = 5;

const OTHER = '#8c959f';

const SIDE = 116;
const MARGIN = 24;
const GAP = 14;
const QUERY_GAP = 44;
const CAPTION = 46;
const HEAD = 62;
const LETTER = 9;

/**
 * Draws one row a picture, as a PNG: the picture, then the classes that get most of it, each with its response and
 * the same example wherever it appears. The bar of the true class is green.
 *
 * @param run the run folder, whose pictures are the examples
 * @param onUndrawn told of pictures that cannot be decoded any more
 */
export async function drawObservation(
  run: string,
  { pictures, classes }: Observation,
  onUndrawn: (undrawn: Skipped) => void,
): Promise<Uint8Array> {
  const columns = Math.min(NUM_CLASSES, classes.length);
  const columnX = (column: number): number => MARGIN + SIDE + QUERY_GAP + column * (SIDE + GAP);
  const rowY = (row: number): number => HEAD + row * (SIDE + CAPTION);
  const [width, height] = [columnX(columns) - GAP + MARGIN, rowY(pictures.length) + MARGIN - 14];

  const exampleOf = await classExamples(run);
  const tiles: Promise<OverlayOptions>[] = [];
  const marks = [
    drawText('picture', MARGIN, HEAD - 16, 10, FAINT),
    drawText(fitText('classes of largest response', 10, width - columnX(0)), columnX(0), HEAD - 16, 10, FAINT),
  ];
  for (const [row, { picture, label, responses }] of pictures.entries()) {
    const y = rowY(row);
    const rgb = await decodePicture(picture, 2 * SIDE).catch((error: unknown) => {
      onUndrawn({ path: picture.id, reason: failureReason(error) });
      return undefined;
    });
    tiles.push(drawTile(rgb, MARGIN, y));
    if (label !== null) marks.push(drawText(fitText(label, LETTER, SIDE), MARGIN, y + SIDE + 20, LETTER, INK));
    responses.slice(0, columns).forEach((response, column) => {
      const x = columnX(column);
      tiles.push(drawTile(exampleOf.get(response.label), x, y));
      marks.push(drawResponse(response.label, response.probability, x, y + SIDE, response.label === label));
    });
  }
  return pasteUp(width, height, await Promise.all(tiles), marks)
    .png()
    .toBuffer();
}

/** A picture of each class that the run has learnt from, chosen at random. */
async function classExamples(run: string): Promise<ReadonlyMap<string, Rgb>> {
  const cache = openCache((await RunFolder.open(run)).cachePath);
  const examples = new Map<string, Rgb>();
  const { labels } = cache;
  for (const place of new Random(0, 'sample').permutation(cache.length)) {
    const label = labels[place];
    if (label !== undefined && !examples.has(label)) examples.set(label, cache.read(place));
  }
  cache.close();
  return examples;
}

/** A picture whole and centred on a square tile; an empty tile if there is none. */
async function drawTile(rgb: Rgb | undefined, left: number, top: number): Promise<OverlayOptions> {
  const image =
    rgb === undefined
      ? sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: TILE } })
      : sharp(rgb.pixels, { raw: { width: rgb.width, height: rgb.height, channels: 3 } });
  return { input: await onTile(image, SIDE), left, top };
}

/** A bar as long as the response is large, and under it the class and the figure. */
function drawResponse(label: string, probability: number, x: number, y: number, isOwn: boolean): string {
  const figure = percent(probability);
  const figureX = x + SIDE - textWidth(figure, LETTER) - 2;
  const colour = isOwn ? RIGHT : OTHER;
  return [
    `<path d="M${x} ${y + 6}h${SIDE}" stroke="${TILE}" stroke-width="6"/>`,
    `<path d="M${x} ${y + 6}h${(SIDE * probability).toFixed(1)}" stroke="${colour}" stroke-width="6"/>`,
    drawText(fitText(label, LETTER, figureX - x - 6), x, y + 24, LETTER, INK),
    drawText(figure, figureX, y + 24, LETTER, FAINT),
  ].join('');
}
