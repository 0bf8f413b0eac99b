/** @file Which encoding a text file has. */
import { DataError } from './errors.js';

export interface DecodedText {
  readonly text: string;
  /** Whether it is no Unicode, so that Windows-1252 is the likeliest of many. */
  readonly isGuessed: boolean;
}

/** What spreadsheets write where UTF-8 is not asked for, in western Europe and the Americas. */
export const FALLBACK_ENCODING = 'windows-1252';

/** Its characters from 0x80 on, which some Nodes (20.20) take for the control characters of Latin-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A text decoded as Windows-1252, with what the decoder got wrong put right. */
export function asWindows1252(decoded: string): string {
  return decoded.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);
}

/**
 * Text of a file in UTF-8, UTF-16 or, where it can be neither, Windows-1252; a byte order mark is left out.
 *
 * @throws {DataError} if it is no text; the message has no subject
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = unicodeEncoding(bytes);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), isGuessed: false };
  } catch {
    return { text: asWindows1252(new TextDecoder(FALLBACK_ENCODING).decode(bytes)), isGuessed: true };
  }
}

/**
 * The only form of Unicode that a text can have which begins so, as tables do, with a letter of ASCII.
 *
 * @throws {DataError} if it is no text; the message has no subject
 */
export function unicodeEncoding(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x50 && second === 0x4b) {
    throw new DataError('expected text, got a spreadsheet or another archive. Save it as CSV.');
  }
  const zero = start.subarray(0, 4096).indexOf(0);
  if (zero < 0) return 'utf-8';
  if (zero === 1 && start.length % 2 === 0) return 'utf-16le';
  if (zero === 0 && second !== 0 && start.length % 2 === 0) return 'utf-16be';
  throw new DataError('expected text, got bytes that are none. Save it as CSV, in UTF-8.');
}
