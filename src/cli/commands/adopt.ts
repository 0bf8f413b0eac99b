/** @file `instdisc adopt`. */
import { Command, Option } from 'commander';
import { type AdoptOptions, adopt } from '../../train/adopt.js';
import { sayFinished } from '../finished.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { addNetwork, givenNetwork, type NetworkOptions } from '../network-options.js';
import {
  addCommon,
  addDevice,
  type CommonOptions,
  type DeviceOptions,
  type ExcludeOptions,
  excludeOption,
  parseCount,
} from '../options.js';
import { Output } from '../output.js';
import { TrainDisplay } from '../train-display.js';

interface Options extends CommonOptions, DeviceOptions, ExcludeOptions, NetworkOptions {
  readonly out: string;
  readonly pictures?: readonly string[];
  readonly labels?: string;
  readonly size?: number;
  readonly fit?: 'crop' | 'pad';
  readonly whiten?: boolean;
}

export function adoptCommand(): Command {
  const command = new Command('adopt')
    .helpGroup(GROUPS.learn)
    .summary('take a network that is trained already, as it is')
    .description(
      'Makes a run of a network in an .onnx file, without training: pictures are searched, mapped and labelled by its features.',
    )
    .argument('<network.onnx>', 'the network, such as a ResNet, MobileNet, DINOv2, or the picture half of CLIP')
    .requiredOption('--out <run>', 'the run folder, a new one')
    .option('--pictures <paths...>', 'what to answer about: files and folders, searched to any depth')
    .addOption(excludeOption())
    .option('--labels <file>', 'CSV file with columns path and label (default: folder names)')
    .option('--whiten', 'centre and whiten features by these pictures')
    .option('--no-whiten', 'take features as they are');
  addNetwork(command)
    .option('--size <pixels>', 'side of the crop that it sees', parseCount('size'))
    .addOption(
      new Option(
        '--fit <how>',
        'long pictures: crop takes the middle, pad all in a square (default: as they suggest)',
      ).choices(['crop', 'pad']),
    );
  addDevice(command.optionsGroup('Machine:')).addHelpText(
    'after',
    `
Examples:
  instdisc adopt resnet50.onnx --pictures photos --out runs/resnet50
  instdisc adopt dinov2/onnx/model.onnx --pictures photos scans --out runs/dinov2
  instdisc adopt mobilenet.onnx --size 192 --mean 127.5 --std 127.5 --scale 1 --pictures photos --out runs/mobile
  instdisc adopt clip-vision.onnx --out runs/clip, then: instdisc index runs/clip photos

What pictures must look like is read from a preprocessor_config.json, config.json or open_clip_config.json beside the file;
what is said there nowhere, nor by flags, is ImageNet's. Without --pictures the run has none of its own: it embeds, and
answers about what is indexed. Stopped by Ctrl-C, the same command goes on. To train it further on your pictures:
  instdisc train photos --encoder resnet50.onnx --out runs/tuned`,
  );
  return addCommon(command).action(run);
}

async function run(network: string, options: Options): Promise<void> {
  const { out, pictures = [], exclude, labels, fit, whiten, device, threads } = options;
  const output = Output.of(options);
  const display = new TrainDisplay(output, out);
  const startedAt = performance.now();
  const given: AdoptOptions = {
    ...givenNetwork(network, options),
    ...{ out, paths: pictures },
    ...(exclude && { exclude }),
    ...(labels !== undefined && { labels }),
    ...(fit !== undefined && { fit }),
    ...(whiten !== undefined && { whiten }),
    ...(device && { device }),
    ...(threads !== undefined && { threads }),
  };
  const end = await interruptible((signal) => adopt({ ...given, onEvent: display.handle, signal }));
  output.clear();
  if (end === 'stopped') {
    output.line('Stopped; what is encoded is kept. The same command goes on.');
    process.exitCode = 130;
    return;
  }
  const next =
    pictures.length > 0 ? ['search', out, 'a-picture.jpg', '--montage', 'nearest.png'] : ['index', out, 'photos'];
  sayFinished(output, out, startedAt, next);
}
