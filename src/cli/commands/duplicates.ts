/** @file `instdisc duplicates`. */

import { Command } from 'commander';
import type { Collection } from '../../collection/collection.js';
import { duplicateCalibration } from '../../collection/duplicate-calibration.js';
import { groupsAt, type RowGroup } from '../../collection/duplicate-groups.js';
import { DUPLICATE_FLOOR, DUPLICATE_THRESHOLD, duplicatePairs, MAX_PARTNERS } from '../../collection/duplicates.js';
import { nearestOfEach } from '../../collection/nearest-of-each.js';
import { collectionOfRanks } from '../../collection/neighbours-by-ranks.js';
import { openCollection } from '../../collection/open-collection.js';
import { calibrationInWords } from '../../core/calibration.js';
import { ArgumentError } from '../../core/errors.js';
import { plural } from '../../core/format.js';
import { dot } from '../../core/vector.js';
import type { Communicator } from '../../machines/communicator.js';
import type { MachinesOptions } from '../../machines/mpi.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { Neighbours } from '../../search/neighbours.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import type { MontageRow } from '../montage.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions } from '../options.js';
import { Output, paint } from '../output.js';
import { addMachines, threadsAmong, withRanks } from '../ranks.js';
import { drawRunMontage } from '../run-montage.js';
import { showAliases } from '../skipped.js';
import { counter, shortPath } from '../words.js';
import { addCsv, type CsvOptions, writeCsv } from '../write-csv.js';

const SHOWN_GROUPS = 10;
const DRAWN_GROUPS = 40;
/** Beside the first of its group. */
const DRAWN_PICTURES = 7;

interface Options extends CommonOptions, CsvOptions, DeviceOptions, MachinesOptions {
  readonly threshold?: number;
  readonly out?: string;
  readonly montage?: string;
}

export function duplicatesCommand(): Command {
  const command = new Command('duplicates')
    .helpGroup(GROUPS.ask)
    .summary('find pictures that are there twice')
    .description('Finds pictures of a run that are the same file or nearly the same picture. Deletes nothing.')
    .argument('<run>', 'the run folder')
    .option(
      '--threshold <t>',
      'similarity from which on two pictures count as the same (default: found from the run’s own pictures)',
      parseSimilarity,
    )
    .option('--out <file.csv>', 'write the groups, with columns group, similarity, exact, path and label')
    .option('--montage <file.png>', 'draw the first groups');
  addDevice(addMachines(command)).addHelpText(
    'after',
    `
Examples:
  instdisc duplicates runs/pictures
  instdisc duplicates runs/pictures --threshold 0.95 --out duplicates.csv --montage duplicates.png

Similarity is the cosine of two features. Pictures of a group may be linked by others of it: its similarity is that of
the weakest link. Files that are the same to the byte are found whatever their features; they count as 1.
Without --threshold, copies are made of some pictures of the run (saved again, smaller, a little cropped), and the threshold
is between these and the most similar different pictures. How well it does is said, and it is kept in the run folder.`,
  );
  return addCsv(addCommon(command)).action(run);
}

function parseSimilarity(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw new ArgumentError(`--threshold: expected a similarity above 0 and at most 1, got '${text}'.`);
}

async function run(path: string, options: Options): Promise<void> {
  await withRanks(options, (machines) => duplicatesOn(machines, path, options));
}

async function duplicatesOn(machines: Communicator, path: string, options: Options): Promise<void> {
  const isFirst = machines.rank === 0;
  const output = isFirst ? Output.of(options) : new Output('nobody');
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    const collection = collectionOfRanks(await openCollection(trained), machines);
    await noteSource(output, path, collection.source);
    const comparing = counter('comparing', 'pictures');
    const onProgress = (done: number, of: number): void => output.live(comparing(done, of));
    const neighbours = await interruptible((signal) => nearestOfEach(collection, MAX_PARTNERS, { signal, onProgress }));
    if (isFirst) await tell(trained, collection, neighbours, options, output);
    await collection.release();
  } finally {
    await trained.release();
  }
}

/** The rest, which takes no time. */
async function tell(
  trained: TrainedRun,
  collection: Collection,
  neighbours: Neighbours,
  options: Options,
  output: Output,
): Promise<void> {
  const { out, montage } = options;
  const { pairs, threshold, calibration } = await interruptible((signal) =>
    findPairs(trained, collection, neighbours, options.threshold, output, signal),
  );
  output.clear();
  const { groups, numSpare, numCrowded } = groupsAt(pairs, threshold);
  show(output, groups, collection, threshold, numSpare);
  if (calibration !== undefined) output.line(calibrationInWords(calibration));
  showAliases(output, pairs.links);
  if (numCrowded > 0) {
    output.note(
      `${plural(numCrowded, 'picture')} may have more than ${MAX_PARTNERS} near duplicates. Only the nearest are ` +
        'compared, so that a large group may be told as several. A higher --threshold gives groups that are whole.',
    );
  }
  const told = groups.map(({ rows, ...group }) => ({
    ...group,
    pictures: rows.map((row) => collection.pictures[row]!),
  }));
  output.json({
    source: collection.source,
    threshold,
    ...(calibration && { calibration }),
    numSpare,
    numCrowded,
    links: pairs.links,
    groups: told.map(({ pictures, ...group }) => ({ ...group, paths: pictures.map(({ id }) => id) })),
  });
  if (out !== undefined) {
    const rows = told.flatMap(({ similarity, exact, pictures }, group) =>
      pictures.map(({ id, label }) => [group + 1, similarity.toFixed(4), exact ? 'yes' : 'no', id, label ?? '']),
    );
    await writeCsv(out, ['group', 'similarity', 'exact', 'path', 'label'], rows, options);
    output.line(`Written: ${shortPath(out)}`);
  }
  if (montage !== undefined && groups.length > 0) {
    const rows = groups.slice(0, DRAWN_GROUPS).map((group) => montageRow(group, collection));
    await drawRunMontage(output, montage, rows, trained.path);
    output.line(`Drawn: ${shortPath(montage)}`);
  }
}

async function findPairs(
  trained: TrainedRun,
  collection: Collection,
  neighbours: Neighbours,
  asked: number | undefined,
  output: Output,
  signal: AbortSignal,
) {
  const encoding = counter('encoding', 'copies made to find the threshold');
  const calibration =
    asked === undefined
      ? await duplicateCalibration(trained, collection, neighbours, {
          signal,
          onProgress: (done, of) => output.live(encoding(done, of)),
          onNotKept: ({ message }) => output.note(`The threshold is not kept for the next time. ${message}`),
        })
      : undefined;
  const threshold = asked ?? calibration?.threshold ?? DUPLICATE_THRESHOLD;
  const floor = Math.min(DUPLICATE_FLOOR, threshold);
  return { pairs: await duplicatePairs(collection, { floor, neighbours, signal }), threshold, calibration };
}

function show(
  output: Output,
  groups: readonly RowGroup[],
  { pictures }: Collection,
  threshold: number,
  numSpare: number,
): void {
  if (groups.length === 0) {
    output.line(`None of ${plural(pictures.length, 'picture')} is like another to ${threshold}.`);
    return;
  }
  output.line(
    `${plural(groups.length, 'group')} in ${plural(pictures.length, 'picture')}, like each other to ${threshold}. ` +
      `If one of each group stays, ${plural(numSpare, 'picture')} could go.`,
  );
  for (const { rows, similarity, exact } of groups.slice(0, SHOWN_GROUPS)) {
    const kind = exact ? 'the same file' : `similarity ${similarity.toFixed(3)}`;
    output.line(paint('bold', `${plural(rows.length, 'picture')}, ${kind}:`));
    for (const row of rows.slice(0, SHOWN_GROUPS)) output.line(`  ${shortPath(pictures[row]!.id)}`);
    if (rows.length > SHOWN_GROUPS) output.line(`  and ${rows.length - SHOWN_GROUPS} more`);
  }
  if (groups.length > SHOWN_GROUPS) {
    output.line(`and ${plural(groups.length - SHOWN_GROUPS, 'group')} more; --out writes them all`);
  }
}

/** A group as its first picture with the others beside it. */
function montageRow({ rows, exact }: RowGroup, { pictures, features, dim }: Collection): MontageRow {
  const [first, ...others] = rows as [number, ...number[]];
  return {
    query: pictures[first]!.id,
    title: exact ? 'same file' : `${rows.length} alike`,
    neighbours: others.slice(0, DRAWN_PICTURES).map((row) => ({
      path: pictures[row]!.id,
      similarity: exact ? 1 : dot(features, first * dim, features, row * dim, dim),
      label: pictures[row]!.label ?? undefined,
    })),
  };
}
