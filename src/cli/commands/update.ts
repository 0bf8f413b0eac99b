/** @file `instdisc update`. */
import { Command } from 'commander';
import type { MachinesOptions } from '../../machines/mpi.js';
import { GROUPS } from '../groups.js';
import { addCommon, type CommonOptions, parseCount } from '../options.js';
import { addMachines } from '../ranks.js';
import { updateShown } from '../update-shown.js';

interface Options extends CommonOptions, MachinesOptions {
  readonly workers?: number;
}

export function updateCommand(): Command {
  const command = addMachines(new Command('update'))
    .helpGroup(GROUPS.learn)
    .summary('bring a run to the pictures that are there now')
    .description(
      'Looks again at the folders of a run. New pictures get rows, renamed ones keep theirs, those that are gone leave; where enough are new, it goes on learning.',
    )
    .argument('<run>', 'the run folder')
    .argument('[paths...]', 'folders and files that come to those of the run')
    .option(
      '--workers <n>',
      'threads that prepare pictures; results do not depend on it (default: 1)',
      parseCount('workers'),
    )
    .addHelpText(
      'after',
      `
Examples:
  instdisc update runs/pictures
  instdisc update runs/pictures ~/More

It trains for half an epoch for each epoch of the run and each new picture's share: of 50 epochs, and a tenth new, 3. Where
that is less than one epoch, the encoder stays as it is, and new pictures only get rows by it; those count as new at the next
update. For more or less: instdisc train --out RUN --update --epochs N. An index of the run on this machine follows at the
end. docs/updates.md says the rest.`,
    );
  return addCommon(command).action(run);
}

async function run(out: string, paths: readonly string[], { workers, json = false, machines }: Options): Promise<void> {
  await updateShown({ out, paths, isSpared: true, ...(workers !== undefined && { workers }) }, json, { machines });
}
