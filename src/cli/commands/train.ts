/** @file `instdisc train`. */
import { Command, Option } from 'commander';
import { ArgumentError } from '../../core/errors.js';
import type { MachinesOptions } from '../../machines/mpi.js';
import { DIFFERENCE_NAMES, DIFFERENCES } from '../../method/alike.js';
import { DEFAULT_MINUTES } from '../../method/candidates.js';
import { LOSSES } from '../../method/losses/losses.js';
import { lossesWith } from '../../method/losses/named-losses.js';
import { DEFAULT_RECIPE, RECIPE_NAMES, RECIPES } from '../../method/recipes.js';
import { DECLARED_SETTINGS, SETTING_NAMES, saidOf } from '../../method/settings.js';
import { ROW_BEGINNINGS, type RowBeginning } from '../../run/run-update.js';
import { DEVICES } from '../../runtime/device.js';
import { train } from '../../train/train.js';
import type { TrainOptions } from '../../train/training-options.js';
import { sayFinished } from '../finished.js';
import { GROUPS } from '../groups.js';
import { indexFollows } from '../index-follows.js';
import { interruptible } from '../interrupt.js';
import { addNetwork, type NetworkOptions, withNetwork } from '../network-options.js';
import { addCommon, type CommonOptions, collect, excludeOption } from '../options.js';
import { Output, paint } from '../output.js';
import { addMachines, withRanks } from '../ranks.js';
import { TrainDisplay } from '../train-display.js';
import { type Given, parseAssignments, parseValue, readConfigFile, toTrainOptions } from '../train-options.js';
import { toUpdateOptions } from '../update-options.js';
import { updateShown } from '../update-shown.js';
import { commandLine } from '../words.js';

interface Options extends CommonOptions, MachinesOptions, NetworkOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly resume?: boolean;
  readonly update?: boolean;
  readonly newRows?: RowBeginning;
  readonly onlyNew?: boolean;
  readonly keepRows?: boolean;
  readonly checkpointEvery?: unknown;
}

const RECIPE = '(default: the recipe’s)';

export function trainCommand(): Command {
  const command = new Command('train')
    .helpGroup(GROUPS.learn)
    .summary('learn from pictures')
    .description(
      'Learns what looks alike from pictures without labels, and writes the encoder and all else into a run folder.',
    )
    .argument('[paths...]', 'pictures: files and folders, searched to any depth; CIFAR and IDX files, too')
    .optionsGroup('Run:')
    .option('--out <run>', 'the run folder, new or, with --resume, an earlier one')
    .option('--resume', 'go on with the run in --out, exactly as if it had never stopped; needs nothing else')
    .option('--update', 'look again at the pictures of the run in --out, and at more of them, and learn what is new')
    .option(
      '--labels <file>',
      'CSV file with columns path and label; used to measure accuracy, and to learn by --loss supervised (default: folder names)',
    )
    .option(
      '--init <file>',
      'weights to start from: .safetensors by torchvision’s names, or an encoder.onnx (default: random)',
    )
    .addOption(excludeOption())
    .option('--config <file>', 'JSON file with any settings; flags win over it')
    .optionsGroup('Settings:')
    .option(
      '--recipe <name>',
      `where settings come from that are not given: ${RECIPE_NAMES.join(', ')} (default: ${DEFAULT_RECIPE})`,
    );
  command
    .option(
      '--minutes <n>',
      `how long all may take; size, width and epochs follow (default: ${DEFAULT_MINUTES}, without --epochs)`,
      parseValue,
    )
    .option(
      '--ignore <words>',
      `differences between pictures that do not count: ${DIFFERENCE_NAMES.join(', ')}; see below`,
    )
    .option('--matters <words>', 'differences that do count (default for both: as the pictures suggest)');
  for (const [name, { flag }] of DECLARED_SETTINGS) {
    if (flag !== undefined) command.option(`--${name} ${flag}`, `${saidOf(name)} ${RECIPE}`, parseValue);
  }
  command.addOption(
    new Option('--new-rows <how>', 'with --update, how rows of new pictures begin (default: encoded)').choices(
      ROW_BEGINNINGS,
    ),
  );
  command
    .option('--only-new', 'with --update, learn from the new pictures alone, beside the rows of all')
    .option('--keep-rows', 'with --update, keep rows of pictures that are gone, for others to be told from')
    .option('--no-keep-rows', 'with --update, let go of those that were kept before, too');
  command.option('--set <name=value>', 'any other setting, see below; may be repeated', collect);
  addNetwork(command)
    .option('--freeze', 'train only what is added to it, on features of some crops that are encoded once: minutes')
    .option('--freeze-until <node>', 'leave it as it is up to this node')
    .option('--layer-decay <x>', 'smaller steps towards the picture, such as 0.75 of the next part’s', parseValue)
    .optionsGroup('Machine:');
  addMachines(command)
    .option('--device <name>', `${DEVICES.join(', ')} (default: cpu)`)
    .option('--threads <n>', 'CPU threads that compute (default: one a core)', parseValue)
    .option('--workers <n>', 'threads that prepare pictures; results do not depend on it (default: 1)', parseValue)
    .option(
      '--local-cache <folder>',
      'copy the decoded pictures there, to a disk of this machine, and read them from it',
    )
    .option(
      '--checkpoint-activations',
      'compute parts of each step twice rather than keep them: less memory, more time',
    )
    .option('--checkpoint-every <minutes>', 'save this often within an epoch, too (default: 5)', parseValue)
    .addHelpText('after', HELP)
    .action(run);
  return addCommon(command);
}

const HELP = `
Examples:
  instdisc train ~/Pictures --out runs/pictures
  instdisc train photos --out runs/longer --minutes 60
  instdisc train cells --out runs/cells --ignore orientation --matters colour,scale
  instdisc train photos/* --out runs/photos --exclude '*.png' --exclude masks/
  instdisc train photos scans/2024 --out runs/small --width 16 --epochs 30
  instdisc train cifar-10/train --out runs/cifar --recipe cifar10 --set warmup=2
  instdisc train photos --out runs/tuned --init resnet18.safetensors --lr 0.01
  instdisc train photos --out runs/further --encoder mobilenet.onnx
  instdisc train photos --out runs/minutes --encoder dinov2.onnx --freeze --minutes 5
  instdisc train --out runs/pictures --resume
  instdisc train --out runs/pictures --update ~/More --epochs 5

Words for --ignore and --matters, with commas between:
${DIFFERENCE_NAMES.map((name) => `  ${name.padEnd(12)}${DIFFERENCES[name].is}`).join('\n')}

Losses (equations in docs/method.md):
${LOSSES.map(({ name, sentence }) => `  ${name.padEnd(12)}${sentence}`).join('\n')}

Recipes:
${recipeTable()}

Names for --set and --config:
  ${SETTING_NAMES.join(', ').replace(/(.{1,76},) /g, '$1\n  ')}
  In --config also: paths, exclude, out, recipe, minutes, ignore, matters, labels, init, device, threads, workers, localCache, checkpointMinutes, and
  noiseWeights, a CSV file with columns path and weight: how often ${lossesWith('noiseWeights').join(' and ')} draw each picture
  e.g. {"recipe": "folder", "width": 32, "crop": [0.3, 1], "schedule": "cosine"}

Ctrl-C saves everything and says how to go on; a second one ends at once.`;

function recipeTable(): string {
  const names = [
    'encoder',
    'width',
    'size',
    'epochs',
    'batch',
    'loss',
    'negatives',
    'tau',
    'lr',
    'schedule',
    'weightDecay',
    'seed',
  ] as const;
  const row = (name: string, cells: readonly unknown[]): string =>
    `  ${name.padEnd(12)}${cells.map((cell) => String(cell).padEnd(10)).join('')}`.trimEnd();
  const head = row('', RECIPE_NAMES);
  return [
    head,
    ...names.map((name) =>
      row(
        name,
        RECIPE_NAMES.map((recipe) => RECIPES[recipe][name]),
      ),
    ),
  ].join('\n');
}

async function run(
  paths: readonly string[],
  { json, verbose, machines: asked, config, set = [], resume, update, checkpointEvery, ...options }: Options,
): Promise<void> {
  const { cut, resize, mean, std, scale, colour, layout, newRows, onlyNew, keepRows, ...named } = options;
  const flags: Given = {
    ...named,
    ...(paths.length > 0 && { paths }),
    ...(checkpointEvery !== undefined && { checkpointMinutes: checkpointEvery }),
  };
  const given = {
    ...(config !== undefined && (await readConfigFile(config))),
    ...parseAssignments(set, flags),
    ...flags,
  };
  const { network, ...others } = withNetwork(given, { cut, resize, mean, std, scale, colour, layout });
  const { out, ...rest } = toTrainOptions(others);
  if (out === undefined)
    throw new ArgumentError('out: expected a folder for the run, got none. Give --out, e.g. --out runs/first.');
  const ofUpdate = {
    ...(newRows !== undefined && { newRows }),
    ...(onlyNew !== undefined && { onlyNew }),
    ...(keepRows !== undefined && { keepRows }),
  };
  if (update) {
    await updateShown(toUpdateOptions(rest, out, ofUpdate), json ?? false, { machines: asked });
    return;
  }
  const [onlyThere] = Object.keys(ofUpdate);
  if (onlyThere !== undefined) {
    throw new ArgumentError(
      `${onlyThere}: expected only with --update, got it without. Give --update, or leave it out.`,
    );
  }
  await withRanks({ machines: asked }, (machines) =>
    trainOn(
      { ...rest, ...(network && { network }), out, resume: resume ?? false, machines },
      machines.rank === 0 ? (json ?? false) : undefined,
    ),
  );
}

/** @param json whether a machine reads; undefined if nobody does */
async function trainOn(options: TrainOptions, json: boolean | undefined): Promise<void> {
  const { out } = options;
  const output = json === undefined ? new Output('nobody') : Output.of({ json });
  const startedAt = performance.now();
  const end = await trainShown(options, output);
  if (end === 'stopped') {
    process.exitCode = 130;
    return;
  }
  // An update that was interrupted, or ranks that have gone on with one.
  if (json !== undefined) await indexFollows(output, out);
  sayFinished(output, out, startedAt, ['search', out, 'a-picture.jpg', '--montage', 'nearest.png']);
}

/** Trains as the command does: shown, and stopped by Ctrl-C. */
export async function trainShown(options: TrainOptions, output: Output): Promise<'finished' | 'stopped'> {
  const { out } = options;
  const display = new TrainDisplay(output, out);
  const isHeard = (options.machines?.rank ?? 0) === 0;
  const end = await interruptible((signal) => train({ ...options, onEvent: display.handle, signal }), {
    onFirst: () => isHeard && output.note('saving… then encoding the pictures (Ctrl-C again ends at once)'),
  });
  output.clear();
  if (end === 'stopped') {
    const command = resumeCommand(options);
    output.line('Stopped; everything is saved. To go on:');
    output.line(`  ${paint('bold', command)}`);
    output.json({ kind: 'resume', command });
  }
  return end;
}

/** All that a run needs to go on lies in its folder, but for what changes only the speed. */
function resumeCommand({ out, workers, localCache, checkpointMinutes }: TrainOptions): string {
  return commandLine([
    ...['train', '--out', out, '--resume'],
    ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ...(localCache === undefined ? [] : ['--local-cache', localCache]),
    ...(checkpointMinutes === undefined ? [] : ['--checkpoint-every', String(checkpointMinutes)]),
  ]);
}
