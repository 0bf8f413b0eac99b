/** @file `instdisc embed`. */

import { Command } from 'commander';
import { embeddedByRanks } from '../../collection/embedded-by-ranks.js';
import { plural } from '../../core/format.js';
import { readLabels } from '../../data/labels/labels.js';
import type { Communicator } from '../../machines/communicator.js';
import { embed } from '../../run/embed.js';
import { embeddingsFormat, writeEmbeddings } from '../../store/embeddings/embeddings.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { openNoted } from '../open-noted.js';
import {
  addCommon,
  addDevice,
  type CommonOptions,
  type DeviceOptions,
  type ExcludeOptions,
  excludeOption,
} from '../options.js';
import { Output } from '../output.js';
import { addShares, type ShareOptions, sharesOf, threadsAmong, withRanks } from '../ranks.js';
import { showLabels } from '../show-labels.js';
import { showAliases, showExcluded, showReadings, showSkipped } from '../skipped.js';
import { counter, shortPath } from '../words.js';
import { addCsv, type CsvOptions, csvStyle } from '../write-csv.js';

interface Options extends CommonOptions, CsvOptions, DeviceOptions, ExcludeOptions, ShareOptions {
  readonly out: string;
  readonly labels?: string;
}

export function embedCommand(): Command {
  const command = new Command('embed')
    .helpGroup(GROUPS.give)
    .summary('turn pictures into features')
    .description(
      'Writes the feature of each picture, a unit vector, to a file that NumPy, pandas, DuckDB or a spreadsheet can read.',
    )
    .argument('<run>', 'the run folder')
    .argument('<paths...>', 'pictures: files and folders, searched to any depth')
    .requiredOption('--out <file>', 'ends in .npy (paths and labels go beside it, into .paths.json), .parquet or .csv')
    .addOption(excludeOption())
    .option('--labels <file>', 'CSV file with columns path and label (default: folder names)');
  addDevice(addShares(command)).addHelpText(
    'after',
    `
Examples:
  instdisc embed runs/pictures ~/Pictures --out pictures.npy
  instdisc embed runs/pictures archive new.jpg --out features.parquet
  instdisc search runs/pictures new.jpg --in pictures.npy

Rows are in the order of the paths. Ctrl-C leaves no half-written file.`,
  );
  return addCsv(addCommon(command)).action(run);
}

async function run(path: string, paths: readonly string[], options: Options): Promise<void> {
  await withRanks(options, (machines) => embedOn(machines, path, paths, options));
}

async function embedOn(
  machines: Communicator,
  path: string,
  paths: readonly string[],
  options: Options,
): Promise<void> {
  const { out } = options;
  const shares = sharesOf(machines, options.share);
  const output = machines.rank === 0 ? Output.of(options) : new Output('nobody');
  embeddingsFormat(out); // Before the work, not after it.
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    const count = counter('encoding', 'pictures');
    const own = await interruptible((signal) =>
      embed(trained, paths, {
        ...(options.exclude && { exclude: options.exclude }),
        ...(labels && { labels }),
        shares,
        signal,
        onProgress: (...progress) => output.live(count(...progress)),
      }),
    );
    const embedded = await embeddedByRanks(machines, own);
    if (embedded === undefined) return;
    await writeEmbeddings(out, embedded, csvStyle(options));
    const { ids, dim, skipped, readings, aliases, excluded, labelReport } = embedded;
    showExcluded(output, excluded, options.exclude);
    showSkipped(output, skipped, 'the output of --json');
    showAliases(output, aliases);
    showReadings(output, readings);
    showLabels(output, labelReport);
    output.line(`${plural(ids.length, 'feature')} of ${dim} numbers: ${shortPath(out)}`);
    output.json({ out, numPictures: ids.length, dim, skipped, readings, aliases, excluded, labels: labelReport });
  } finally {
    await trained.release();
  }
}
