/** @file Which files below a path are looked at, and what their folders say of them. Remembered by a run. */
import { dirname, resolve, sep } from 'node:path';
import { ArgumentError } from '../../core/errors.js';

/**
 * Folders in which systems keep what they have made of pictures, or what was thrown away.
 *
 * Names that begin with a dot are passed over in any case; they are here so that it is told.
 */
export const SYSTEM_FOLDERS: readonly string[] = [
  '@eaDir/', // Synology
  '#recycle/',
  '#snapshot/',
  '@Recycle/', // QNAP
  '@Recently-Snapshot/',
  '.@__thumb/',
  '$RECYCLE.BIN/', // Windows
  'RECYCLER/',
  'System Volume Information/',
  'Thumbs/',
  '.Trash/', // freedesktop.org
  '.Trash-*/',
  '.thumbnails/',
  'lost+found/',
  '.Trashes/', // macOS
  '__MACOSX/',
  '**/*.photoslibrary/resources/',
  '**/*.photolibrary/Thumbnails/',
  '*.lrdata/', // Lightroom
  '**/appdata_*/preview/', // Nextcloud
];

export interface ScanRules {
  /** Words for what systems leave among pictures, as `exclude` has them. */
  readonly usual: readonly string[];
  /**
   * Words for what is left out beside, as in .gitignore: `*.png`, `masks/`, `2019/raw`; `!masks` takes back what an
   * earlier word leaves out. An absolute path is itself.
   */
  readonly exclude: readonly string[];
  /** Which folders give classes: the first below a given path, or the first by which pictures are told apart. */
  readonly classes: 'first' | 'telling';
}

export const USUAL_RULES: ScanRules = { usual: SYSTEM_FOLDERS, exclude: [], classes: 'telling' };

/** As version 0.1 looked for pictures. */
export const FIRST_RULES: ScanRules = { usual: [], exclude: [], classes: 'first' };

/**
 * Rules that leave out more.
 *
 * @param given words, as somebody types them; what leads from here to below one of the paths becomes an absolute path
 * @param paths that are going to be looked at
 * @throws {ArgumentError} if a word is empty
 */
export function withExcluded(rules: ScanRules, given: readonly string[], paths: readonly string[]): ScanRules {
  if (given.length === 0) return rules;
  const bases = [...baseOfEach(paths.map((path) => resolve(path))).values()];
  return { ...rules, exclude: [...rules.exclude, ...given.map((word) => asPath(word, bases))] };
}

function asPath(word: string, bases: readonly string[]): string {
  const [not, rest, slash] = partsOf(word);
  const text = sep === '/' ? rest : rest.replaceAll(sep, '/');
  if (text === '') {
    throw new ArgumentError(
      `exclude: expected the name of files or folders, such as '*.png' or masks/, got '${word}'.`,
    );
  }
  const path = resolve(rest);
  const isPath = text.includes('/') && bases.some((base) => path.startsWith(withSeparator(base)));
  return `${not}${isPath ? slashed(path) : text}${slash && '/'}`;
}

/** A word for a path that has moved; what moves says where to, of what was there. */
export function movedWord(word: string, move: (path: string) => string | undefined): string {
  const [not, text, slash] = partsOf(word);
  const moved = move(resolve(text));
  return moved === undefined ? word : `${not}${slashed(moved)}${slash}`;
}

/** Whether it takes back, what it means, and the slash behind the name of a folder. */
function partsOf(word: string): readonly [not: string, text: string, slash: string] {
  const [, not = '', text = '', slash = ''] = /^(!?)(.*?)([\\/]?)$/s.exec(word) ?? [];
  return [not, text, slash];
}

/** A path with slashes between names, whatever the system has there. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** A folder's path with a separator at its end, as what lies below it begins. */
export function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/**
 * The folder from which names are counted, of each given path: itself, or if others beside it are given (as a shell
 * makes of `photos/*`) the folder that they are in.
 *
 * @param paths absolute
 */
export function baseOfEach(paths: readonly string[]): ReadonlyMap<string, string> {
  const inFolder = new Map<string, number>();
  const all = new Set(paths);
  for (const path of all) inFolder.set(dirname(path), (inFolder.get(dirname(path)) ?? 0) + 1);
  return new Map(Array.from(all, (path) => [path, inFolder.get(dirname(path))! > 1 ? dirname(path) : path]));
}
