/** @file The way from picture to picture. */
import { signal } from '@preact/signals';

/** Stands for the picture that the reader brought. */
export const NEW = 'new';

/** A row, or `NEW`. */
export type Stop = number | typeof NEW;

/** Where the reader has been, up to the picture that is open; kept while other views are open. */
export const walk = signal<readonly Stop[]>([]);

/** @param argument of the address: a row, `new`, or nothing */
export function stopOf(argument: string): Stop | undefined {
  if (argument === NEW) return NEW;
  return /^\d{1,9}$/.test(argument) ? Number(argument) : undefined;
}

/**
 * Goes on to a picture, or back to it if it has been passed: so a click, the browser's back button and a link from
 * another view need not be told apart. A picture that the reader brings starts a new walk.
 */
export function walkTo(stops: readonly Stop[], stop: Stop): readonly Stop[] {
  const place = stops.lastIndexOf(stop);
  if (place >= 0) return stops.slice(0, place + 1);
  return stop === NEW ? [NEW] : [...stops, stop];
}
