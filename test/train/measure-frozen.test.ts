import { describe, expect, it } from 'vitest';
import { epochsWithin } from '#src/train/budget.js';
import { cropsWithin, FROZEN_EPOCHS } from '#src/train/measure-frozen.js';

const speed = { train: 1e-4, encode: 1 / 55, start: 15 };
const load = { numPictures: 2240, batch: 32, numEncoded: 4480 };

describe('cropsWithin', () => {
  it.each([300, 600, 1200])('leaves time for the training and for what comes after it: %d s', (seconds) => {
    const crops = cropsWithin(seconds, speed, load);
    expect(crops.seconds).toBeCloseTo((crops.count * 2240) / 55, 9);
    expect(crops.count).toBeGreaterThan(2);
    expect(epochsWithin(seconds - crops.seconds, speed, load)).toBeGreaterThanOrEqual(FROZEN_EPOCHS - 1e-9);
    expect(speed.start + crops.seconds + 4480 / 55).toBeGreaterThan(0.7 * seconds);
  });

  it('are two at least, and no more than help', () => {
    expect(cropsWithin(60, speed, load).count).toBe(2);
    expect(cropsWithin(1e5, speed, load).count).toBe(32);
  });
});
