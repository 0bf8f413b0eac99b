/** @file `instdisc classify`. */

import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import type { Collection } from '../../collection/collection.js';
import { openCollection } from '../../collection/open-collection.js';
import { type LabelProposals, PROPOSAL_K, proposeLabels } from '../../collection/propose.js';
import { storedLabels } from '../../collection/stored-labels.js';
import { DataError } from '../../core/errors.js';
import { percent, plural } from '../../core/format.js';
import { type LabelReport, matchLabels } from '../../data/labels/label-match.js';
import { readLabels } from '../../data/labels/labels.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions, parseCount, parsePositive } from '../options.js';
import { Output, paint } from '../output.js';
import { showLabels } from '../show-labels.js';
import { counter, shortPath } from '../words.js';
import { addCsv, type CsvOptions, writeCsv } from '../write-csv.js';

const SHOWN = 10;

interface Options extends CommonOptions, CsvOptions, DeviceOptions {
  readonly labels?: string;
  readonly out?: string;
  readonly k: number;
  readonly tau?: number;
}

export function classifyCommand(): Command {
  const command = new Command('classify')
    .helpGroup(GROUPS.ask)
    .summary('label all pictures from a few')
    .description('Proposes a label for every picture of a run from a few that are labelled, and says how sure it is.')
    .argument('<run>', 'the run folder')
    .option(
      '--labels <few.csv>',
      'CSV file with columns path and label, of pictures of the run (default: the labels given on the page, which the run keeps)',
    )
    .option('--out <all.csv>', 'write all pictures, the most doubtful first, with their labels')
    .option('-k <n>', 'labelled neighbours that vote, at most', parseCount('k'), PROPOSAL_K)
    .option('--tau <t>', 'temperature of the votes (default: that of the training)', parsePositive('tau'));
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc classify runs/pictures --labels few.csv
  instdisc classify runs/pictures --labels few.csv --out all.csv
  instdisc classify runs/pictures --out all.csv    # from the labels given on the page

Two labelled pictures are enough to begin with. The nearest labelled pictures vote, each with weight
exp(similarity / tau); the votes of a label are averaged, so that one given once can win against one given often.
A path may be absolute, relative to the CSV file, or as it is below the folder that all pictures of the run are in.
The columns of --out are path, label, source (given or proposed), confidence, runner_up and runner_up_confidence.`,
  );
  return addCsv(addCommon(command)).action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const { labels: file, out, k } = options;
  const output = Output.of(options);
  const labels = file === undefined ? undefined : await readLabels(file);
  const trained = await openNoted(path, options, output);
  try {
    const collection = await openCollection(trained);
    await noteSource(output, path, collection.source);
    const { given, report } =
      labels === undefined ? await storedOf(path, collection) : rowsOf(labels, collection, file!);
    if (report !== undefined) showLabels(output, report);
    const { tau = trained.config.settings.tau } = options;
    const count = counter('comparing', 'pictures');
    const proposed = await interruptible((signal) =>
      proposeLabels(collection, given, { k, tau, signal, onProgress: (done, of) => output.live(count(done, of)) }),
    );
    output.clear();
    show(output, proposed, collection, given.size);
    const idOf = (row: number): string => collection.pictures[row]!.id;
    output.json({
      source: collection.source,
      classes: proposed.classes,
      numGiven: given.size,
      numUnknown: report?.numUnmatched ?? 0,
      ...(report && { labels: report }),
      tau,
      proposals: proposed.proposals.map(({ row, ...proposal }) => ({ path: idOf(row), ...proposal })),
    });
    if (out !== undefined) {
      await writeCsv(
        out,
        ['path', 'label', 'source', 'confidence', 'runner_up', 'runner_up_confidence'],
        [
          ...proposed.proposals.map(({ row, label, confidence, runnerUp }) => [
            ...[idOf(row), label, 'proposed', confidence.toFixed(4)],
            ...[runnerUp?.label, runnerUp?.confidence.toFixed(4)],
          ]),
          ...Array.from(given, ([row, label]) => [idOf(row), label, 'given', 1, undefined, undefined]),
        ],
        options,
      );
      output.line(`Written: ${shortPath(out)}`);
    }
    await collection.release();
  } finally {
    await trained.release();
  }
}

/** Those that the run keeps. @throws {DataError} if there are none */
async function storedOf(
  path: string,
  { pictures }: Collection,
): Promise<{ readonly given: Map<number, string>; readonly report?: never }> {
  const given = await storedLabels(path, pictures);
  if (given.size > 0) return { given };
  throw new DataError(
    `${path}: expected labels that were given on the page, got none. Give some (instdisc explore), or a file: --labels few.csv.`,
  );
}

/** The labels by row; a path may also be as it is below the folder that all pictures are in. */
function rowsOf(
  labels: ReadonlyMap<string, string>,
  { pictures }: Collection,
  file: string,
): { readonly given: Map<number, string>; readonly report: LabelReport } {
  const folder = dirname(resolve(file));
  const rowOf = new Map(pictures.map(({ id }, row) => [id, row]));
  const aliasOf = new Map(pictures.map(({ id, name }) => [resolve(folder, name), id]));
  const matched = matchLabels(labels, [...rowOf.keys()], aliasOf);
  return {
    given: new Map(Array.from(matched.labels, ([id, label]) => [rowOf.get(id)!, label])),
    report: matched.report,
  };
}

function show(
  output: Output,
  { classes, proposals }: LabelProposals,
  { pictures }: Collection,
  numGiven: number,
): void {
  output.line(
    `${plural(proposals.length, 'label')} proposed from ${plural(numGiven, 'label')} given, of ` +
      `${plural(classes.length, 'class', 'classes')}:`,
  );
  for (const name of classes) {
    const own = proposals.filter(({ label }) => label === name);
    const sure = own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length;
    const confidence = own.length === 0 ? '' : `, mean confidence ${percent(sure)}`;
    output.line(`  ${name}: ${plural(own.length, 'picture')}${confidence}`);
  }
  if (proposals.length === 0) return;
  output.line(paint('bold', 'The most doubtful:'));
  for (const { row, label, confidence, runnerUp } of proposals.slice(0, SHOWN)) {
    const second = runnerUp === undefined ? '' : `, or ${runnerUp.label} (${percent(runnerUp.confidence)})`;
    output.line(`  ${shortPath(pictures[row]!.id)}: ${label} (${percent(confidence)})${second}`);
  }
}
