/** @file Text from outside, made fit for a terminal. */
import { RAW_BYTE, RAW_BYTE_BASE } from './names.js';

/**
 * What a terminal obeys rather than shows, and what makes it show something else than is there: control characters
 * (C0, DEL, C1), separators of lines and paragraphs, and the marks that turn the direction of writing.
 */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text as one line in which every character can be seen: a label or a name may hold anything, line breaks and escape
 * codes included. They become `\n`, `\t` or `\u001b`, as in JSON. What is so already stays as it is.
 */
export function printable(text: string): string {
  return text.replace(RAW_BYTE, rawEscape).replace(UNSEEN, (character) => {
    const short = JSON.stringify(character).slice(1, -1);
    return short === character ? unicodeEscape(character) : short;
  });
}

/** The same for a text of several lines, a stack for one. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON of the same value that no terminal obeys either. */
export function printableJson(value: unknown): string {
  // Between the strings of a JSON text there is none of these.
  return JSON.stringify(value).replace(UNSEEN, unicodeEscape);
}

/** A byte of a name that is no UTF-8, as shells write it. */
function rawEscape(character: string): string {
  return `\\x${(character.charCodeAt(0) - RAW_BYTE_BASE).toString(16)}`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
