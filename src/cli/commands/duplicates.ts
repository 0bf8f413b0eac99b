/** @file `instdisc duplicates`. */

import { Command, Option } from 'commander';
import { carriedOut } from '../../collection/carry-out/journal.js';
import type { Collection } from '../../collection/collection.js';
import { BURST_LEEWAY, burstStacks } from '../../collection/duplicates/bursts.js';
import { Decisions } from '../../collection/duplicates/decisions.js';
import { duplicateCalibration } from '../../collection/duplicates/duplicate-calibration.js';
import { groupsAt } from '../../collection/duplicates/duplicate-groups.js';
import {
  DUPLICATE_FLOOR,
  DUPLICATE_THRESHOLD,
  duplicatePairs,
  MAX_PARTNERS,
} from '../../collection/duplicates/duplicates.js';
import { judgeGroups } from '../../collection/duplicates/judge-groups.js';
import type { KeepRule } from '../../collection/duplicates/keep-rules.js';
import { KnownFiles } from '../../collection/duplicates/known-files.js';
import { turnedPairs } from '../../collection/duplicates/turned/turned-pairs.js';
import { nearestOfEach } from '../../collection/nearest-of-each.js';
import { collectionOfRanks } from '../../collection/neighbours-by-ranks.js';
import { openCollection } from '../../collection/open-collection.js';
import { calibrationInWords } from '../../core/calibration.js';
import { ArgumentError } from '../../core/errors.js';
import { plural } from '../../core/format.js';
import type { Communicator } from '../../machines/communicator.js';
import type { MachinesOptions } from '../../machines/mpi.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { Neighbours } from '../../search/neighbours.js';
import { actAsked, addCarryOut, type CarryOutFlags, carryOutGroups, undo } from '../duplicates/carry-out-option.js';
import { type DecisionFlags, sayDecisions } from '../duplicates/decision-option.js';
import { GROUP_COLUMNS, groupsReport, groupsTable } from '../duplicates/duplicates-report.js';
import { existingFolder, keepRules } from '../duplicates/keep-option.js';
import { BURST_COLUMNS, burstsReport, burstsTable, showBursts } from '../duplicates/show-bursts.js';
import { groupMontage, showGroups } from '../duplicates/show-groups.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions, parsePositive } from '../options.js';
import { Output } from '../output.js';
import { addMachines, threadsAmong, withRanks } from '../ranks.js';
import { drawRunMontage } from '../run-montage.js';
import { showAliases } from '../skipped.js';
import { counter, shortPath } from '../words.js';
import { addCsv, type CsvOptions, writeCsv } from '../write-csv.js';

const DRAWN_GROUPS = 40;
/** No pictures are unlike enough for less. */
const LOWEST = 0.01;

interface Options extends CarryOutFlags, DecisionFlags, CommonOptions, CsvOptions, DeviceOptions, MachinesOptions {
  readonly undo?: boolean;
  readonly turned?: boolean;
  readonly bursts?: number;
  readonly threshold?: number;
  readonly only?: 'same' | 'similar';
  readonly keep?: readonly string[];
  readonly reference?: readonly string[];
  readonly out?: string;
  readonly montage?: string;
}

/** What is said about which copies stay, with folders as they are found. */
interface Choice {
  readonly rules: readonly KeepRule[];
  readonly references: readonly string[];
}

export function duplicatesCommand(): Command {
  const command = new Command('duplicates')
    .helpGroup(GROUPS.ask)
    .summary('find pictures that are there twice')
    .description('Finds pictures of a run that are the same, or similar, and says which copy of each is the best.')
    .argument('<run>', 'the run folder')
    .option(
      '--threshold <t>',
      'similarity from which on two pictures count as similar (default: found from the run’s own pictures)',
      parseSimilarity,
    )
    .option('--turned', 'also find mirrored, turned and cropped copies: looks at 17 views of each picture, once')
    .option(
      '--bursts <seconds>',
      'show pictures that are alike and were taken within so many seconds, by EXIF, as stacks, in place of duplicates',
      parsePositive('bursts'),
    )
    .addOption(new Option('--only <kind>', 'groups of one kind alone').choices(['same', 'similar']))
    .option(
      '--keep <rule...>',
      'which copy is the best: largest, newest, oldest, first-path, under DIR; several in order (default: largest oldest first-path)',
    )
    .option(
      '--reference <folder>',
      'pictures in it always stay; may be given again',
      (folder, others: string[] = []) => [...others, folder],
    )
    .option('--keep-all <picture...>', 'remember that all pictures of their groups stay')
    .option('--forget <picture...>', 'forget what was said of them and of their groups')
    .option('--decided', 'show the groups of which you said to keep all, in place of the others')
    .option('--out <file.csv>', `write the groups, with columns ${GROUP_COLUMNS.join(', ')}`)
    .option('--montage <file.png>', 'draw the first groups');
  addDevice(addMachines(addCarryOut(command))).addHelpText(
    'after',
    `
Examples:
  instdisc duplicates runs/pictures
  instdisc duplicates runs/pictures --only same --keep under ~/Pictures/Best oldest
  instdisc duplicates runs/pictures --threshold 0.95 --out duplicates.csv --montage duplicates.png

  instdisc duplicates runs/pictures --move-to ~/Pictures/Twice --yes
  instdisc duplicates runs/pictures --undo
  instdisc duplicates runs/pictures --bursts 3 --out bursts.csv

Pictures are the same if their files are the same to the byte, or show the same to the last pixel, whatever their features.
Pictures are similar if the cosine of their features is at least the threshold. In a group of similar pictures every two are;
of several that are the same it has the best. Links, hard ones too, are one picture.
Of each group one stays: that in a reference folder, or that of which somebody said so, here or on the page, or else the best
by the rules, ties going to the next rule. What is said is in decisions.json of the run, by the bytes of pictures.
Nothing is touched without --yes, and without --similar what is the same alone. Right before a file is, its bytes and those of one that stays are read again: what has
changed is left alone. Nothing is overwritten. Each act is in carried-out.jsonl of the run before it is done, so that --undo
puts back all of the last command, also one that was killed.
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
  if (options.undo) return undo(Output.of(options), path);
  if (options.bursts !== undefined && actAsked(options) !== undefined) {
    throw new ArgumentError(
      '--bursts: expected it without --move-to, --hardlink and --trash: bursts are shown, and left alone.',
    );
  }
  actAsked(options); // Says what is wrong with it before anything is searched.
  await withRanks(options, (machines) => duplicatesOn(machines, path, options));
}

async function duplicatesOn(machines: Communicator, path: string, options: Options): Promise<void> {
  const isFirst = machines.rank === 0;
  const output = isFirst ? Output.of(options) : new Output('nobody');
  const choice = {
    rules: await keepRules(options.keep ?? []),
    references: await Promise.all((options.reference ?? []).map((folder) => existingFolder('reference', folder))),
  };
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    const collection = collectionOfRanks(await openCollection(trained), machines);
    await noteSource(output, path, collection.source);
    const comparing = counter('comparing', 'pictures');
    const onProgress = (done: number, of: number): void => output.live(comparing(done, of));
    const neighbours = await interruptible((signal) => nearestOfEach(collection, MAX_PARTNERS, { signal, onProgress }));
    if (isFirst && options.bursts !== undefined) {
      await tellBursts(trained, collection, neighbours, options, options.bursts, output);
    } else if (isFirst) await tell(trained, collection, neighbours, options, choice, output);
    await collection.release();
  } finally {
    await trained.release();
  }
}

async function tellBursts(
  trained: TrainedRun,
  collection: Collection,
  neighbours: Neighbours,
  options: Options,
  seconds: number,
  output: Output,
): Promise<void> {
  const { threshold, stacks } = await interruptible(async (signal) => {
    const { pairs, threshold: own } = await findPairs(trained, collection, neighbours, options, output, signal);
    const threshold = options.threshold ?? Math.max(LOWEST, Number((own - BURST_LEEWAY).toFixed(3)));
    return { threshold, stacks: await burstStacks(pairs, new KnownFiles(collection), { seconds, threshold, signal }) };
  });
  output.clear();
  showBursts(output, stacks, collection, { seconds, threshold });
  output.json({ source: collection.source, threshold, seconds, bursts: burstsReport(stacks, collection) });
  if (options.out !== undefined) {
    await writeCsv(options.out, BURST_COLUMNS, burstsTable(stacks, collection), options);
    output.line(`Written: ${shortPath(options.out)}`);
  }
}

/** The rest, which takes little time. */
async function tell(
  trained: TrainedRun,
  collection: Collection,
  neighbours: Neighbours,
  options: Options,
  choice: Choice,
  output: Output,
): Promise<void> {
  const { out, montage, only } = options;
  const { found, pairs, threshold, calibration, groups, numDecided } = await interruptible(async (signal) => {
    const asked = await findPairs(trained, collection, neighbours, options, output, signal);
    const found = groupsAt(asked.pairs, asked.threshold);
    const wanted = found.groups.filter(({ kind }) => only === undefined || kind === only);
    await sayDecisions(trained.path, collection, found.groups, options, output);
    const decisions = await Decisions.read(trained.path);
    const judged = await judgeGroups(found.groups, new KnownFiles(collection), wanted, {
      ...choice,
      decisions,
      turned: asked.pairs.turned,
      signal,
    });
    const groups = judged.filter(({ isDecided, pictures }) =>
      options.decided ? isDecided : pictures.some(({ stays }) => !stays),
    );
    return { ...asked, found, groups, numDecided: judged.filter(({ isDecided }) => isDecided).length };
  });
  output.clear();
  showGroups(output, groups, collection, threshold);
  if (calibration !== undefined && only !== 'same') output.line(calibrationInWords(calibration));
  showAliases(output, pairs.links);
  if (numDecided > 0 && !options.decided) {
    output.line(`${plural(numDecided, 'group')} left out, of which you said to keep all; --decided shows them.`);
  }
  if (found.numCrowded > 0) {
    output.note(
      `${plural(found.numCrowded, 'picture')} may have more than ${MAX_PARTNERS} near duplicates. Only the nearest are ` +
        'compared, so that a large group may be told as several. A higher --threshold gives groups that are whole.',
    );
  }
  const act = actAsked(options);
  const done =
    act &&
    (await carryOutGroups(output, trained.path, act, groups, collection, {
      isDone: options.yes ?? false,
      takesSimilar: options.similar ?? only === 'similar',
      references: choice.references,
    }));
  output.json({
    source: collection.source,
    threshold,
    ...(calibration && { calibration }),
    numSpare: groups.flatMap(({ pictures }) => pictures.filter(({ stays }) => !stays)).length,
    numCrowded: found.numCrowded,
    numDecided,
    links: pairs.links,
    groups: groupsReport(groups, collection),
    ...(done && { carriedOut: done }),
  });
  if (out !== undefined) {
    await writeCsv(out, GROUP_COLUMNS, groupsTable(groups, collection), options);
    output.line(`Written: ${shortPath(out)}`);
  }
  if (montage !== undefined && groups.length > 0) {
    const rows = groups.slice(0, DRAWN_GROUPS).map((group) => groupMontage(group, collection));
    await drawRunMontage(output, montage, rows, trained.path);
    output.line(`Drawn: ${shortPath(montage)}`);
  }
}

async function findPairs(
  trained: TrainedRun,
  collection: Collection,
  neighbours: Neighbours,
  { threshold: asked, turned: wantsTurned, bursts }: Options,
  output: Output,
  signal: AbortSignal,
) {
  const encoding = counter('encoding', 'copies made to find the threshold');
  const telling = {
    read: counter('reading', 'pictures'),
    views: counter('looking for views of', 'pictures'),
    pairs: counter('comparing the pixels of', 'pairs'),
  };
  const calibration =
    asked === undefined
      ? await duplicateCalibration(trained, collection, neighbours, {
          signal,
          onProgress: (done, of) => output.live(encoding(done, of)),
          onNotKept: ({ message }) => output.note(`The threshold is not kept for the next time. ${message}`),
        })
      : undefined;
  const threshold = asked ?? calibration?.threshold ?? DUPLICATE_THRESHOLD;
  const leeway = bursts === undefined ? 0 : BURST_LEEWAY;
  const floor = Math.min(DUPLICATE_FLOOR, Math.max(LOWEST, threshold - leeway));
  const gone = await carriedOut(trained.path);
  const without = new Set(
    Array.from(collection.pictures.keys()).filter((row) => gone.has(collection.pictures[row]!.id)),
  );
  const turned = wantsTurned
    ? await turnedPairs(trained.path, collection, {
        signal,
        onProgress: (what, done, of) => output.live(telling[what](done, of)),
        onNotKept: ({ message }) => output.note(`What was found is not kept for the next time. ${message}`),
      })
    : [];
  const pairs = await duplicatePairs(collection, { floor, neighbours, turned, without, signal });
  return { pairs, threshold, calibration };
}
