/** @file Shows a file where it lies, in the file manager of this machine. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RequestError } from './problem.js';

/** What a server may do on the desktop of who sits before it. */
export interface Desktop {
  /** @throws {RequestError} 409, if there is no desktop to show it on */
  show(path: string): Promise<void>;
}

/** Programs that show a file, the best first. */
type Command = readonly [program: string, ...args: string[]];

export const DESKTOP: Desktop = {
  async show(path) {
    for (const command of commandsFor(path, process.platform, process.env)) if (await starts(command)) return;
    throw new RequestError(409, 'folder: expected a desktop on this machine to show it on, got none.');
  },
};

/** What shows a file where it lies; nothing where there is no screen. */
export function commandsFor(
  path: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly Command[] {
  if (platform === 'darwin') return [['open', '-R', path]];
  if (platform === 'win32') return [['explorer.exe', `/select,"${path}"`]];
  if (env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return [];
  // A quote would end the text of the message.
  const url = pathToFileURL(path).href.replaceAll("'", '%27');
  const manager = ['--dest', 'org.freedesktop.FileManager1', '--object-path', '/org/freedesktop/FileManager1'];
  return [
    ['gdbus', 'call', '--session', ...manager, '--method', 'org.freedesktop.FileManager1.ShowItems', `['${url}']`, ''],
    ['xdg-open', dirname(path)],
  ];
}

/** Without a shell: no name of a file is a command. */
function starts([program, ...args]: Command): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true });
    child.on('error', () => done(false));
    // The Explorer of Windows says 1 where all went well.
    child.on('exit', (code) => done(code === 0 || process.platform === 'win32'));
    child.unref();
  });
}
