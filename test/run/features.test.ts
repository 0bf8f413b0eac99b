import { expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { finiteOnly } from '#src/run/features.js';

it('gives what an encoder gives, and nothing of it if a number is not finite', async () => {
  const encode = finiteOnly(async (images) => images.map((x) => 1 / x), 'runs/a/encoder.onnx');
  expect(await encode(Float32Array.of(2, 4), 1)).toEqual(Float32Array.of(0.5, 0.25));
  const refused = encode(Float32Array.of(2, 0), 1);
  await expect(refused).rejects.toThrow(RunError);
  await expect(refused).rejects.toThrow('runs/a/encoder.onnx: features: expected finite numbers, got Infinity.');
});
