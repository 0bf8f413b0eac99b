/** @file `instdisc index`. */

import { Command } from 'commander';
import { followIndex } from '../../collection/index/follow-index.js';
import { indexPictures } from '../../collection/index/index-pictures.js';
import { ArgumentError } from '../../core/errors.js';
import { readLabels } from '../../data/labels/labels.js';
import type { Communicator } from '../../machines/communicator.js';
import { GROUPS } from '../groups.js';
import { indexProgress, showIndexed } from '../index-shown.js';
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
import { showExcluded } from '../skipped.js';

interface Options extends CommonOptions, DeviceOptions, ExcludeOptions, ShareOptions {
  readonly uri?: string;
  readonly labels?: string;
}

export function indexCommand(): Command {
  const command = new Command('index')
    .helpGroup(GROUPS.ask)
    .summary('keep the features of any pictures ready for search')
    .description(
      'Puts pictures into the index of a run, which answers from then on in place of the pictures it was trained on.',
    )
    .argument('<run>', 'the run folder')
    .argument('[paths...]', 'pictures: files and folders, searched to any depth (default: all that were given before)')
    .option('--uri <uri>', 'where the index is to be: a folder, or s3://bucket/folder (default: in the run folder)')
    .addOption(excludeOption())
    .option('--labels <file>', 'CSV file with columns path and label (default: folder names)');
  addDevice(addShares(command)).addHelpText(
    'after',
    `
Examples:
  instdisc index runs/pictures ~/Pictures
  instdisc search runs/pictures new.jpg
  instdisc index runs/pictures /archive --uri s3://bucket/pictures
  instdisc index runs/pictures

The last, without paths, looks again at all that were given before; the end of an update does the same. Only new content is
encoded, also after Ctrl-C. Pictures that are gone from below the paths leave the index, renamed ones keep their features,
those elsewhere stay. After a training all are encoded anew. An index in an object store has to be told the paths each time. Credentials for s3:// are taken from AWS_ACCESS_KEY_ID and its kin.`,
  );
  return addCommon(command).action(run);
}

async function run(path: string, paths: readonly string[], options: Options): Promise<void> {
  await withRanks(options, (machines) => indexOn(machines, path, paths, options));
}

async function indexOn(
  machines: Communicator,
  path: string,
  paths: readonly string[],
  { uri, exclude, labels: file, share, ...options }: Options,
): Promise<void> {
  sharesOf(machines, share);
  if (paths.length === 0 && (uri ?? exclude ?? file) !== undefined) {
    throw new ArgumentError(
      'paths: expected with --uri, --exclude or --labels what they are about, got none. Give folders or files.',
    );
  }
  const output = machines.rank === 0 ? Output.of(options) : new Output('nobody');
  const labels = file === undefined ? undefined : await readLabels(file);
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    const reports = await interruptible(
      async (signal) => {
        const how = { ...(share && { share }), machines, signal, ...indexProgress(output) };
        if (paths.length === 0) return followIndex(trained, how);
        return [
          await indexPictures(trained, paths, {
            ...how,
            ...(uri !== undefined && { uri }),
            ...(exclude && { exclude }),
            ...(labels && { labels }),
          }),
        ];
      },
      { message: 'Stopped; what was encoded is in the index, and the same command goes on.' },
    );
    for (const report of reports) {
      showExcluded(output, report.excluded, exclude);
      showIndexed(output, report);
      output.json(report);
    }
  } finally {
    await trained.release();
  }
}
