/** @file What a scan leaves out by name, and how much that was. */
import { relative } from 'node:path';
import picomatch from 'picomatch';
import { nameKey } from '../../core/names.js';
import { type ScanRules, slashed, withSeparator } from './scan-rules.js';

/** What one word has left out. */
export interface Excluded {
  readonly word: string;
  /** Whether it is left out without being asked for. */
  readonly isUsual: boolean;
  /** Files; what lies in folders is not counted. */
  readonly numFiles: number;
  readonly numFolders: number;
  /** The path of the first of them; absent if there was none. */
  readonly example?: string;
}

interface Word {
  /** Undoes what earlier words say. */
  readonly takesBack: boolean;
  readonly ofFolders: boolean;
  /** Whether a name, or a path below the base, is meant. */
  readonly means: (path: string, name: string) => boolean;
  readonly told: { -readonly [Key in keyof Excluded]: Excluded[Key] };
}

/** Whether something is left out: a path below the base, with slashes between names. It is counted if so. */
export type IsExcluded = (below: string, isFolder: boolean, path: string) => boolean;

/** Parentheses and bars are what people have in names, and mean themselves. */
const LITERAL = /\\.|[()|]/g;

export class Exclusion {
  readonly #told: readonly Word['told'][];

  constructor({ usual, exclude }: ScanRules) {
    const told = (isUsual: boolean) => (word: string) => ({ word, isUsual, numFiles: 0, numFolders: 0 });
    this.#told = [...usual.map(told(true)), ...exclude.map(told(false))];
  }

  /** Of what lies below a folder. The last word that means it decides. */
  below(base: string): IsExcluded {
    const words = this.#told.map((told) => wordOf(told, base));
    return (below, isFolder, path) => {
      const key = nameKey(below);
      const name = key.slice(key.lastIndexOf('/') + 1);
      const last = words.findLast(({ ofFolders, means }) => (isFolder || !ofFolders) && means(key, name));
      if (last === undefined || last.takesBack) return false;
      last.told[isFolder ? 'numFolders' : 'numFiles']++;
      last.told.example ??= path;
      return true;
    };
  }

  /** What was left out so far, by word; of usual words those that were met. */
  get report(): readonly Excluded[] {
    return this.#told.filter(({ isUsual, example }) => !isUsual || example !== undefined).map((told) => ({ ...told }));
  }
}

function wordOf(told: Word['told'], base: string): Word {
  const { word: text } = told;
  const takesBack = text.startsWith('!');
  const ofFolders = text.endsWith('/');
  let pattern = text.slice(takesBack ? 1 : 0, ofFolders ? -1 : undefined);
  const start = slashed(withSeparator(base));
  if (pattern.startsWith(start)) pattern = `/${pattern.slice(start.length)}`;
  const isMatch = picomatch(nameKey(pattern.replace(/^\//, '').replace(LITERAL, escaped)), {
    dot: true,
    nocase: true,
    nonegate: true,
    windows: false,
  });
  const means: Word['means'] = pattern.includes('/') ? (path) => isMatch(path) : (_, name) => isMatch(name);
  return { takesBack, ofFolders, means, told };
}

function escaped(text: string): string {
  return text.length === 1 ? `\\${text}` : text;
}

/** The path from a base, as `IsExcluded` takes it. */
export function belowBase(base: string, path: string): string {
  return slashed(relative(base, path));
}
