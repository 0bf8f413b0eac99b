/** @file `instdisc index`. */

import { Command } from 'commander';
import { type IndexReport, indexPictures } from '../../collection/index/index-pictures.js';
import { formatCount, plural } from '../../core/format.js';
import { readLabels } from '../../data/labels/labels.js';
import type { Communicator } from '../../machines/communicator.js';
import { isLocal } from '../../store/index/index-address.js';
import type { IndexRepairs } from '../../store/index/index-repair.js';
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
import { Output, paint } from '../output.js';
import { addShares, type ShareOptions, sharesOf, threadsAmong, withRanks } from '../ranks.js';
import { showLabels } from '../show-labels.js';
import { showAliases, showExcluded, showReadings, showSkipped } from '../skipped.js';
import { counter, shortPath } from '../words.js';

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
    .argument('<paths...>', 'pictures: files and folders, searched to any depth')
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

Type it again when pictures have changed: only new content is encoded, also after Ctrl-C. Pictures that are gone from
below the paths leave the index, renamed ones keep their features, those elsewhere stay. A run that was trained further
needs its pictures indexed again. Credentials for s3:// are taken from AWS_ACCESS_KEY_ID and its kin.`,
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
  const output = machines.rank === 0 ? Output.of(options) : new Output('nobody');
  const labels = file === undefined ? undefined : await readLabels(file);
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    const count = counter('encoding', 'pictures');
    const report = await interruptible(
      (signal) =>
        indexPictures(trained, paths, {
          ...(uri !== undefined && { uri }),
          ...(exclude && { exclude }),
          ...(labels && { labels }),
          ...(share && { share }),
          machines,
          signal,
          onProgress: (...progress) => output.live(count(...progress)),
          onPrepare: () => output.live(['preparing the search']),
          onWait: (holder) => output.line(`${holder} is changing this index; waiting for it`),
        }),
      { message: 'Stopped; what was encoded is in the index, and the same command goes on.' },
    );
    showExcluded(output, report.excluded, exclude);
    show(output, report);
    output.json(report);
  } finally {
    await trained.release();
  }
}

function show(output: Output, report: IndexReport): void {
  const { uri, numPictures, leftBehind, skipped, repairs, readings, aliases, labels } = report;
  for (const repair of told(repairs)) output.line(paint('yellow', repair));
  showSkipped(output, skipped, 'the output of --json');
  showAliases(output, aliases);
  showReadings(output, readings);
  showLabels(output, labels);
  if (leftBehind > 0) {
    output.line(
      paint(
        'yellow',
        `${plural(leftBehind, 'picture')} elsewhere must be indexed again, as the run was trained further.`,
      ),
    );
  }
  const changes = (['added', 'changed', 'moved', 'relabelled', 'removed', 'unchanged'] as const)
    .filter((change) => report[change] > 0)
    .map((change) => `${formatCount(report[change])} ${change}`);
  output.line(`${plural(numPictures, 'picture')} in ${isLocal(uri) ? shortPath(uri) : uri}: ${changes.join(', ')}`);
}

function told({ doubled, damaged, rebuilt }: IndexRepairs): string[] {
  return [
    ...(doubled > 0 ? [`${plural(doubled, 'picture')} were in the index twice; each is there once now.`] : []),
    ...(damaged > 0 ? [`${plural(damaged, 'row')} of the index were damaged, and have left it.`] : []),
    ...(rebuilt ? ['The index could not be read, and was made anew; index pictures elsewhere again, too.'] : []),
  ];
}
