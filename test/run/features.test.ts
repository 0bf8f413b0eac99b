import { describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { extractFeatures, finiteOnly, unitOnly } from '#src/run/features.js';

it('gives what an encoder gives, and nothing of it if a number is not finite', async () => {
  const encode = finiteOnly(async (images) => images.map((x) => 1 / x), 'runs/a: logits');
  expect(await encode(Float32Array.of(2, 4), 1)).toEqual(Float32Array.of(0.5, 0.25));
  const refused = encode(Float32Array.of(2, 0), 1);
  await expect(refused).rejects.toThrow(RunError);
  await expect(refused).rejects.toThrow('runs/a: logits: expected finite numbers, got Infinity.');
});

describe('an encoder of which one of the rows is not of length one', () => {
  const encode = unitOnly(async (images) => images, 2, 'runs/a/encoder.onnx');
  const cases = { 'of length 0': [0, 0], 'of length 0.5': [0.5, 0], NaN: [Number.NaN, 1] };

  it.each(Object.entries(cases))('gives nothing, and names the picture: %s', async (got, odd) => {
    const batch = { pictures: [{ id: 'a.jpg' }, { id: 'b.jpg' }], images: Float32Array.of(0.6, 0.8, ...odd), count: 2 };
    const refused = extractFeatures(
      (async function* () {
        yield batch;
      })(),
      encode,
      2,
    );
    await expect(refused).rejects.toThrow(RunError);
    await expect(refused).rejects.toThrow(/^b\.jpg: runs\/a\/encoder\.onnx: features: expected /);
    await expect(refused).rejects.toThrow(`got ${got === 'NaN' ? '' : 'one '}${got}. The encoder is damaged`);
  });

  it('gives them where that row is of no picture, and where rounding to float16 is all that is off', async () => {
    const images = Float32Array.of(0.6, 0.8004, 0, 0);
    expect(await encode(images, 1)).toEqual(images);
  });
});
