/** @file A picture of search results: each query with its neighbours beside it. */
import type { OverlayOptions, Sharp } from 'sharp';
import { ArgumentError } from '../core/errors.js';
import { PicturesAtHand } from '../data/pictures-at-hand.js';
import { FAINT, INK, onTile, pasteUp, RIGHT, TILE } from './drawing.js';
import { drawText, fitText } from './lettering.js';
import { writePng } from './write-png.js';

export interface MontageNeighbour {
  readonly path: string;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
  readonly label?: string | undefined;
  /** Whether its label is the query's; left out where labels are unknown. */
  readonly correct?: boolean | undefined;
}

export interface MontageRow {
  /** File of the query. */
  readonly query: string;
  readonly neighbours: readonly MontageNeighbour[];
  /** Written under the query. */
  readonly title?: string | undefined;
  /** Written above the row, which begins a part of the montage. */
  readonly section?: string | undefined;
}

export interface MontageOptions {
  /** Side of a picture in pixels; default 112. */
  readonly thumb?: number;
  /** Written above everything. */
  readonly heading?: string;
  /** Frames the neighbours that are right, to be counted at a glance. */
  readonly frames?: boolean;
  /** What is drawn of a query or a neighbour; default the whole picture, from its file. */
  readonly draw?: DrawPicture;
}

/** Puts a picture on a tile. @throws if there is nothing to draw */
export type DrawPicture = (
  picture: { readonly id: string; readonly isQuery: boolean },
  onTile: (image: Sharp) => Promise<Buffer>,
) => Promise<Buffer>;

const fromFiles: DrawPicture = async ({ id }, onTile) => (await new PicturesAtHand().draw({ id }, onTile)).drawn;

const WRONG = '#d1444c';

const MARGIN = 20;
const GAP = 10;
const QUERY_GAP = 34;
const CAPTION = 34;
const TITLE = 34;
const LETTER = 9;

/**
 * Writes a PNG with one row a query: the query, a gap, then its neighbours with their similarity and label under them.
 * Where labels are known, a bar under a neighbour is green and whole if right, red and broken if wrong; with `frames`, a
 * frame is around one that is right. What cannot be drawn becomes a grey tile with a cross.
 *
 * @param path of the PNG
 * @returns how many could not be drawn
 * @throws {ArgumentError} if there is no row
 * @throws {SystemError} if the PNG cannot be written
 */
export async function writeMontage(
  path: string,
  rows: readonly MontageRow[],
  { thumb = 112, heading, frames = false, draw = fromFiles }: MontageOptions = {},
): Promise<number> {
  if (rows.length === 0) throw new ArgumentError('montage rows: expected at least one, got none; give a query');
  const top = heading === undefined ? MARGIN : MARGIN + TITLE;
  const columns = Math.max(...rows.map((row) => row.neighbours.length));
  const neighbourX = (i: number): number => MARGIN + thumb + QUERY_GAP + i * (thumb + GAP);
  const numSections = (end: number): number => rows.slice(0, end).filter(({ section }) => section !== undefined).length;
  const rowY = (i: number): number => top + i * (thumb + CAPTION) + numSections(i + 1) * TITLE;
  const width = neighbourX(columns) - GAP + MARGIN;
  const height = rowY(rows.length) + MARGIN - 10;
  const title = (text: string, y: number): string =>
    drawText(fitText(text, 12, width - 2 * MARGIN), MARGIN, y, 12, INK);

  const tiles: Promise<Tile>[] = [];
  const marks = heading === undefined ? [] : [title(heading, 34)];
  for (const [number, row] of rows.entries()) {
    const y = rowY(number);
    if (row.section !== undefined) marks.push(title(row.section, y - TITLE / 2 + 6));
    tiles.push(drawTile(draw, { id: row.query, isQuery: true }, MARGIN, y, thumb));
    marks.push(drawChevron(MARGIN + thumb + QUERY_GAP / 2, y + thumb / 2));
    marks.push(drawText(fitText(row.title ?? 'query', LETTER, thumb), MARGIN, y + thumb + 19, LETTER, INK));
    for (const [place, neighbour] of row.neighbours.entries()) {
      tiles.push(drawTile(draw, { id: neighbour.path, isQuery: false }, neighbourX(place), y, thumb));
      const isFramed = frames && neighbour.correct === true;
      marks.push(
        isFramed ? drawFrame(neighbourX(place), y, thumb) : drawBar(neighbour, neighbourX(place), y + thumb, thumb),
      );
      marks.push(drawCaption(neighbour, neighbourX(place), y + thumb, thumb));
    }
  }
  const drawn = await Promise.all(tiles);
  await writePng(path, pasteUp(width, height, drawn, marks));
  return drawn.filter(({ isMissing }) => isMissing).length;
}

interface Tile extends OverlayOptions {
  readonly isMissing: boolean;
}

/** One picture, centred on a square tile. */
async function drawTile(
  draw: DrawPicture,
  picture: Parameters<DrawPicture>[0],
  left: number,
  top: number,
  side: number,
): Promise<Tile> {
  try {
    const input = await draw(picture, (image) => onTile(image, side));
    return { input, left, top, isMissing: false };
  } catch {
    const [near, far] = [side * 0.4, side * 0.6];
    const cross = `<path d="M${near} ${near}L${far} ${far}M${far} ${near}L${near} ${far}" stroke="${FAINT}" stroke-width="2"/>`;
    const input = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side}" height="${side}" fill="${TILE}"/>${cross}</svg>`,
    );
    return { input, left, top, isMissing: true };
  }
}

/** Right or wrong, or nothing where that is not known. */
function drawBar({ correct }: MontageNeighbour, x: number, y: number, width: number): string {
  if (correct === undefined) return '';
  const dashes = correct ? '' : ' stroke-dasharray="5 4"';
  return `<path d="M${x} ${y + 3.5}h${width}" stroke="${correct ? RIGHT : WRONG}" stroke-width="3"${dashes}/>`;
}

/** The similarity, and the label in what room is left. */
function drawCaption({ similarity, label }: MontageNeighbour, x: number, y: number, width: number): string {
  const name = label === undefined ? '' : drawText(fitText(label, LETTER, width - 40), x + 40, y + 19, LETTER, FAINT);
  return drawText(similarity.toFixed(2), x, y + 19, LETTER, INK) + name;
}

function drawFrame(x: number, y: number, side: number): string {
  const outer = side + 4;
  return `<rect x="${x - 2}" y="${y - 2}" width="${outer}" height="${outer}" rx="1" fill="none" stroke="${RIGHT}" stroke-width="4"/>`;
}

function drawChevron(x: number, y: number): string {
  return `<path d="M${x - 3} ${y - 7}l7 7l-7 7" fill="none" stroke="${FAINT}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
}
