/** @file When two spellings of a name mean one file. */

/**
 * Stand for single bytes of a name that is not UTF-8, so that every name is a text and still leads to its file: byte b
 * is U+EF00 + b, b from 0x80 to 0xFF (as in MirBSD's OPTU-8). `data/file-name.ts` makes them and undoes them.
 */
export const RAW_BYTE = /[\uef80-\uefff]/g;
export const RAW_BYTE_BASE = 0xef00;

/**
 * A name as it is compared: in Unicode's composed form, NFC. macOS and many archives write ö as o and two dots, most
 * others as one character; people see no difference, so none is made between them. Bytes that are not UTF-8 are
 * taken for Latin-1. For comparing only: a file is opened by the name it has.
 */
export function nameKey(name: string): string {
  return name.replace(RAW_BYTE, (byte) => String.fromCharCode(byte.charCodeAt(0) - RAW_BYTE_BASE)).normalize('NFC');
}

/** A name, or a part of one, as it is searched for: capitals do not count either. */
export function searchKey(name: string): string {
  return nameKey(name).toLowerCase();
}

/**
 * Numbers of the names with something in them, in whatever case.
 *
 * @param wanted nothing for all
 * @param most how many are enough
 */
export function rowsNamed(names: Iterable<string>, wanted: string, most = Number.POSITIVE_INFINITY): number[] {
  const key = searchKey(wanted);
  const rows: number[] = [];
  let row = 0;
  for (const name of names) {
    if (rows.length >= most) break;
    if (key === '' || searchKey(name).includes(key)) rows.push(row);
    row++;
  }
  return rows;
}

/** A name in composed form alone: bytes that are not UTF-8 stay what they are. */
function composed(name: string): string {
  return name.normalize('NFC');
}

/** Names, to be found by any spelling of theirs. */
export class Names {
  readonly #names: ReadonlySet<string>;
  /**
   * By key, the stricter first; null where several names have it. Made when they are first needed: mostly, names are
   * written as they are.
   */
  #byKey: readonly ReadonlyMap<string, string | null>[] | undefined;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** @returns the very name if it is there, else the only one of another composition, else the only one of other bytes; else undefined */
  find(name: string): string | undefined {
    if (this.#names.has(name)) return name;
    this.#byKey ??= KEYS.map((key) => byKey(this.#names, key));
    for (const [i, key] of KEYS.entries()) {
      const found = this.#byKey[i]!.get(key(name));
      if (found !== undefined) return found ?? undefined;
    }
    return undefined;
  }
}

/** That a name is in Latin-1 is a guess, which gives way to what is certain. */
const KEYS = [composed, nameKey];

function byKey(names: Iterable<string>, keyOf: (name: string) => string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const name of names) {
    const key = keyOf(name);
    found.set(key, found.has(key) ? null : name);
  }
  return found;
}
