import { describe, expect, it } from 'vitest';
import { densities } from '#src/collection/map/density.js';

describe('densities', () => {
  it('are the part of the others that are more isolated', () => {
    expect(Array.from(densities(Float32Array.of(0.5, 0.1, 0.9, 0.3, 0.2)))).toEqual([0.25, 1, 0, 0.5, 0.75]);
  });

  it('count those as isolated by half', () => {
    expect(Array.from(densities(Float32Array.of(0.2, 0.2, 0.2)))).toEqual([0.5, 0.5, 0.5]);
    expect(Array.from(densities(Float32Array.of(0.1, 0.2, 0.2)))).toEqual([1, 0.25, 0.25]);
  });

  it('are in the middle for one picture', () => {
    expect(Array.from(densities(Float32Array.of(0)))).toEqual([0.5]);
  });
});
