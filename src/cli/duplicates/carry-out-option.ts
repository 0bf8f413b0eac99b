/** @file `--move-to`, `--trash`, `--hardlink` and `--undo` of `instdisc duplicates`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ActOf, moveTo, toHardlink, toTrash } from '../../collection/carry-out/acts.js';
import { type ActOutcome, carryOut, doomedOf } from '../../collection/carry-out/carry-out.js';
import { Journal } from '../../collection/carry-out/journal.js';
import { undoLast } from '../../collection/carry-out/undo.js';
import type { Collection } from '../../collection/collection.js';
import type { JudgedGroup } from '../../collection/duplicates/judge-groups.js';
import { ArgumentError } from '../../core/errors.js';
import { plural } from '../../core/format.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { interruptible } from '../interrupt.js';
import { type Output, paint } from '../output.js';
import { counter, shortPath } from '../words.js';

const SHOWN = 10;

export interface CarryOutFlags {
  readonly moveTo?: string;
  readonly hardlink?: boolean;
  readonly trash?: boolean;
  readonly similar?: boolean;
  readonly yes?: boolean;
}

export function addCarryOut(command: Command): Command {
  return command
    .optionsGroup('To do something about those that could go:')
    .option('--move-to <folder>', 'move them there, under the names they have below the folder of all pictures')
    .option('--hardlink', 'make each another name of the one that stays: of files that are the same to the byte')
    .option('--trash', 'put them into the trash of the desktop (Linux)')
    .option('--similar', 'also with those that are similar (default: of the same alone, or what --only says)')
    .option('--yes', 'do it; without it, what would be done is told')
    .option('--undo', 'put back what the last such command took');
}

/**
 * What is to be done with the copies that could go.
 *
 * @returns undefined if nothing is
 * @throws {ArgumentError} if several things are, or none with `--yes`, or there is no trash that is known here
 */
export function actAsked({ moveTo: folder, hardlink, trash, similar, yes }: CarryOutFlags): ActOf | undefined {
  const asked = [
    ...(folder === undefined ? [] : [moveTo(resolve(folder))]),
    ...(hardlink ? [toHardlink] : []),
    ...(trash ? [toTrash] : []),
  ];
  if (asked.length > 1) throw new ArgumentError('expected one of --move-to, --hardlink and --trash, got several.');
  if ((yes || similar) && asked.length === 0) {
    throw new ArgumentError(`--${yes ? 'yes' : 'similar'}: expected --move-to, --hardlink or --trash with it.`);
  }
  if (trash && process.platform !== 'linux') {
    throw new ArgumentError(`--trash: expected Linux, got ${process.platform}. Use --move-to.`);
  }
  return asked[0];
}

const WORDS = {
  move: ['Would move', 'Moved', 'moving'],
  trash: ['Would put into the trash', 'Put into the trash', 'putting into the trash'],
  hardlink: ['Would make hard links of', 'Made hard links of', 'linking'],
} as const;

export interface CarryOutChoice {
  readonly isDone: boolean;
  readonly references: readonly string[];
  /** Whether also groups whose pictures are similar, and perhaps not the same. */
  readonly takesSimilar: boolean;
}

/**
 * Does it, or without `--yes` says what would be done.
 *
 * @returns for `--json`
 */
export async function carryOutGroups(
  output: Output,
  runPath: string,
  act: ActOf,
  groups: readonly JudgedGroup[],
  collection: Collection,
  { isDone, references, takesSimilar }: CarryOutChoice,
): Promise<object> {
  const isTaken = ({ kind }: JudgedGroup): boolean => takesSimilar || kind === 'same';
  const [would, did, doing] = WORDS[act.kind];
  const count = counter(doing, 'pictures');
  const onOutcome = (_: ActOutcome, done: number, of: number): void => output.live(count(done, of));
  const journal = isDone ? await Journal.open(runPath) : undefined;
  let outcomes: readonly ActOutcome[];
  try {
    outcomes = await interruptible((signal) =>
      carryOut(act, doomedOf(groups.filter(isTaken)), collection, {
        ...{ references, onOutcome, signal },
        ...(journal && { journal }),
      }),
    );
  } finally {
    await journal?.close();
  }
  output.clear();
  const taken = outcomes.filter(({ to }) => to !== undefined);
  output.line(
    paint('bold', `${isDone ? did : would} ${plural(taken.length, 'picture')}${taken.length > 0 ? ':' : '.'}`),
  );
  for (const { path, to } of taken.slice(0, SHOWN)) output.line(`  ${shortPath(path)} → ${shortPath(to!)}`);
  if (taken.length > SHOWN) output.line(`  and ${taken.length - SHOWN} more`);
  showLeft(output, outcomes);
  const numSimilar = doomedOf(groups.filter((group) => !isTaken(group))).length;
  if (numSimilar > 0 && act.kind !== 'hardlink') {
    output.note(
      `${plural(numSimilar, 'picture')} left alone that may only be similar: look at them; --similar takes them, too.`,
    );
  }
  if (isDone && taken.length > 0) output.line('--undo puts them back.');
  if (!isDone && taken.length > 0) output.line('Nothing was changed. The same command with --yes does it.');
  return { act: act.kind, isDone, outcomes };
}

/** Puts back what was taken last. */
export async function undo(output: Output, path: string): Promise<void> {
  const journal = await Journal.open((await RunFolder.open(path)).path);
  try {
    const undone = await interruptible((signal) => undoLast(journal, signal));
    output.json({ undone: undone ?? null });
    if (undone === undefined) return output.line('There is nothing to undo.');
    output.line(`Put back ${plural(undone.restored.length, 'picture')}.`);
    showLeft(output, undone.left);
  } finally {
    await journal.close();
  }
}

function showLeft(output: Output, outcomes: readonly ActOutcome[]): void {
  const left = outcomes.filter(({ reason }) => reason !== undefined);
  if (left.length === 0) return;
  output.note(`${plural(left.length, 'picture')} left alone:`);
  for (const { reason } of left.slice(0, SHOWN)) output.note(`  ${reason}`);
  if (left.length > SHOWN) output.note(`  and ${left.length - SHOWN} more; --json has them all`);
}
