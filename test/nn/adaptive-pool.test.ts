import { describe, expect, it } from 'vitest';
import { input } from '#src/graph/value.js';
import { adaptiveAveragePool } from '#src/nn/adaptive-pool.js';
import { openBackend } from '#src/runtime/device.js';
import { Program } from '#src/runtime/program.js';

describe('adaptive average pooling', () => {
  it.each([
    [6, 4, 2],
    [5, 7, 3],
    [5, 7, 1],
    [3, 3, 3],
  ])('averages each cell of %i × %i pixels on a grid of %i', async (height, width, side) => {
    const shape = [2, 3, height, width];
    const x = Float32Array.from({ length: 6 * height * width }, (_, i) => (i * i) % 17);
    const backend = await openBackend('cpu', 1);
    const program = await Program.create({ y: adaptiveAveragePool(input('x', shape), side) }, backend);
    const { y } = await program.run({ x });
    await program.release();
    const expected: number[] = [];
    for (let image = 0; image < 6; image++) {
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          const pixels: number[] = [];
          for (let i = Math.floor((row * height) / side); i < ((row + 1) * height) / side; i++) {
            for (let j = Math.floor((column * width) / side); j < ((column + 1) * width) / side; j++) {
              pixels.push(x[(image * height + i) * width + j]!);
            }
          }
          expected.push(pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length);
        }
      }
    }
    expect(y).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(y![i]).toBeCloseTo(value, 4);
  });
});
