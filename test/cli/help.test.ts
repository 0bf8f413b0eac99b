import { spawnSync } from 'node:child_process';
import { openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '#src/cli/groups.js';
import { commandNamed, here, MAIN, run } from './cli.js';

/** A file for each; of two words where a name would look like a barrel. */
const COMMANDS = readdirSync(join(import.meta.dirname, '../../src/cli/commands')).map((file) =>
  file.replace(/(-command)?\.ts$/, ''),
);

describe('help', () => {
  it('lists every command and exit code', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    // What is in no group would come under a heading of its own.
    const headings = Array.from(stdout.matchAll(/^(\w[^.\n]*:)$/gm), ([heading]) => heading);
    expect(headings.slice(1, 1 + Object.keys(GROUPS).length)).toEqual(Object.values(GROUPS));
    expect(stdout).not.toMatch(/^Commands:/m);
    for (const exitCode of [0, 1, 2, 3, 4, 5, 130]) expect(stdout).toMatch(new RegExp(`^  ${exitCode} `, 'm'));
  });

  it.each(COMMANDS)('explains %s with examples of it', async (name) => {
    let help = '';
    (await commandNamed(name)).configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`Examples:\n  instdisc ${name}`);
    expect(help).toContain('--json');
  });

  it('of a command is asked for by --help', async () => {
    const { code, stdout } = await run(['train', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: instdisc train /);
  });

  it('says its version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('mistakes', () => {
  // What the parser says, and what stands for an exit code each of the command line itself.
  it.each([
    ['an unknown command', ['trian'], 2, 'Did you mean train?'],
    ['a name that every object has', ['toString'], 2, "unknown command 'toString'"],
    ['an unknown option', ['train', 'x', '--out', 'y', '--widht', '8'], 2, 'Did you mean --width?'],
    ['a setting out of range', ['train', '.', '--out', 'y', '--tau', '0'], 2, 'tau: '],
    ['a missing run', ['search', '/nowhere', 'x.jpg'], 4, '/nowhere: expected a run folder'],
  ])('refuses %s', async (_, args, code, message) => {
    const ended = await run(args);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain('    at ');
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
  });

  it.each([
    ['an unknown setting', ['train', 'x', '--out', 'y', '--set', 'weightdecay=1'], "Did you mean 'weightDecay'?"],
    ['settings that contradict', ['train', '.', '--out', 'y', '--loss', 'softmax', '--negatives', '9'], 'negatives: '],
    [
      'a value given twice',
      ['train', '.', '--out', 'y', '--width', '8', '--set', 'width=9'],
      'width: expected one value',
    ],
    ['training without a folder', ['train', '.'], 'out: '],
    ['training without pictures', ['train', '--out', '/nowhere/run'], 'paths: '],
    ['a number that is none', ['search', 'run', 'x.jpg', '-k', 'many'], '--k: '],
    ['an unknown device', ['search', 'run', 'x.jpg', '--device', 'tpu'], '--device: '],
    ['a format that is none', ['embed', 'run', '.', '--out', 'features.txt'], 'features.txt: '],
    ['an export that is none', ['export', 'run', '--out', 'encoder.pt'], 'encoder.pt: '],
  ])('refuses %s', async (_, args, message) => {
    expect(await here(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('shows the stack with --verbose', async () => {
    const { stderr } = await run(['search', '/nowhere', 'x.jpg', '--verbose']);
    expect(stderr).toContain('    at ');
  });
});

it.runIf(process.platform === 'linux')('fails in a sentence where its output finds no room', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--version'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^standard output: expected room to write, got a full disk \(ENOSPC\)\. .*\n$/);
  expect(status).toBe(3);
});
