/** @file What is to be expected of a threshold of duplicates, in words: on the page and in the terminal. */
import { formatCount, percent, plural } from './format.js';

interface Calibration {
  readonly threshold: number;
  readonly found: number;
  readonly foundByKind: Readonly<Record<string, number>>;
  readonly falselyFound: number;
  readonly numCopies: number;
  readonly numPictures: number;
}

/** Shares are in [0, 1]. */
export function calibrationInWords(calibration: Calibration): string {
  const { threshold, found, foundByKind, falselyFound, numCopies, numPictures } = calibration;
  const kinds = Object.entries(foundByKind).map(([kind, share]) => `${kind} ${percent(share, 0)}`);
  const falsely =
    falselyFound === 0
      ? `none of ${plural(numPictures, 'picture')} is`
      : `at most ${percent(falselyFound)} of the pictures are`;
  return (
    `The threshold ${threshold} is found from the run's own pictures: of ${formatCount(numCopies)} copies made of some, ` +
    `${percent(found, 0)} are so similar (${kinds.join(', ')}), and ${falsely} so similar to a different one.`
  );
}
