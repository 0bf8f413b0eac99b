/** @file Finds pictures by the paths that a table has of them, and tells why one is not found. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { Names, nameKey } from '../../core/names.js';

/** Paths that are looked at for the likeliest reason. */
const MOST_EXPLAINED = 10;

/** Ids by keys that leave out what is often written otherwise. */
interface LooseKeys {
  readonly byCase: ReadonlyMap<string, string>;
  readonly byStem: ReadonlyMap<string, string>;
}

export class PictureNames {
  readonly #ids: readonly string[];
  readonly #names: Names;
  /** Made when it is first needed. */
  #loose: LooseKeys | undefined;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
    this.#names = new Names(ids);
  }

  /**
   * The id that a path means: itself, or else one that is composed of other characters for the same letters, has no
   * space at its end, or has `/` where Windows has `\`.
   *
   * @param path absolute
   */
  find(path: string): string | undefined {
    const trimmed = path.trimEnd();
    for (const spelling of [path, trimmed, trimmed.replaceAll('\\', sep)]) {
      const found = this.#names.find(spelling);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Why some paths are not found, most likely, by the example of one of them.
   *
   * @param paths absolute, at least one
   * @param file the table that they are from
   */
  explain(paths: readonly string[], file: string): string {
    for (const path of paths.slice(0, MOST_EXPLAINED)) {
      const reason = this.#nearMiss(path, dirname(resolve(file)));
      if (reason !== undefined) return `${path}: ${reason}`;
    }
    const [first] = paths as [string];
    return existsSync(first)
      ? `${first}: that file is not among these pictures`
      : `${first}: no such file; paths in ${file} are absolute or relative to the folder it is in`;
  }

  #nearMiss(path: string, folder: string): string | undefined {
    const { byCase, byStem } = this.#keys();
    const otherCase = byCase.get(caseKey(path));
    if (otherCase !== undefined) {
      // Else several pictures have that name in other bytes, and it could be any of them.
      const isCase = nameKey(otherCase) !== nameKey(path);
      return `the picture is ${otherCase}, ${isCase ? 'with other capitals' : 'or another of that name in other bytes'}`;
    }
    const otherExtension = byStem.get(stemKey(path));
    if (otherExtension !== undefined) return `the picture is ${otherExtension}, with another extension`;
    const elsewhere = this.#endingIn(path.startsWith(folder + sep) ? relative(folder, path) : basename(path));
    if (elsewhere === undefined) return undefined;
    return `there is a picture ${elsewhere}; paths are absolute or relative to the folder of the CSV file`;
  }

  #keys(): LooseKeys {
    // Of several that are alike the first counts: any of them explains.
    const first = (keyOf: (id: string) => string): Map<string, string> =>
      new Map(this.#ids.toReversed().map((id) => [keyOf(id), id]));
    this.#loose ??= { byCase: first(caseKey), byStem: first(stemKey) };
    return this.#loose;
  }

  #endingIn(end: string): string | undefined {
    const key = sep + nameKey(end);
    return this.#ids.find((id) => nameKey(id).endsWith(key));
  }
}

function caseKey(path: string): string {
  return nameKey(path).toLowerCase();
}

function stemKey(path: string): string {
  return caseKey(path.slice(0, path.length - extname(path).length));
}
