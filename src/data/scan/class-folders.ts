/** @file Classes by the names of folders. */
import { basename } from 'node:path';
import { nameKey } from '../../core/names.js';
import { baseOfEach, type ScanRules } from './scan-rules.js';

/** A folder in which files lie. */
export interface Place {
  /** The given path that leads to it. */
  readonly given: string;
  /** The folders from there to it, itself included. */
  readonly names: readonly string[];
}

/** Where pictures lie by what they are for, as data sets have it: a tree of it is no class. */
const PARTS =
  /^(train|training|test|testing|val|valid|validation|dev|eval|holdout|unlabell?ed)([-_ ]?(set|images|data|\d+))?$/i;
/** Folders that hold all pictures of a data set. */
const HOLDERS = /^(images?|imgs?|pictures?|photos?|jpe?g(images)?|data(set)?|\d+_objectcategories)$/i;

/**
 * @param counts files by the folder in which they lie; of a folder where none is called a picture, 0
 * @returns the class of what lies in one of these folders
 */
export function classOfPlace(
  counts: ReadonlyMap<Place, number>,
  rule: ScanRules['classes'],
): (place: Place) => string | undefined {
  if (rule === 'first') return ({ names: [first] }) => first && nameKey(first);
  const namesOf = namesFrom(counts);
  const isTelling = [...counts.values()].some((count) => count > 0);
  const groups = new Map<string, (readonly string[])[]>();
  for (const [place, count] of counts) {
    if (isTelling && count === 0) continue;
    const { from, names } = namesOf(place);
    const group = groups.get(from);
    if (group === undefined) groups.set(from, [names]);
    else group.push(names);
  }
  const levels = new Map(Array.from(groups, ([from, all]) => [from, tellingLevel(all)]));
  return (place) => {
    const { from, names } = namesOf(place);
    const name = names[levels.get(from) ?? 0];
    return name === undefined ? undefined : nameKey(name);
  };
}

/**
 * From where folders are counted: a given path, or if others beside it are given and most files lie directly in these, as
 * in `photos/*`, from the folder that all of them are in.
 */
function namesFrom(counts: ReadonlyMap<Place, number>): (place: Place) => { from: string; names: readonly string[] } {
  const bases = baseOfEach(Array.from(counts.keys(), ({ given }) => given));
  const filesOf = new Map<string, { all: number; direct: number }>();
  for (const [{ given, names }, count] of counts) {
    const base = bases.get(given)!;
    const { all, direct } = filesOf.get(base) ?? { all: 0, direct: 0 };
    filesOf.set(base, { all: all + count, direct: direct + (names.length === 0 ? count : 0) });
  }
  return ({ given, names }) => {
    const base = bases.get(given)!;
    const { all, direct } = filesOf.get(base)!;
    return base !== given && direct > all / 2
      ? { from: base, names: [basename(given), ...names] }
      : { from: given, names };
  };
}

/** The first level of folders that are not all parts of a data set, or hold it. */
function tellingLevel(all: readonly (readonly string[])[]): number {
  for (let level = 0; ; level++) {
    const names = all.flatMap((each) => each[level] ?? []);
    if (names.length === 0 || names.some((name) => !PARTS.test(name) && !HOLDERS.test(name))) return level;
  }
}
