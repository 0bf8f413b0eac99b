/** @file What is to become of the pictures of a group: which stay, which could go, and why. */
import type { SaidByFile } from '../../data/picture-facts.js';
import { Decisions, type KnownBy } from './decisions.js';
import type { RowGroup } from './duplicate-groups.js';
import { bestCopy, isBelow, type KeepRule } from './keep-rules.js';
import type { KnownFile, KnownFiles } from './known-files.js';
import { type TurnedPair, turnedInWords } from './turned/turned-pairs.js';

/** A picture of a group, and what is to become of it. */
export interface JudgedPicture {
  readonly row: number;
  /** Whether it stays; the others could go. */
  readonly stays: boolean;
  readonly reason: string;
  /** What was done to the one that stays to make it, where that is known: `mirrored`, `cropped to 81 %`. */
  readonly relation?: string;
  /** Undefined if its file is gone. */
  readonly facts: SaidByFile | undefined;
}

export interface JudgedGroup extends Omit<RowGroup, 'rows'> {
  /** Whether somebody has said that all of its pictures stay. */
  readonly isDecided: boolean;
  /** In the order of rows. */
  readonly pictures: readonly JudgedPicture[];
}

export interface JudgeOptions {
  /** In order; ties go to the next, in the end to the largest, the oldest, the first path. */
  readonly rules?: readonly KeepRule[];
  /** Folders, without links, whose pictures stay whatever else is said. */
  readonly references?: readonly string[];
  /** Pairs that are mirrored, turned or cropped copies. */
  readonly turned?: readonly TurnedPair[];
  /** What was said of pictures and groups; it comes before the rules. */
  readonly decisions?: Decisions;
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
  { rules = [], references = [], decisions = Decisions.none, turned = [], signal }: JudgeOptions = {},
): Promise<readonly JudgedGroup[]> {
  const turnedOf = new Map(turned.map((pair) => [`${pair.first} ${pair.second}`, pair]));
  const sameGroups = new Map(all.flatMap((group) => (group.kind === 'same' ? [[group.rows[0]!, group]] : [])));
  const rowsOf = ({ kind, rows }: RowGroup): readonly number[] =>
    kind === 'same' ? rows : rows.flatMap((row) => sameGroups.get(row)?.rows ?? [row]);
  await files.look(wanted.flatMap(rowsOf), signal);
  return wanted.map(({ rows: listed, ...group }) => {
    const rows = group.kind === 'same' ? listed : listed.map(standsFor).sort((a, b) => a - b);
    return { ...group, ...judge(group.kind, rows) };
  });

  function standsFor(row: number): number {
    const same = sameGroups.get(row);
    return same === undefined ? row : judge('same', same.rows).pictures.find(({ stays }) => stays)!.row;
  }

  function judge(kind: RowGroup['kind'], rows: readonly number[]): Pick<JudgedGroup, 'isDecided' | 'pictures'> {
    const known = rows.map((row) => files.get(row));
    const isDecided = decisions.keepsAll(kind, known);
    const verdicts = verdictsOf(known);
    const best = rows[verdicts.findIndex(({ stays }) => stays)]!;
    return {
      isDecided,
      pictures: rows.map((row, i) => ({
        row,
        ...(isDecided ? { stays: true, reason: 'all of them stay, as was said' } : verdicts[i]!),
        ...relationOf(best, row),
        facts: known[i]!.facts,
      })),
    };
  }

  function relationOf(best: number, row: number): Pick<JudgedPicture, 'relation'> {
    const pair = turnedOf.get(`${Math.min(best, row)} ${Math.max(best, row)}`);
    const relation = pair && turnedInWords(pair, best);
    return relation ? { relation } : {};
  }

  function verdictsOf(known: readonly KnownFile[]): Verdict[] {
    const isReference = ({ id, path }: KnownFile): boolean =>
      references.some((folder) => isBelow(path, folder) || isBelow(id, folder));
    if (known.some(isReference)) {
      return known.map((file) =>
        isReference(file)
          ? { stays: true, reason: 'in a reference folder' }
          : { stays: false, reason: 'its like is in a reference folder' },
      );
    }
    const { best, reasons } = bestCopy(
      known.map(({ path, facts }) => ({ ...facts, path })),
      rules,
    );
    const verdicts = known.map((file, i): Verdict => {
      const said = decisions.mark(file, isAlone(file, known));
      return said === undefined
        ? { stays: i === best, reason: reasons[i]! }
        : { stays: said, reason: said ? 'it stays, as was said' : 'it could go, as was said' };
    });
    if (!verdicts.some(({ stays }) => stays)) verdicts[best] = { stays: true, reason: reasons[best]! };
    return verdicts;
  }
}

type Verdict = Pick<JudgedPicture, 'stays' | 'reason'>;

function isAlone({ hash }: KnownBy, all: readonly KnownBy[]): boolean {
  return all.filter((other) => other.hash === hash).length === 1;
}
