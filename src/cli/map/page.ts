/** @file A map as one HTML file that holds everything and asks nothing of the network. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { Collection } from '../../collection/collection.js';
import { classesOf } from '../../collection/map/map-table.js';
import type { PictureMap } from '../../collection/map/picture-map.js';
import { formatCount } from '../../core/format.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { Html, html } from '../page/html.js';
import { type Colouring, classColour, SCALE } from './colours.js';
import { SCRIPT, STYLE } from './page-assets.js';
import type { ThumbnailOf } from './thumbnails.js';

/** With more pictures the page would be tens of megabytes large; it shows points then. */
export const MAX_PAGE_THUMBNAILS = 4096;
const THUMB = 48;
const COLUMNS = 64;

export interface MapPage {
  readonly collection: Collection;
  readonly map: PictureMap;
  readonly title: string;
  /** What the points are coloured by at first. */
  readonly by: Colouring;
  readonly thumbnailOf: ThumbnailOf;
}

/** Writes the page, replacing a file atomically; folders on the way are made. */
export async function writeMapPage(path: string, { collection, map, title, by, thumbnailOf }: MapPage): Promise<void> {
  const { pictures } = collection;
  const classes = classesOf(collection);
  const numberOf = new Map<string | null, number>(classes.map((name, number) => [name, number]));
  const labels = Int32Array.from(pictures, ({ label }) => numberOf.get(label) ?? -1);
  const numClusters = map.cluster.reduce((max, cluster) => Math.max(max, cluster + 1), 0);
  const points = {
    by,
    names: pictures.map(({ name }) => name),
    classes,
    colours: Array.from({ length: Math.max(classes.length, numClusters) }, (_, number) => classColour(number)),
    scale: SCALE,
    layout: base64(map.layout),
    label: base64(labels),
    cluster: base64(map.cluster),
    density: base64(map.density),
    outlier: base64(map.outlier),
    atlas: pictures.length > MAX_PAGE_THUMBNAILS ? null : await atlasOf(pictures.length, thumbnailOf),
    thumb: THUMB,
    columns: COLUMNS,
  };
  // Inside a script nothing is escaped but what could end it.
  const json = JSON.stringify(points).replaceAll('<', '\\u003c');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${formatCount(pictures.length)} pictures. Near each other: alike to the encoder. Scroll or pinch to zoom, drag to move.</p>
</header>
<main>
<canvas id="map" tabindex="0" aria-label="Map of the pictures. Arrow keys move, plus and minus zoom, 0 shows all."></canvas>
<figure id="shown" hidden><canvas id="thumbnail" width="${THUMB * 2}" height="${THUMB * 2}"></canvas><figcaption></figcaption></figure>
</main>
<aside>
<label>Colour by <select id="by"></select></label>
<div id="legend"></div>
</aside>
<script type="application/json" id="points">${new Html(json)}</script>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, page.text);
}

function base64(numbers: Float32Array | Int32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

/** All thumbnails in one picture, row after row, as a data URL. */
async function atlasOf(count: number, thumbnailOf: ThumbnailOf): Promise<string> {
  const width = COLUMNS * THUMB;
  const height = Math.ceil(count / COLUMNS) * THUMB;
  const atlas = new Uint8Array(3 * width * height).fill(200);
  for (let row = 0; row < count; row++) {
    const picture = await thumbnailOf(row, THUMB);
    if (picture === undefined) continue;
    const left = (row % COLUMNS) * THUMB;
    const top = Math.floor(row / COLUMNS) * THUMB;
    for (let y = 0; y < THUMB; y++) {
      atlas.set(picture.subarray(3 * y * THUMB, 3 * (y + 1) * THUMB), 3 * ((top + y) * width + left));
    }
  }
  const webp = await sharp(atlas, { raw: { width, height, channels: 3 } })
    .webp({ quality: 80 })
    .toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}
