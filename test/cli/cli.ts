/** @file Runs the built command line, on small drawn pictures. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, vi } from 'vitest';
import { InstDiscError } from '#src/core/errors.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Seconds of training at most. One thread: sums are rounded the same wherever the test runs. */
export const TINY = [
  '--width',
  '8',
  '--size',
  '16',
  '--batch',
  '16',
  '--epochs',
  '2',
  '--set',
  'warmup=0',
  '--threads',
  '1',
];

/**
 * The same without smaller crops, for whose part of the step's graph half of so short a training goes: where they are not the
 * point. Only for losses that have them.
 */
export const TINIEST = [...TINY, '--set', 'localCrops=0'];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process has said once it is over, however it ends. */
export function endOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise<Ended>((fulfil) => child.on('close', (code) => fulfil({ code, stdout, stderr })));
}

/** Starts a command; `ended` is fulfilled when it is over, however it ends. */
export function start(
  args: readonly string[],
  cwd = process.cwd(),
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: endOf(child) };
}

export async function run(args: readonly string[], cwd?: string): Promise<Ended> {
  return start(args, cwd).ended;
}

/**
 * Runs one command in this process, in a tenth of the time: where it is not the process that is tested.
 *
 * @param args without the command's name
 */
export async function call(command: Command, ...args: string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text;
      return true;
    });
  }
  try {
    await command.exitOverride().parseAsync(args, { from: 'user' });
    return { code: 0, ...written };
  } catch (error) {
    if (!(error instanceof InstDiscError)) throw error;
    return { code: error.exitCode, stdout: written.stdout, stderr: `${written.stderr}${error.message}\n` };
  } finally {
    vi.restoreAllMocks();
  }
}

/** A command by its name; that of `index` has a file of two words, as its own would look like a barrel. */
export async function commandNamed(name: string): Promise<Command> {
  const file = name === 'index' ? 'index-command' : name;
  const module: Readonly<Record<string, () => Command>> = await import(`../../dist/cli/commands/${file}.js`);
  return module[`${name}Command`]!();
}

/**
 * As `call`, by the command's name.
 *
 * @param args beginning with it
 */
export async function here([name, ...args]: readonly string[]): Promise<Ended> {
  return call(await commandNamed(name!), ...args);
}

/** What a command prints with `--json`, a value a line. */
export function jsonLines({ stdout }: Ended): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A folder for the files of a test file, gone afterwards. */
export function tempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'instdisc-cli-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Draws `perKind` pictures of each of the twelve kinds, 32 pixels wide. */
export async function drawPictures(dir: string, perKind = 6, first = 0): Promise<string> {
  await drawDataset(dir, { perKind, first, seed: 1, size: 32 });
  return dir;
}

/** Takes from a checkpoint what version 0.1 did not write. */
export async function makeOld(checkpoint: string): Promise<void> {
  const path = join(checkpoint, 'state.json');
  const { fingerprint, epoch } = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ fingerprint, epoch, z: 0 }));
  await rm(join(checkpoint, 'digests.json'));
}
