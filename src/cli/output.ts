/** @file What a command shows: permanent lines on stdout, one line that changes on stderr, or JSON on stdout. */
import { clearLine, cursorTo } from 'node:readline';
import { stripVTControlCharacters, styleText } from 'node:util';

/** A terminal can take it ten times a second, a log file every ten seconds. */
const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Colours a text on a terminal that has colours and where NO_COLOR is not set. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(style, text) : text;
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

  /** A line that stays; for people. */
  line(text = ''): void {
    if (this.#reader !== 'people') return;
    this.clear();
    process.stdout.write(`${text}\n`);
  }

  /** A value on a line of its own; for machines. */
  json(value: unknown): void {
    if (this.#reader === 'machine') process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A line that stays, beside what was asked for. */
  note(text: string): void {
    this.clear();
    this.#err.write(`${text}\n`);
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
      this.#err.write(fitting(parts, this.#err.columns - 1));
      this.#isLive = true;
    } else if (this.#reader === 'people' && !isFirst) this.#err.write(`${parts.join('  ')}\n`);
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
