/** The readout that a training ends with, and the encoder that ends in it. */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cachedEvalBatches } from '#src/data/batches/eval-batches.js';
import { openCache } from '#src/data/cache/cache.js';
import { describeGraph } from '#src/method/encode.js';
import { Variables } from '#src/nn/variables.js';
import { NAMED } from '#src/run/architectures.js';
import { openRun } from '#src/run/open-run.js';
import { Program } from '#src/runtime/program.js';
import { train } from '#src/train/train.js';
import { copiedRun } from './copied-run.js';

const SETTINGS = { width: 4, size: 16, dim: 12, batch: 32, warmup: 0, epochs: 1, localCrops: 0 };
const { root, pictures, made, out, opened } = copiedRun(SETTINGS, 6);
const READOUT = join(out, 'readout.safetensors');
let whole: Buffer;

beforeAll(async () => {
  whole = await readFile(join(made, 'encoder.onnx'));
});

it('makes of all stages, colours and edges the features that are searched', async () => {
  await opened(async ({ config: { settings }, weights, embeddings, dim, transform, backend }) => {
    expect({ dim, source: embeddings.source }).toEqual({ dim: 12, source: 'features' });
    const [weight, bias] = [weights.get('readout.weight')!, weights.get('readout.bias')!];
    const inputs = weight.length / bias.length;
    expect(inputs).toBe(2 * (4 + 4 + 8 + 16 + 32) + 512 + 128);

    const cache = openCache(join(out, 'cache'));
    const encoder = NAMED.build(settings);
    const shape = { batch: cache.length, size: settings.size };
    const graph = describeGraph(encoder, shape, new Variables('folded', weights), settings);
    const program = await Program.create(graph, backend);
    expect(transform).toMatchObject({ size: 2 * settings.size, resize: 2 * settings.resize });
    for await (const { images } of cachedEvalBatches(cache, { ...transform, batch: cache.length })) {
      const blocks = Object.values(await program.run({ images }));
      for (let n = 0; n < cache.length; n++) {
        const row = blocks.flatMap((rows) => {
          const width = rows.length / cache.length;
          return Array.from(rows.subarray(n * width, (n + 1) * width));
        });
        const y = Array.from(bias, (constant, d) =>
          row.reduce((sum, value, i) => sum + value * weight[d * inputs + i]!, constant),
        );
        for (const [d, value] of y.entries()) {
          expect(embeddings.features[n * dim + d]).toBeCloseTo(value / Math.hypot(...y), 4);
        }
      }
    }
    cache.close();
    await program.release();
  });
});

it('is learnt again to the same bytes where it is damaged, which is said', async () => {
  const bytes = await readFile(READOUT);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(READOUT, bytes);
  const told: string[] = [];
  await opened(async ({ weights, embeddings }) => {
    expect({ has: weights.has('readout.weight'), source: embeddings.source }).toEqual({ has: false, source: 'bank' });
  }, told);
  expect(told[0]).toContain(`${READOUT}: expected the numbers that were written`);
  expect(await train({ out, resume: true })).toBe('finished');
  expect(await readFile(join(out, 'encoder.onnx'))).toEqual(whole);
});

it('that is damaged, gone or unreadable is an error where nobody is there to be told', async () => {
  const harms = [
    () => writeFile(READOUT, ''),
    () => rm(READOUT),
    async () => {
      await rm(READOUT);
      await mkdir(READOUT);
    },
  ];
  for (const harm of harms) {
    await rm(READOUT, { recursive: true, force: true });
    await cp(join(made, 'readout.safetensors'), READOUT);
    await harm();
    const told: string[] = [];
    await opened(async ({ weights }) => expect(weights.has('readout.weight')).toBe(false), told);
    expect(told[0]).toContain(READOUT);
    expect(told[0]).toMatch(
      / The encoder without a readout, \S+weights\.safetensors, is used instead; --resume learns/,
    );
    // Features of the encoder with a readout are none of that without; of the encoder's file nothing else is said.
    expect(told).toHaveLength(1);
    const alone = openRun(out, { threads: 1 });
    await expect(alone).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining(READOUT) });
    await expect(alone).rejects.toThrow('--resume learns it anew.');
  }
});

it('is not taken for that of another encoder', async () => {
  const other = join(root, 'other');
  await train({ paths: [pictures], out: other, settings: { ...SETTINGS, seed: 1 }, threads: 1 });
  await copyFile(join(other, 'readout.safetensors'), READOUT);
  await opened(async ({ weights, embeddings }) => {
    expect({ has: weights.has('readout.weight'), source: embeddings.source }).toEqual({ has: false, source: 'bank' });
  });
});

it('is not learnt where the trained features are asked for', async () => {
  const plain = join(root, 'plain');
  await train({ paths: [pictures], out: plain, settings: { ...SETTINGS, readout: 'features' }, threads: 1 });
  expect(existsSync(join(plain, 'readout.safetensors'))).toBe(false);
});
