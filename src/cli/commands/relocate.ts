/** @file `instdisc relocate`. */
import { Command } from 'commander';
import { plural } from '../../core/format.js';
import { relocate } from '../../run/relocate.js';
import { hasIndex } from '../../store/index/index-address.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { addCommon, type CommonOptions } from '../options.js';
import { Output } from '../output.js';
import { commandLine, counter, shortPath } from '../words.js';

interface Options extends CommonOptions {
  readonly from: string;
  readonly to: string;
}

export function relocateCommand(): Command {
  const command = new Command('relocate')
    .helpGroup(GROUPS.learn)
    .summary('tell a run where its pictures have gone')
    .description('Tells a run where its pictures have gone. They are known by their bytes, under whatever names.')
    .argument('<run>', 'the run folder')
    .requiredOption('--from <path>', 'the folder or file that they were in')
    .requiredOption('--to <path>', 'where they are now')
    .addHelpText(
      'after',
      `
Examples:
  instdisc relocate runs/pictures --from ~/Pictures --to /mnt/archive/Pictures

Nothing is moved and nothing learnt anew: the run only knows the pictures by their new paths, so that they are shown
whole again and --resume finds them. Those that are not there keep their old paths.`,
    );
  return addCommon(command).action(run);
}

async function run(path: string, { from, to, json = false }: Options): Promise<void> {
  const output = Output.of({ json });
  const looking = counter('looking for', 'pictures');
  const relocated = await interruptible((signal) =>
    relocate(path, { from, to, signal, onProgress: (done, of) => output.live(looking(done, of)) }),
  );
  output.clear();
  const { numMoved, missing } = relocated;
  output.line(`${plural(numMoved, 'picture')} found in ${shortPath(to)}.`);
  if (missing.length > 0) {
    output.note(`${plural(missing.length, 'picture')} not found, e.g. ${missing[0]}; the old paths stay.`);
  }
  if (hasIndex(await RunFolder.open(path))) {
    output.note(`The run has an index of its own: ${commandLine(['index', path, to])} finds its pictures there.`);
  }
  output.json(relocated);
}
