/** @file `instdisc export`. */
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { formatBytes } from '../../core/format.js';
import { exportRun } from '../../run/export-run.js';
import { GROUPS } from '../groups.js';
import { addCommon, type CommonOptions } from '../options.js';
import { Output } from '../output.js';
import { shortPath } from '../words.js';

interface Options extends CommonOptions {
  readonly out: string;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .helpGroup(GROUPS.give)
    .summary('write the encoder to a file for other programs')
    .description('Writes the encoder of a run as one file that other programs can load.')
    .argument('<run>', 'the run folder')
    .requiredOption(
      '--out <file>',
      'ends in .onnx (runs as it is in any ONNX runtime) or .safetensors (weights, for PyTorch)',
    )
    .addHelpText(
      'after',
      `
Examples:
  instdisc export runs/pictures --out encoder.onnx
  instdisc export runs/pictures --out weights.safetensors

The ONNX file takes images, float32[batch, 3, size, size], and gives features, unit vectors; how a picture is brought
to that form is in its metadata, as preprocessing. The weights carry the names that torchvision’s ResNets give them.`,
    );
  return addCommon(command).action(run);
}

async function run(path: string, { out, json = false }: Options): Promise<void> {
  const output = Output.of({ json });
  await exportRun(path, out, { onDamage: ({ message }) => output.note(message) });
  const { size } = await stat(out);
  output.line(`${shortPath(out)}, ${formatBytes(size)}`);
  output.json({ out, numBytes: size });
}
