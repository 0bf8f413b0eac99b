/** @file `instdisc map`. */

import { basename, extname } from 'node:path';
import { Command } from 'commander';
import type { Collection } from '../../collection/collection.js';
import type { Cluster } from '../../collection/map/cluster-names.js';
import { openMap } from '../../collection/map/map-file.js';
import type { PictureMap } from '../../collection/map/picture-map.js';
import { openCollection } from '../../collection/open-collection.js';
import { ArgumentError } from '../../core/errors.js';
import { percent, plural } from '../../core/format.js';
import type { Skipped } from '../../data/picture.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import {
  CLUSTER_COLUMNS,
  clustersReport,
  clustersTable,
  type NameGiven,
  namedClusters,
  parseName,
  showClusters,
} from '../map/cluster-options.js';
import { COLOURINGS, type Colouring, defaultColouring, mapColours } from '../map/colours.js';
import { withThumbnails } from '../map/map-thumbnails.js';
import { writeMapPng } from '../map/png.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions } from '../options.js';
import { Output } from '../output.js';
import { noteUndrawn } from '../undrawn.js';
import { bar, commandLine, shortPath } from '../words.js';
import { addCsv, type CsvOptions, writeCsv } from '../write-csv.js';

interface Options extends CommonOptions, CsvOptions, DeviceOptions {
  readonly out?: string;
  readonly name?: readonly NameGiven[];
  readonly clusters?: string;
  readonly by?: Colouring;
  readonly thumbnails: boolean;
  readonly anew?: boolean;
}

export function mapCommand(): Command {
  const command = new Command('map')
    .helpGroup(GROUPS.ask)
    .summary('draw all pictures, alike ones near each other')
    .description(
      'Lays out all pictures of a run in the plane, alike ones near each other, and draws them. Without --out, its clusters are listed.',
    )
    .argument('<run>', 'the run folder')
    .option('--out <file>', 'the drawing, which ends in .png')
    .option(
      '--name <number=name>',
      'call a cluster so; may be given again, and without a name takes it away',
      parseName,
    )
    .option('--clusters <file.csv>', `write which pictures clusters have, with columns ${CLUSTER_COLUMNS.join(', ')}`)
    .option(
      '--by <what>',
      `colour by ${COLOURINGS.join(', ')} (default: label if there are any, else cluster)`,
      parseColouring,
    )
    .option('--anew', 'lay all pictures out anew (default: after an update of a run, old ones keep their places)')
    .option('--no-thumbnails', 'draw every picture as a point (default: as many thumbnails as find a place)');
  addCsv(addDevice(command)).addHelpText(
    'after',
    `
Examples:
  instdisc map runs/pictures --out map.png
  instdisc map runs/pictures --out map.png --by cluster --no-thumbnails
  instdisc map runs/pictures
  instdisc map runs/pictures --name 3=Sunsets --name 5=Receipts --clusters clusters.csv

The layout is UMAP's, the clusters are Louvain's on the same graph of 15 neighbours. They are kept in map.arrow in the
run folder until the features change. Density is the part of the pictures that are more isolated; the outlier score is
the mean distance, 1 − cosine, to the 15 nearest. Names of clusters are in clusters.json of the run, with some of the
pictures of each: when clusters are found anew, a name goes to the one that has most of these. Distances between groups on the map mean little.
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
  if (out !== undefined) checkEnding(out, path);
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
    const clusters = await namedClusters(path, collection, map.cluster, options.name ?? []);
    if (out === undefined) showClusters(output, clusters, collection);
    else await draw(output, out, path, collection, map, clusters, { ...options, by });
    if (options.clusters !== undefined) {
      await writeCsv(options.clusters, CLUSTER_COLUMNS, clustersTable(clusters, collection, map.cluster), options);
      output.line(`Written: ${shortPath(options.clusters)}`);
    }
    output.json({
      source: collection.source,
      ...(out !== undefined && { out }),
      numPictures: collection.pictures.length,
      numClusters: clusters.length,
      by,
      clusters: clustersReport(clusters, collection),
    });
    await collection.release();
  } finally {
    await trained.release();
  }
}

async function draw(
  output: Output,
  out: string,
  path: string,
  collection: Collection,
  map: PictureMap,
  clusters: readonly Cluster[],
  { by, thumbnails }: Pick<Options, 'thumbnails'> & { readonly by: Colouring },
): Promise<void> {
  const { cachePath } = await RunFolder.open(path);
  const numPictures = collection.pictures.length;
  const names = new Map(clusters.flatMap(({ cluster, name }) => (name === null ? [] : [[cluster, name] as const])));
  const drawing = {
    layout: map.layout,
    colours: mapColours(by, collection, map, names),
    title: `${basename(path)}: ${plural(numPictures, 'picture')} by ${by}`,
  };
  const undrawn: Skipped[] = [];
  await withThumbnails(
    collection,
    cachePath,
    (thumbnailOf) => writeMapPng(out, { ...drawing, ...(thumbnails && { thumbnailOf }) }),
    (picture) => undrawn.push(picture),
    ({ message }) => output.note(message),
  );
  noteUndrawn(output, undrawn);
  output.line(`${plural(numPictures, 'picture')} in ${plural(clusters.length, 'cluster')}: ${shortPath(out)}`);
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
