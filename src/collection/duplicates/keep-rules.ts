/** @file Which copy is the best, by rules in order: a later one decides where those before see no difference. */
import { sep } from 'node:path';
import { formatBytes } from '../../core/format.js';

/** What the rules ask of a picture. What cannot be known, as of a file that is gone, is undefined. */
export interface Copy {
  /** Its path without links. */
  readonly path: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly bytes?: number | undefined;
  /** When it was taken, in ISO 8601 without a zone. */
  readonly taken?: string | undefined;
  /** When its file was changed, in ISO 8601. */
  readonly changed?: string | undefined;
}

/** What one rule says of two pictures: negative if the first is the better. */
export interface KeepRule {
  readonly name: string;
  compare(a: Copy, b: Copy): number;
  /** Why a picture is better than another, or worse, if `compare` says that it is. */
  better(a: Copy, b: Copy): string;
  worse(a: Copy, b: Copy): string;
}

const pixels = ({ width = 0, height = 0 }: Copy): number => width * height;
const size = ({ width = 0, height = 0 }: Copy): string => `${width} × ${height} pixels`;

const largest: KeepRule = {
  name: 'largest',
  compare: (a, b) => pixels(b) - pixels(a) || (b.bytes ?? 0) - (a.bytes ?? 0),
  better: (a, b) => (pixels(a) === pixels(b) ? `largest file: ${bytes(a, b)}` : `largest: ${size(a)}`),
  worse: (a, b) => (pixels(a) === pixels(b) ? `smaller file: ${bytes(a, b)}` : `smaller: ${size(a)}`),
};

/** Of two that are nearly the same, all digits. */
function bytes(a: Copy, b: Copy): string {
  const [own, other] = [a.bytes ?? 0, b.bytes ?? 0].map(formatBytes) as [string, string];
  return own === other ? `${a.bytes ?? 0} bytes` : own;
}

/** When it was taken, or else changed; empty where neither is known. */
const time = ({ taken, changed = '' }: Copy): string => taken ?? changed;

function inCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byTime(name: string, sign: 1 | -1, better: string, worse: string): KeepRule {
  const said = (word: string, picture: Copy): string =>
    time(picture) === ''
      ? `${word}: not known when`
      : `${word}: ${picture.taken === undefined ? 'changed' : 'taken'} ${time(picture).slice(0, 19).replace('T', ' ')}`;
  return {
    name,
    compare: (a, b) => {
      const [own, other] = [time(a), time(b)];
      // What is not known is never the better.
      return own === '' || other === '' ? inCodeUnits(other, own) : sign * inCodeUnits(own, other);
    },
    better: (a) => said(better, a),
    worse: (a) => said(worse, a),
  };
}

const newest = byTime('newest', -1, 'newest', 'older');
const oldest = byTime('oldest', 1, 'oldest', 'newer');

const firstPath: KeepRule = {
  name: 'first-path',
  compare: (a, b) => inCodeUnits(a.path, b.path),
  better: () => 'first path',
  worse: () => 'later path',
};

/** @param folder without links */
export function keepUnder(folder: string): KeepRule {
  const isUnder = ({ path }: Copy): number => Number(isBelow(path, folder));
  return {
    name: `under ${folder}`,
    compare: (a, b) => isUnder(b) - isUnder(a),
    better: () => `under ${folder}`,
    worse: () => `not under ${folder}`,
  };
}

/** Whether a path is that of a folder, or of something in it; both without links. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Rules that need nothing else said, by name. */
export const KEEP_RULES: readonly KeepRule[] = [largest, newest, oldest, firstPath];
/** Where none are given; they decide whatever those that are given leave open, too. */
const USUAL: readonly KeepRule[] = [largest, oldest, firstPath];

/** The best of some pictures, and why each is or is not. */
export interface BestCopy {
  /** Its place among them. */
  readonly best: number;
  /** Of each: of the best, by what it is better than the next best, of the others by what they are worse than it. */
  readonly reasons: readonly string[];
}

/**
 * Times are when pictures were taken if all say so, else when the files were changed: clocks of two kinds are not compared.
 *
 * @param pictures at least two
 */
export function bestCopy(pictures: readonly Copy[], rules: readonly KeepRule[]): BestCopy {
  const all = [...rules, ...USUAL];
  const areTaken = pictures.every(({ taken }) => taken !== undefined);
  const candidates = areTaken ? pictures : pictures.map((picture) => ({ ...picture, taken: undefined }));
  const deciding = (a: Copy, b: Copy): KeepRule | undefined => all.find((rule) => rule.compare(a, b) !== 0);
  const order = Array.from(candidates.keys()).sort(
    (i, j) => deciding(candidates[i]!, candidates[j]!)?.compare(candidates[i]!, candidates[j]!) ?? i - j,
  );
  const [best, second] = order as [number, number];
  const reasons = candidates.map((candidate, i) => {
    const other = candidates[i === best ? second : best]!;
    return deciding(candidate, other)?.[i === best ? 'better' : 'worse'](candidate, other) ?? 'the same path';
  });
  return { best, reasons };
}
