/** @file Carries out what was said of groups of duplicates, file by file; what is not as it was found is left alone. */
import { randomUUID } from 'node:crypto';
import { DataError, InstDiscError } from '../../core/errors.js';
import { systemError } from '../../core/system-errors.js';
import { realPath } from '../../data/scan/file-name.js';
import type { Collection } from '../collection.js';
import type { JudgedGroup } from '../duplicates/judge-groups.js';
import { isBelow } from '../duplicates/keep-rules.js';
import type { ActOf, Going } from './acts.js';
import type { Act, Journal } from './journal.js';
import { fileDigest, whatIsAt } from './move-file.js';

/** A picture that could go, and those of its group that stay. */
export interface Doomed {
  readonly row: number;
  /** At least one. */
  readonly staying: readonly number[];
}

/** What became, or is to become, of a picture. */
export interface ActOutcome {
  readonly path: string;
  /** Where it went, or what it is another name of now; undefined if it was left alone. */
  readonly to?: string;
  /** Why it was left alone. */
  readonly reason?: string;
}

export interface CarryOutOptions {
  /** Folders, without links, in which nothing is touched. */
  readonly references?: readonly string[];
  /** Where acts are written down; without it nothing is done, and what would be is told. */
  readonly journal?: Journal;
  /** Called with each outcome. */
  readonly onOutcome?: (outcome: ActOutcome, done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** The pictures of groups that could go. */
export function doomedOf(groups: readonly JudgedGroup[]): Doomed[] {
  return groups.flatMap(({ pictures }) => {
    const staying = pictures.flatMap(({ row, stays }) => (stays ? [row] : []));
    return pictures.flatMap(({ row, stays }) => (stays ? [] : [{ row, staying }]));
  });
}

/**
 * Does an act to each picture that could go. Right before, its bytes are read and compared with those that were encoded, and
 * those of one that stays as well: what has changed, is a link, or would be the last of its group is left alone.
 *
 * @throws the signal's reason, between two files
 */
export async function carryOut(
  act: ActOf,
  doomed: readonly Doomed[],
  collection: Collection,
  { references = [], journal, onOutcome, signal }: CarryOutOptions = {},
): Promise<readonly ActOutcome[]> {
  const session = randomUUID();
  const rows = new Set(doomed.map(({ row }) => row));
  const outcomes: ActOutcome[] = [];
  for (const one of doomed) {
    signal?.throwIfAborted();
    const outcome = await carryOutOne(one, outcomes.length);
    outcomes.push(outcome);
    onOutcome?.(outcome, outcomes.length, doomed.length);
  }
  return outcomes;

  async function carryOutOne({ row, staying }: Doomed, number: number): Promise<ActOutcome> {
    const { id: path, name } = collection.pictures[row]!;
    try {
      const going = { path, name, kept: await keptOf(row, staying) };
      const { sha256, mtimeMs } = await expectAsEncoded(row);
      const at = new Date();
      const target = await act.target(going, at);
      if (journal === undefined) return { path, to: target.to };
      const begun = { session, number, kind: act.kind, at: at.toISOString(), from: path, ...target, sha256, mtimeMs };
      await journal.begin(begun);
      await performOrUndo(act, begun, journal);
      return { path, to: target.to };
    } catch (error) {
      const told = systemError(error) ?? error;
      if (!(told instanceof InstDiscError)) throw error;
      return { path, reason: told.message };
    }
  }

  /** One of those that stay, which is there as it was found. @throws {DataError} if there is none */
  async function keptOf(row: number, staying: readonly number[]): Promise<Going['kept']> {
    const { id, hash } = collection.pictures[row]!;
    const same = staying.filter((other) => collection.pictures[other]!.hash === hash);
    if (act.needsSameBytes && same.length === 0) {
      throw new DataError(`${id}: expected the same bytes as what stays, got others. Use --move-to.`);
    }
    let first: unknown;
    for (const other of act.needsSameBytes ? same : staying) {
      try {
        await expectAsEncoded(other);
        return collection.pictures[other]!.id;
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  }

  /** @throws {DataError} unless the file of a row is there, is no link, and has the bytes that were encoded */
  async function expectAsEncoded(row: number): Promise<Pick<Act, 'sha256' | 'mtimeMs'>> {
    const { id, hash } = collection.pictures[row]!;
    const before = await whatIsAt(id);
    const refuse = (got: string): DataError => new DataError(`${id}: expected a file as it was encoded, got ${got}.`);
    if (before === undefined) throw refuse(/#\d+$/.test(id) ? 'a record of a larger file' : 'nothing there');
    if (!before.isFile()) throw refuse(before.isSymbolicLink() ? 'a link' : 'no file');
    if (hash === undefined) throw refuse('an index that does not know its bytes: index it anew');
    if (rows.has(row) && references.length > 0) {
      const real = await realPath(id);
      if (references.some((folder) => isBelow(real, folder))) throw refuse('one in a reference folder');
    }
    const sha256 = await fileDigest(id);
    const after = await whatIsAt(id);
    if (sha256 !== hash || after?.ino !== before.ino || after.mtimeMs !== before.mtimeMs) throw refuse('other bytes');
    return { sha256, mtimeMs: before.mtimeMs };
  }
}

/** An act that fails is undone at once: then it counts as not begun. */
async function performOrUndo(act: ActOf, begun: Act, journal: Journal): Promise<void> {
  try {
    await act.perform(begun);
  } catch (error) {
    await act.undo(begun);
    await journal.undone(begun);
    throw error;
  }
}
