/** @file What a command shows: permanent lines on stdout, one line that changes on stderr, or JSON on stdout. */
import { randomUUID } from 'node:crypto';
import { clearLine, cursorTo } from 'node:readline';
import { stripVTControlCharacters, styleText } from 'node:util';
import { printable, printableJson } from '../core/printable.js';

/** A terminal can take it ten times a second, a log file every ten seconds. */
const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const ESCAPE = '\u001b';
/** Stands for the escape character of our own colours until they are written: no label or path can know it. */
const OUR_ESCAPE = randomUUID();

/** Colours a text, for `Output`, on a terminal that has colours and where NO_COLOR is not set. */
export function paint(style: Style, text: string): string {
  if (!(process.stdout.isTTY && process.stdout.hasColors())) return text;
  return styleText(style, printable(text)).replaceAll(ESCAPE, OUR_ESCAPE);
}

/** A line as it is written: nothing of it is obeyed by the terminal but our own colours. */
function shown(text: string): string {
  return printable(text).replaceAll(OUR_ESCAPE, ESCAPE);
}

/** Who reads stdout: people, a machine (JSON and nothing else), or nobody. */
export type Reader = 'people' | 'machine' | 'nobody';

export class Output {
  readonly #reader: Reader;
  readonly #err = process.stderr;
  #isLive = false;
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** For a command with the option `--json`. */
  static of({ json = false }: { readonly json?: boolean }): Output {
    return new Output(json ? 'machine' : 'people');
  }

  /** A line that stays; for people. What a terminal would obey in it is made visible, line breaks included. */
  line(text = ''): void {
    if (this.#reader !== 'people') return;
    this.clear();
    process.stdout.write(`${shown(text)}\n`);
  }

  /** A value on a line of its own; for machines. */
  json(value: unknown): void {
    if (this.#reader === 'machine') process.stdout.write(`${printableJson(value)}\n`);
  }

  /** The same, beside what was asked for. */
  note(text: string): void {
    this.clear();
    this.#err.write(`${shown(text)}\n`);
  }

  /**
   * Replaces the line that changes. Without a terminal it becomes a line of a log now and then.
   *
   * @param parts in order of importance: those at the end are left out where the terminal is too narrow
   */
  live(parts: readonly string[]): void {
    const now = performance.now();
    if (now - this.#changedAt < (this.#err.isTTY ? REDRAW_MS : PLAIN_MS)) return;
    // The first line of a log waits, too: short work needs none.
    const isFirst = this.#changedAt === Number.NEGATIVE_INFINITY;
    this.#changedAt = now;
    if (this.#err.isTTY) {
      this.clear();
      this.#err.write(fitting(parts.map(shown), this.#err.columns - 1));
      this.#isLive = true;
    } else if (this.#reader === 'people' && !isFirst) this.#err.write(`${shown(parts.join('  '))}\n`);
  }

  /** Removes the line that changes. */
  clear(): void {
    if (!this.#isLive) return;
    cursorTo(this.#err, 0);
    clearLine(this.#err, 0);
    this.#isLive = false;
  }
}

function fitting(parts: readonly string[], width: number): string {
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`;
    if (stripVTControlCharacters(longer).length > width) break;
    line = longer;
  }
  return line;
}
