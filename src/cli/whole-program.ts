/** @file All commands as one program: what the command line runs, and what the man page and completions are made from. */
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { VERSION } from '../run/version.js';
import { GROUPS } from './groups.js';

/** Every file here is a command; its module, and all that it needs, is loaded only if it is asked for. */
const FOLDER = new URL('commands/', import.meta.url);
/** Files by the names of their commands; `index-command.js`, as `index.js` would be a folder's entry. */
const FILES: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.js'))
    .map((file) => [file.replace(/(-command)?\.js$/, ''), file]),
);

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

/** The program without its commands. */
export function emptyProgram(): Command {
  return new Command('instdisc')
    .description('Learns visual similarity from a folder of pictures without labels, then answers with it.')
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', HELP);
}

/**
 * The commands, in the order of the help.
 *
 * @param name of the only one that is wanted; all if there is none of that name
 */
export async function loadCommands(name = ''): Promise<Command[]> {
  const names = FILES.has(name) ? [name] : [...FILES.keys()];
  const places = Object.values<string>(GROUPS);
  const place = (command: Command): number => places.indexOf(command.helpGroup());
  return (await Promise.all(names.map(load))).sort((a, b) => place(a) - place(b));
}

async function load(name: string): Promise<Command> {
  const module: Readonly<Record<string, () => Command>> = await import(new URL(FILES.get(name)!, FOLDER).href);
  return module[`${name}Command`]!();
}

/** What stands after the options in the help of a command, without blank lines around it. */
export function textAfterHelp(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help.slice(command.helpInformation().length).trim();
}
