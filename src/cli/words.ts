/** @file Small pieces of text that several commands show. */
import { basename, isAbsolute, relative } from 'node:path';
import { formatCount, formatDuration, formatRate } from '../core/format.js';
import { printable } from '../core/printable.js';
import type { MeasureProgress } from '../evaluate/measured-run.js';

/** A figure for a page, where no line may end between a number and its unit. */
export function unbroken(text: string): string {
  return text.replaceAll(' %', '\u202f%').replaceAll(' ', '\u00a0');
}

/** `11.2M`, `1.8B`. */
export function compact(value: number): string {
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
}

/** @param share in [0, 1] */
export function bar(share: number, width = 20): string {
  const filled = Math.round(share * width);
  return '━'.repeat(filled) + '─'.repeat(width - filled);
}

/** A path as one would type it here: relative where it lies below the current folder. */
export function shortPath(path: string): string {
  const here = relative(process.cwd(), path);
  return here === '' || here.startsWith('..') || isAbsolute(here) ? path : here;
}

/** A command line that does the same when it is typed. */
export function commandLine(args: readonly string[]): string {
  return [programName(), ...args]
    .map(quote)
    .join(' ')
    .replace(/^'(.*?)'/, '$1');
}

/** How this program was called: by its name where it is installed, else through node. */
function programName(): string {
  const script = process.argv[1] ?? '';
  if (basename(script) === 'main.js') return `node ${quote(shortPath(script))}`;
  return process.env.npm_command === 'exec' ? 'npx instdisc' : 'instdisc';
}

function quote(arg: string): string {
  // What cannot be shown is typed as bash has it.
  if (printable(arg) !== arg) return `$'${printable(arg.replace(/['\\]/g, '\\$&'))}'`;
  return /^[\w@%+=:,./\\*-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

/** Rates are told once there has been time to measure them. */
const SETTLING_S = 1;

/**
 * Tells of work on many things: call it with the number done, and of how many if that is known.
 *
 * @param before how many were done before it began
 */
export function counter(verb: string, noun: string, before = 0): (done: number, of?: number) => string[] {
  const startedAt = performance.now();
  return (done, of) => {
    const seconds = (performance.now() - startedAt) / 1000;
    const progress =
      of === undefined
        ? [`${formatCount(done)} ${noun}`]
        : [bar(done / of), `${formatCount(done)} of ${formatCount(of)}`];
    if (seconds < SETTLING_S) return [verb, ...progress];
    const rate = (done - before) / seconds;
    const left = of === undefined ? [] : [`${formatDuration((of - done) / rate)} left`];
    return [verb, ...progress, formatRate(rate, noun), ...left];
  };
}

/** Shows one piece of work after the other: a count of things with its rate, or a bar where nothing is counted. */
export function progressShown(show: (parts: string[]) => void): MeasureProgress {
  let told: string | undefined;
  let count = counter('', '');
  return (what, done, of, noun) => {
    if (noun === undefined) return show([what, bar(of === undefined ? done : done / of)]);
    if (what !== told) count = counter(what, noun);
    told = what;
    show(count(done, of));
  };
}
