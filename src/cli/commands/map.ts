/** @file `instdisc map`. */

import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { openMap } from '../../collection/map/map-file.js';
import { openCollection } from '../../collection/open-collection.js';
import { ArgumentError } from '../../core/errors.js';
import { percent, plural } from '../../core/format.js';
import type { Skipped } from '../../data/picture.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { COLOURINGS, type Colouring, defaultColouring, mapColours } from '../map/colours.js';
import { withThumbnails } from '../map/map-thumbnails.js';
import { writeMapPng } from '../map/png.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions } from '../options.js';
import { Output } from '../output.js';
import { noteUndrawn } from '../undrawn.js';
import { bar, commandLine, shortPath } from '../words.js';

interface Options extends CommonOptions, DeviceOptions {
  readonly out: string;
  readonly by?: Colouring;
  readonly thumbnails: boolean;
  readonly anew?: boolean;
}

export function mapCommand(): Command {
  const command = new Command('map')
    .helpGroup(GROUPS.ask)
    .summary('draw all pictures, alike ones near each other')
    .description('Lays out all pictures of a run in the plane, alike ones near each other, and draws them.')
    .argument('<run>', 'the run folder')
    .requiredOption('--out <file>', 'the drawing, which ends in .png')
    .option(
      '--by <what>',
      `colour by ${COLOURINGS.join(', ')} (default: label if there are any, else cluster)`,
      parseColouring,
    )
    .option('--anew', 'lay all pictures out anew (default: after an update of a run, old ones keep their places)')
    .option('--no-thumbnails', 'draw every picture as a point (default: as many thumbnails as find a place)');
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc map runs/pictures --out map.png
  instdisc map runs/pictures --out map.png --by cluster --no-thumbnails

The layout is UMAP's, the clusters are Louvain's on the same graph of 15 neighbours. They are kept in map.arrow in the
run folder until the features change. Density is the part of the pictures that are more isolated; the outlier score is
the mean distance, 1 − cosine, to the 15 nearest. Distances between groups on the map mean little.
A map to zoom and move in is a view of the page: instdisc explore.`,
  );
  return addCommon(command).action(run);
}

function parseColouring(text: string): Colouring {
  const by = COLOURINGS.find((name) => name === text);
  if (by === undefined) throw new ArgumentError(`--by: expected ${COLOURINGS.join(', ')}, got '${text}'.`);
  return by;
}

async function run(path: string, options: Options): Promise<void> {
  const output = Output.of(options);
  const { out } = options;
  checkEnding(out, path);
  const { cachePath } = await RunFolder.open(path);
  const trained = await openNoted(path, options, output);
  try {
    const collection = await openCollection(trained);
    await noteSource(output, path, collection.source);
    const { by = defaultColouring(collection) } = options;
    const map = await interruptible((signal) =>
      openMap(path, collection, {
        keepsPlaces: trained.config.updates.length > 0,
        isAnew: options.anew ?? false,
        signal,
        onNotKept: ({ message }) => output.note(`The map is not kept for the next time. ${message}`),
        onProgress: (part) => output.live(['laying out', bar(part), percent(part)]),
      }),
    );
    output.clear();
    const numPictures = collection.pictures.length;
    const drawing = {
      layout: map.layout,
      colours: mapColours(by, collection, map),
      title: `${basename(path)}: ${plural(numPictures, 'picture')} by ${by}`,
    };
    const undrawn: Skipped[] = [];
    await withThumbnails(
      collection,
      cachePath,
      (thumbnailOf) => writeMapPng(out, { ...drawing, ...(options.thumbnails && { thumbnailOf }) }),
      (picture) => undrawn.push(picture),
      ({ message }) => output.note(message),
    );
    noteUndrawn(output, undrawn);
    const numClusters = map.cluster.reduce((max, cluster) => Math.max(max, cluster + 1), 0);
    output.line(`${plural(numPictures, 'picture')} in ${plural(numClusters, 'cluster')}: ${shortPath(out)}`);
    output.json({ source: collection.source, out, numPictures, numClusters, by });
    await collection.release();
  } finally {
    await trained.release();
  }
}

/** @throws {ArgumentError} if it is no drawing that is asked for */
function checkEnding(out: string, path: string): void {
  const extension = extname(out).toLowerCase();
  if (extension === '.png') return;
  const got = `${out}: expected a file name ending in .png, got ${extension || 'no extension'}`;
  if (extension !== '.html' && extension !== '.htm') throw new ArgumentError(got);
  throw new ArgumentError(
    `${got}. A map to zoom and move in is part of the page: ${commandLine(['explore', path, '--export', 'site'])} writes it as files.`,
  );
}
