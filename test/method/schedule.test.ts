import { describe, expect, it } from 'vitest';
import { cropSize, learningRate } from '#src/method/schedule.js';

const PUBLISHED = { lr: 0.03, schedule: 'step', drops: [0.6, 0.8], warmup: 0, epochs: 200 } as const;

describe('learningRate', () => {
  it('drops to a tenth at epochs 120 and 160 of 200, as published', () => {
    const atEpoch = (epoch: number): number => learningRate(PUBLISHED, epoch * 10, 10);
    expect([0, 119, 120, 159, 160, 199].map((epoch) => Number(atEpoch(epoch).toPrecision(6)))).toEqual([
      0.03, 0.03, 0.003, 0.003, 0.0003, 0.0003,
    ]);
    expect(learningRate(PUBLISHED, 1199, 10)).toBe(0.03);
  });

  it('falls along half a cosine', () => {
    const cosine = { ...PUBLISHED, schedule: 'cosine', epochs: 10 } as const;
    const at = (step: number): number => learningRate(cosine, step, 10) / 0.03;
    expect([at(0), at(25), at(50), at(75), at(99)].map((rate) => Number(rate.toFixed(4)))).toEqual([
      1, 0.8536, 0.5, 0.1464, 0.0002,
    ]);
  });

  it('rises in equal steps while warming up, then starts at the full rate', () => {
    const warm = { ...PUBLISHED, schedule: 'cosine', warmup: 2, epochs: 10 } as const;
    const rates = [0, 1, 2, 3, 4].map((step) => learningRate(warm, step, 2) / 0.03);
    expect(rates.map((rate) => Number(rate.toFixed(6)))).toEqual([0.25, 0.5, 0.75, 1, 1]);
  });
});

describe('cropSize', () => {
  const sizes = (progression: readonly number[], epochs: number): number[] =>
    Array.from({ length: epochs }, (_, epoch) => cropSize({ size: 32, progression, epochs }, epoch));

  it('gives each part of the progression an equal part of the epochs', () => {
    expect(sizes([1], 3)).toEqual([32, 32, 32]);
    expect(sizes([0.5, 0.75, 1], 6)).toEqual([16, 16, 24, 24, 32, 32]);
    expect(sizes([0.5, 0.8], 3)).toEqual([16, 16, 26]);
  });

  it('leaves parts out where there are fewer epochs, and keeps the last size when training is over', () => {
    expect(sizes([0.5, 0.75, 1], 1)).toEqual([16]);
    expect(cropSize({ size: 32, progression: [0.5, 0.75], epochs: 4 }, 4)).toBe(24);
  });
});
