#!/usr/bin/env node
/** @file The command line. */
import { readdirSync } from 'node:fs';
import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { DeviceError, InstDiscError } from '../core/errors.js';
import { printable, printableLines } from '../core/printable.js';
import { systemError, withPath } from '../core/system-errors.js';
import { GROUPS } from './groups.js';
import { keepHangupIgnored, surviveClosedTerminal } from './hangup.js';
import { VERSION } from './version.js';

/** Every file here is a command; its module, and all that it needs, is loaded only if it is asked for. */
const FOLDER = new URL('commands/', import.meta.url);
/** Files by the names of their commands; `index-command.js`, as `index.js` would be a folder's entry. */
const FILES = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.js'))
    .map((file) => [file.replace(/(-command)?\.js$/, ''), file]),
);

async function load(name: string): Promise<Command> {
  const module: Readonly<Record<string, () => Command>> = await import(new URL(FILES.get(name)!, FOLDER).href);
  return module[`${name}Command`]!();
}

const HELP = `
A first try, without pictures of your own:
  instdisc demo

With your own:
  instdisc train ~/Pictures --out runs/pictures
  instdisc search runs/pictures ~/Pictures/beach.jpg --montage nearest.png

Exit codes:
  0    done
  1    something else went wrong; a training has diverged, for one
  2    an argument or setting is unknown, out of range or contradicts another
  3    pictures, other input files or a place to write are missing or cannot be used
  4    a run folder is missing, taken, damaged or does not fit
  5    the device or the machine cannot do it
  130  stopped by Ctrl-C; a training has saved everything

instdisc <command> --help explains a command.`;

/** Commander repeats what was typed. */
const SAFE: OutputConfiguration = { outputError: (text, write) => write(printableLines(text)) };

const program = new Command('instdisc')
  .description('Learns visual similarity from a folder of pictures without labels, then answers with it.')
  .version(VERSION, '--version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .helpCommand(false)
  .addHelpText('after', HELP);

const [asked = ''] = process.argv.slice(2);
const names = FILES.has(asked) ? [asked] : [...FILES.keys()];
program.exitOverride().configureOutput(SAFE);

keepHangupIgnored();
surviveClosedTerminal();

// Who reads the output may stop reading, `head` for one, a terminal may be closed, and the disk that a log goes to may be
// full. Work goes on; but a result that could not be told whole is no success.
let isTold = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'EIO' || !isTold) return;
  isTold = false;
  process.exitCode = report(withPath(error, 'standard output'));
});
process.stderr.on('error', () => undefined);

try {
  // Here, as even to load a command may take more files than may be open.
  const places = Object.values<string>(GROUPS);
  const place = (command: Command): number => places.indexOf(command.helpGroup());
  for (const command of (await Promise.all(names.map(load))).sort((a, b) => place(a) - place(b))) {
    program.addCommand(command.exitOverride().allowExcessArguments(false).configureOutput(SAFE));
  }
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** @returns the exit code */
function report(error: unknown): number {
  // Commander has said already what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const told = systemError(error) ?? (error instanceof InstDiscError ? error : (notLoaded(error) ?? mistake(error)));
  const { message, stack } = told;
  process.stderr.write(`${process.argv.includes('--verbose') && stack ? printableLines(stack) : printable(message)}\n`);
  return told instanceof InstDiscError ? told.exitCode : 1;
}

/** Node says of a package that it is not there also where no more files may be open. */
function notLoaded(error: unknown): DeviceError | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return new DeviceError(
    `instdisc: expected all its parts to load, got: ${message}. Install it anew, or let more files be open: ulimit -n 4096.`,
  );
}

/** What nobody has foreseen. */
function mistake(error: unknown): Error {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const advice = 'This is a mistake of the program: --verbose shows where. Please report it.';
  const told = new Error(`instdisc: expected to go on, got: ${message}. ${advice}`);
  told.stack = stack;
  return told;
}
