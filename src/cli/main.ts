#!/usr/bin/env node
/** @file The command line. */
import { Command, CommanderError } from 'commander';
import { InstDiscError } from '../core/errors.js';
import { benchCommand } from './commands/bench.js';
import { classifyCommand } from './commands/classify.js';
import { demoCommand } from './commands/demo.js';
import { duplicatesCommand } from './commands/duplicates.js';
import { embedCommand } from './commands/embed.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exploreCommand } from './commands/explore.js';
import { exportCommand } from './commands/export.js';
import { indexCommand } from './commands/index.js';
import { mapCommand } from './commands/map.js';
import { searchCommand } from './commands/search.js';
import { serveCommand } from './commands/serve.js';
import { trainCommand } from './commands/train.js';
import { VERSION } from './version.js';

const HELP = `
A first try, without pictures of your own:
  instdisc demo

With your own:
  instdisc train ~/Pictures --out runs/pictures
  instdisc search runs/pictures ~/Pictures/beach.jpg --montage nearest.png

Exit codes:
  0    done
  1    something else went wrong
  2    an argument or setting is unknown, out of range or contradicts another
  3    pictures or other input files are missing or cannot be used
  4    a run folder is missing, taken, damaged or does not fit
  5    the device cannot do it
  130  stopped by Ctrl-C; a training has saved everything

instdisc <command> --help explains a command.`;

const program = new Command('instdisc')
  .description('Learns visual similarity from a folder of pictures without labels, then answers with it.')
  .version(VERSION, '--version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .helpCommand(false)
  .addHelpText('after', HELP);

for (const command of [
  demoCommand(),
  trainCommand(),
  exploreCommand(),
  searchCommand(),
  duplicatesCommand(),
  classifyCommand(),
  mapCommand(),
  indexCommand(),
  evaluateCommand(),
  embedCommand(),
  exportCommand(),
  serveCommand(),
  benchCommand(),
]) {
  program.addCommand(command.exitOverride().allowExcessArguments(false));
}
program.exitOverride();

// Who reads the output may stop reading, `head` for one; work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** @returns the exit code */
function report(error: unknown): number {
  // Commander has said already what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`${process.argv.includes('--verbose') ? stack : message}\n`);
  return error instanceof InstDiscError ? error.exitCode : 1;
}
