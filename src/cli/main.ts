#!/usr/bin/env node
/** @file The command line. */
import { CommanderError, type OutputConfiguration } from 'commander';
import { DeviceError, InstDiscError } from '../core/errors.js';
import { printable, printableLines } from '../core/printable.js';
import { systemError, withPath } from '../core/system-errors.js';
import { keepHangupIgnored, surviveClosedTerminal } from './hangup.js';
import { emptyProgram, loadCommands } from './whole-program.js';

/** Commander repeats what was typed. */
const SAFE: OutputConfiguration = { outputError: (text, write) => write(printableLines(text)) };

const program = emptyProgram();
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
  for (const command of await loadCommands(process.argv[2])) {
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
