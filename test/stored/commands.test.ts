import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { classifyCommand } from '#src/cli/commands/classify.js';
import { duplicatesCommand } from '#src/cli/commands/duplicates.js';
import { evaluateCommand } from '#src/cli/commands/evaluate.js';
import { exportCommand } from '#src/cli/commands/export.js';
import { indexCommand } from '#src/cli/commands/index-command.js';
import { mapCommand } from '#src/cli/commands/map.js';
import { searchCommand } from '#src/cli/commands/search.js';
import { call, type Ended, jsonLines } from '../cli/cli.js';
import { install, LOSSES, recorded } from './fixture.ts';
import { expectParted, type Grouped } from './parted.ts';
import { expectStillSaid } from './still-said.ts';

/** A command and what it printed with --json. */
interface Printed {
  readonly args: readonly [name: string, ...args: string[]];
  readonly lines: readonly unknown[];
}

const COMMANDS: Readonly<Record<string, () => Command>> = {
  classify: classifyCommand,
  duplicates: duplicatesCommand,
  evaluate: evaluateCommand,
  search: searchCommand,
};
const root = install();
const printed: readonly Printed[] = recorded('commands.json', root);
/** The last was asked when there was an index, in which pictures have the paths they had when it was made. */
const ofIndex = recorded<readonly Printed[]>('commands.json').at(-1)!;
const run = join(root, 'runs', 'batch');

/** What a command prints now, which worked. */
async function answer(command: Command, ...args: readonly string[]): Promise<Ended> {
  const ended = await call(command, ...args, '--json');
  expect(ended).toMatchObject({ code: 0 });
  return ended;
}

/** Options that were not given, and have another default since. */
const DEFAULTS_THEN: Readonly<Record<string, readonly string[]>> = { evaluate: ['--k', '200', '--tau', '0.2'] };
const THREADS = ['--threads', '1'];

it('finds in the index of version 0.1 what that found', async () => {
  const [name, , ...args] = ofIndex.args;
  expectStillSaid(jsonLines(await answer(searchCommand(), run, ...args, ...THREADS)), ofIndex.lines, name);
});

it('brings the index of version 0.1 up to date without encoding what it has', async () => {
  const ended = await answer(indexCommand(), run, join(root, 'pictures'), ...THREADS);
  expect(jsonLines(ended).at(-1)).toMatchObject({ encoded: 0 });
});

it.each(printed.slice(0, -1))('answers of a run of version 0.1 as that did: $args.0', async ({ args, lines }) => {
  await rm(join(run, 'index'), { recursive: true, force: true });
  const [name, ...rest] = [...args, ...(DEFAULTS_THEN[args[0]] ?? [])];
  const now = jsonLines(await answer(COMMANDS[name]!(), ...rest, ...THREADS));
  if (name === 'duplicates') expectParted(now[0] as unknown as Grouped, lines[0] as Grouped);
  else expectStillSaid(now, lines, name);
});

it('draws the map of a run of version 0.1', async () => {
  const map = join(root, 'map.png');
  await answer(mapCommand(), run, '--out', map, ...THREADS);
  expect(existsSync(map)).toBe(true);
});

it.each(LOSSES)('searches and exports a run of version 0.1 with the loss %s', async (loss) => {
  const [path, encoder] = [join(root, 'runs', loss), join(root, `${loss}.onnx`)];
  const [found] = jsonLines(await answer(searchCommand(), path, '5', '-k', '3', ...THREADS));
  expect(found).toMatchObject({ results: [{ matches: [{}, {}, {}] }] });
  await answer(exportCommand(), path, '--out', encoder);
  expect(readFileSync(encoder)).toEqual(readFileSync(join(path, 'encoder.onnx')));
});
