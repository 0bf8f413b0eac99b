/** @file What is to become of the pictures of a group: which stay, which could go, and why. */
import type { SaidByFile } from '../../data/picture-facts.js';
import type { RowGroup } from './duplicate-groups.js';
import { bestCopy, isBelow, type KeepRule } from './keep-rules.js';
import type { KnownFiles } from './known-files.js';

/** A picture of a group, and what is to become of it. */
export interface JudgedPicture {
  readonly row: number;
  /** Whether it stays; the others could go. */
  readonly stays: boolean;
  readonly reason: string;
  /** Undefined if its file is gone. */
  readonly facts: SaidByFile | undefined;
}

export interface JudgedGroup extends Omit<RowGroup, 'rows'> {
  /** In the order of rows. */
  readonly pictures: readonly JudgedPicture[];
}

export interface JudgeOptions {
  /** In order; ties go to the next, in the end to the largest, the oldest, the first path. */
  readonly rules?: readonly KeepRule[];
  /** Folders, without links, whose pictures stay whatever else is said. */
  readonly references?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Decides for groups which of their pictures stay. In a group of similar pictures the one that stays of several of the same
 * content stands for them.
 *
 * @param all groups there are
 * @param files of their pictures
 * @param wanted those of them that are asked about
 * @throws the signal's reason
 */
export async function judgeGroups(
  all: readonly RowGroup[],
  files: KnownFiles,
  wanted: readonly RowGroup[],
  { rules = [], references = [], signal }: JudgeOptions = {},
): Promise<readonly JudgedGroup[]> {
  const sameGroups = new Map(all.flatMap((group) => (group.kind === 'same' ? [[group.rows[0]!, group]] : [])));
  const rowsOf = ({ kind, rows }: RowGroup): readonly number[] =>
    kind === 'same' ? rows : rows.flatMap((row) => sameGroups.get(row)?.rows ?? [row]);
  await files.look(wanted.flatMap(rowsOf), signal);
  return wanted.map(({ rows, ...group }) => {
    const own = group.kind === 'same' ? rows : rows.map(standsFor).sort((a, b) => a - b);
    return { ...group, pictures: judge(own) };
  });

  function standsFor(row: number): number {
    const same = sameGroups.get(row);
    return same === undefined ? row : judge(same.rows).find(({ stays }) => stays)!.row;
  }

  function isReference(row: number): boolean {
    const { id, path } = files.get(row);
    return references.some((folder) => isBelow(path, folder) || isBelow(id, folder));
  }

  function judge(rows: readonly number[]): JudgedPicture[] {
    const hasReference = rows.some(isReference);
    const { best, reasons } = bestCopy(
      rows.map((row) => ({ ...files.get(row).facts, path: files.get(row).path })),
      rules,
    );
    const judged = (row: number, i: number): Pick<JudgedPicture, 'stays' | 'reason'> => {
      if (!hasReference) return { stays: i === best, reason: reasons[i]! };
      return isReference(row)
        ? { stays: true, reason: 'in a reference folder' }
        : { stays: false, reason: 'its like is in a reference folder' };
    };
    return rows.map((row, i) => ({ row, ...judged(row, i), facts: files.get(row).facts }));
  }
}
