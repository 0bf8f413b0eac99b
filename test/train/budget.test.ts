import { describe, expect, it } from 'vitest';
import { LEAST_EPOCHS, TRAINING_SIZES } from '#src/method/candidates.js';
import { bestCandidate, epochsWithin, type Load, secondsOfEpochs, type TrainingSpeed } from '#src/train/budget.js';

const speed: TrainingSpeed = { train: 0.003, encode: 0.001, start: 7 };
const load: Load = { numPictures: 1000, batch: 128, numEncoded: 1500 };

describe('a budget', () => {
  it('is spent on the start, steps, what epochs end with, and encoding at the end', () => {
    let seconds = speed.start;
    for (let epoch = 0; epoch < 12; epoch++) {
      for (let step = 0; step < 8; step++) seconds += 128 * speed.train;
      seconds += 0.4;
    }
    seconds += 1500 * speed.encode;
    expect(secondsOfEpochs(12, speed, load)).toBeCloseTo(seconds, 9);
    expect(epochsWithin(seconds, speed, load)).toBeCloseTo(12, 9);
    expect(epochsWithin(speed.start, speed, load)).toBeLessThan(0);
  });

  it('goes to the last candidate that it lets learn', () => {
    const seen = TRAINING_SIZES.map((candidate, i) => ({ ...candidate, i }));
    const chosen = (numPictures: number, pictures: (i: number) => number): number =>
      bestCandidate(seen, numPictures, ({ i }) => pictures(i) / numPictures).i;
    expect(chosen(1000, () => 1e9)).toBe(TRAINING_SIZES.length - 1);
    expect(chosen(1000, () => 0)).toBe(0);
    expect(chosen(1000, (i) => (i <= 4 ? TRAINING_SIZES[i]!.seen + 1e5 : 0))).toBe(4);
    // Many pictures are to be seen several times before anything larger is tried.
    expect(chosen(1e6, () => 1e6 * (LEAST_EPOCHS - 1))).toBe(0);
    expect(chosen(1e6, () => 1e6 * LEAST_EPOCHS)).toBe(TRAINING_SIZES.length - 1);
  });
});
