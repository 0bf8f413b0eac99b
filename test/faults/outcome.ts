/** @file What may come of a fault: the right bytes, or a sentence with all that was good before. No third thing. */
import type { Pieces } from './scenario.js';

export type Sort =
  | 'same bytes'
  | 'said, then same bytes'
  | 'killed, then same bytes'
  /** What was killed has left files that do not belong together, and reading says so. */
  | 'killed, refused, then same bytes'
  | 'found when read'
  /** What was damaged is passed over for what is whole, and that is said. */
  | 'the one before, said'
  | 'third';

export interface Outcome {
  readonly sort: Sort;
  /** Of the third sort: what happened. */
  readonly why?: string;
}

/** What a sentence may not be: a stack, a bare code, words of JavaScript. */
const NO_SENTENCE = [
  /^\s+at /m,
  /^(Error: )?E[A-Z]{3,}\b/m,
  /Cannot read properties|is not a function|is not iterable|undefined|\[object /,
  /^(Unexpected|Expected) .* JSON/m,
  /\.rs:\d/,
];

/**
 * @param work the folder in which everything lies
 * @returns what is wrong with what a failed command said; undefined if nothing is
 */
export function unspoken(code: number | null, stderr: string, work: string): string | undefined {
  if (code === null || code < 3 || code > 5) return `exit ${code}: ${stderr.trim()}`;
  const wrong = unclear(stderr, work);
  return wrong && `exit ${code}, ${wrong}`;
}

/** @returns what a sentence lacks; undefined if it is one, and names a path in `work` */
export function unclear(stderr: string, work: string): string | undefined {
  const said = stderr.trim();
  if (said === '') return 'without a word';
  if (!said.includes(work)) return `no path: ${said}`;
  return NO_SENTENCE.some((pattern) => pattern.test(said)) ? `no sentence: ${said}` : undefined;
}

/** What is said where a command answers all the same, by something else than what is damaged, and where that lies. */
const INSTEAD = /, (\/[^,]+), is used instead[.;]/;
/** What is said where nothing is used instead: of what is made anew, left out, or not there. */
const OTHERWISE =
  /They are decoded now\.|training is not harmed, and goes on\.|what is there is shown\.|have left it\.|was made anew|is there once now|Answered from the memory bank|could not be drawn, and left a place empty|pictures are drawn from their files\./;

/** @returns what a command's words lack that has answered otherwise, exit 0: the path, and what was used instead */
export function unadmitted(stderr: string, work: string): string | undefined {
  const wrong = unclear(stderr, work);
  if (wrong !== undefined) return wrong;
  const isAdmitted = INSTEAD.exec(stderr)?.[1]?.startsWith(work) || OTHERWISE.test(stderr);
  return isAdmitted ? undefined : `nothing of what is used instead: ${stderr.trim()}`;
}

/** @returns which pieces are neither what they were before nor what they were to be; undefined if all are */
export function unkept(now: Pieces, before: Pieces, after: Pieces): string | undefined {
  const names = new Set([...Object.keys(now), ...Object.keys(before), ...Object.keys(after)]);
  const lost = [...names].filter((name) => now[name] !== before[name] && now[name] !== after[name]);
  return lost.length === 0
    ? undefined
    : `neither old nor new: ${lost.map((name) => `${name} ${now[name]}`).join(', ')}`;
}

export function differing(now: Pieces, after: Pieces): string | undefined {
  const names = new Set([...Object.keys(now), ...Object.keys(after)]);
  const other = [...names].filter((name) => now[name] !== after[name]);
  return other.length === 0 ? undefined : `another result: ${other.join(', ')}`;
}
