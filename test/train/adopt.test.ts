/** A network that is adopted as it is, against the same network run by itself. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCollection } from '#src/collection/open-collection.js';
import { evalBatches } from '#src/data/batches/eval-batches.js';
import { scan } from '#src/data/scan/scan.js';
import { input } from '#src/graph/value.js';
import { embed } from '#src/run/embed.js';
import type { TrainEvent } from '#src/run/events.js';
import { exportRun } from '#src/run/export-run.js';
import { openRun } from '#src/run/open-run.js';
import { openBackend } from '#src/runtime/device.js';
import { Model } from '#src/runtime/model.js';
import { Program } from '#src/runtime/program.js';
import { type AdoptOptions, adopt } from '#src/train/adopt.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { longPictures } from '../data/long-pictures.js';
import { FEATURE_DIM, NETWORK_SIZE, tinyFeature, tinyWeights, writeTinyNetwork } from '../run/network/tiny-network.ts';

const root = tempFolder();
const [out, pictures] = [join(root, 'run'), join(root, 'pictures')];
const FORM = { size: NETWORK_SIZE, resize: 18, mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] } as const;
let network: string;

function adopted(options: Partial<AdoptOptions> & { readonly out: string }): Promise<'finished' | 'stopped'> {
  return adopt({ ...FORM, network, paths: [pictures], whiten: false, threads: 1, ...options });
}

/** The features by the runtime alone, of the pictures as torchvision's transforms would bring them. */
async function directly(): Promise<Map<string, number[]>> {
  const weights = tinyWeights();
  const images = input('images', [1, 3, NETWORK_SIZE, NETWORK_SIZE]);
  const shapes = { stem: [8, 3, 3, 3], block: [FEATURE_DIM, 8, 3, 3] };
  const tensor = (name: string) =>
    input(
      name,
      name.endsWith('bias') ? [name[0] === 's' ? 8 : FEATURE_DIM, 1, 1] : shapes[name.split('.')[0] as 'stem'],
    );
  const program = await Program.create({ feature: tinyFeature(images, tensor) }, await openBackend('cpu', 1));
  const features = new Map<string, number[]>();
  for await (const batch of evalBatches((await scan([pictures])).pictures, { ...FORM, batch: 1 })) {
    const { feature } = await program.run({ ...Object.fromEntries(weights), images: batch.images });
    const length = Math.hypot(...feature!);
    features.set(
      batch.pictures[0]!.id,
      Array.from(feature!, (x) => x / length),
    );
  }
  await program.release();
  return features;
}

beforeAll(async () => {
  await drawPictures(pictures, 3);
  network = await writeTinyNetwork(join(root, 'tiny.onnx'));
  expect(await adopted({ out })).toBe('finished');
}, 60_000);

describe('an adopted network', () => {
  it('answers by its own features, and its bank has them', async () => {
    const expected = await directly();
    const run = await openRun(out, { threads: 1 });
    const { ids, features, dim, source } = run.embeddings;
    expect([dim, source, ids.length]).toEqual([FEATURE_DIM, 'features', expected.size]);
    ids.forEach((id, row) => {
      const got = Array.from(features.subarray(row * dim, (row + 1) * dim));
      for (const [i, x] of expected.get(id)!.entries()) expect(got[i]).toBeCloseTo(x, 5);
    });
    for (const [i, x] of run.bank.features.entries()) expect(x).toBeCloseTo(features[i]!, 6);
    const files = await embed(run, [pictures]);
    for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(features[i]!, 5);
    await run.release();
  });

  it('needs nothing of the file it came from', async () => {
    const moved = join(root, 'moved.onnx');
    const other = join(root, 'alone');
    await writeTinyNetwork(moved);
    await adopted({ network: moved, out: other });
    await writeFile(moved, 'gone');
    await (await openRun(other, { threads: 1 })).release();
  });

  it('exports an encoder that says what it is shown', async () => {
    const file = join(root, 'encoder.onnx');
    await exportRun(out, file);
    const model = await Model.load(file, await openBackend('cpu', 1));
    const noise = Float32Array.from({ length: 2 * 3 * NETWORK_SIZE ** 2 }, (_, i) => Math.sin(i));
    const features = await model.run(noise, [2, 3, NETWORK_SIZE, NETWORK_SIZE]);
    expect(features).toHaveLength(2 * FEATURE_DIM);
    expect(Math.hypot(...features.subarray(0, FEATURE_DIM))).toBeCloseTo(1, 5);
    await model.release();
    // So that what is exported can be adopted again, with nothing said.
    const again = join(root, 'again');
    await adopt({ network: file, paths: [pictures], out: again, whiten: false, threads: 1 });
    const [first, second] = await Promise.all(
      [out, again].map(async (path) => {
        const run = await openRun(path, { threads: 1 });
        await run.release();
        return run;
      }),
    );
    expect(second!.transform).toEqual(first!.transform);
    for (const [i, x] of second!.embeddings.features.entries())
      expect(x).toBeCloseTo(first!.embeddings.features[i]!, 5);
  });

  it('is whitened by its pictures: their features are centred, and numbers that went together do no more', async () => {
    const path = join(root, 'whitened');
    await adopted({ out: path, whiten: true });
    const run = await openRun(path, { threads: 1 });
    const { features, dim, ids } = run.embeddings;
    const files = await embed(run, [pictures]);
    for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(features[i]!, 4);
    const plain = await openRun(out, { threads: 1 });
    const meanCosine = (rows: Float32Array): number => {
      const sums = Array.from({ length: dim }, (_, i) => ids.reduce((sum, _id, row) => sum + rows[row * dim + i]!, 0));
      return sums.reduce((sum, x) => sum + x * x, 0) / ids.length ** 2;
    };
    expect(meanCosine(plain.embeddings.features)).toBeGreaterThan(0.5);
    expect(meanCosine(features)).toBeLessThan(0.05);
    for (const [i, x] of run.bank.features.entries()) expect(x).toBeCloseTo(plain.bank.features[i]!, 6);
    await plain.release();
    await run.release();
  });

  it('is searched by the last map of each size, too, where it has such, in files as in the run', async () => {
    const golden = fileURLToPath(new URL('../golden/networks/efficientnet_lite0.onnx', import.meta.url));
    const [plain, read] = [join(root, 'plain-maps'), join(root, 'maps')];
    const shown = { network: golden, size: 32, resize: 32 };
    await adopted({ ...shown, out: plain });
    await adopted({ ...shown, out: read, whiten: true });
    const run = await openRun(read, { threads: 1 });
    const { weights, embeddings, bank } = run;
    // Strides 2 and 4, and the network's own feature.
    expect(weights.get('readout.weight')!.length / weights.get('readout.bias')!.length).toBe(48 + 48 + 40);
    const files = await embed(run, [pictures]);
    for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(embeddings.features[i]!, 4);
    const other = await openRun(plain, { threads: 1 });
    for (const [i, x] of bank.features.entries()) expect(x).toBeCloseTo(other.embeddings.features[i]!, 6);
    await other.release();
    await run.release();
  });

  it('sees long pictures whole, unless it is told not to, and so do those that come later', async () => {
    const long = join(root, 'long');
    await longPictures(long, 36, 12);
    const noted: string[] = [];
    const onEvent = (event: TrainEvent): void => {
      if (event.kind === 'noted') noted.push(event.message);
    };
    const [whole, middle] = [join(root, 'long-whole'), join(root, 'long-middle')];
    await adopted({ out: whole, paths: [long], onEvent });
    expect(noted).toEqual([
      'long pictures: whole, in a square of their border’s colour: 100 % of the pictures are longer than 1.5 : 1',
    ]);
    await adopted({ out: middle, paths: [long], fit: 'crop' });
    const [padded, cropped] = await Promise.all(
      [whole, middle].map(async (path) => {
        const run = await openRun(path, { threads: 1 });
        const files = await embed(run, [long]);
        for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(run.embeddings.features[i]!, 5);
        await run.release();
        return run;
      }),
    );
    expect([padded!.transform.fit, cropped!.transform.fit]).toEqual(['pad', 'crop']);
    expect(padded!.embeddings.features).not.toEqual(cropped!.embeddings.features);
    // What an encoder of ours says of itself counts more than what the pictures suggest.
    const file = join(root, 'padded.onnx');
    await exportRun(whole, file);
    const again = join(root, 'padded-again');
    await adopt({ network: file, paths: [pictures], out: again, whiten: false, threads: 1 });
    const run = await openRun(again, { threads: 1 });
    expect(run.transform.fit).toBe('pad');
    await run.release();
  });

  it('has no pictures unless it is given some: it embeds, and answers about an index alone', async () => {
    const path = join(root, 'none');
    await adopted({ out: path, paths: [] });
    const run = await openRun(path, { threads: 1 });
    expect(run.embeddings.ids).toEqual([]);
    const { features } = await embed(run, [pictures]);
    const whole = await openRun(out, { threads: 1 });
    for (const [i, x] of features.entries()) expect(x).toBeCloseTo(whole.embeddings.features[i]!, 5);
    await expect(openCollection(run)).rejects.toThrow(/expected pictures to answer about, got a run without any/);
    await whole.release();
    await run.release();
  });

  it('goes on where it was stopped', async () => {
    const path = join(root, 'stopped');
    const controller = new AbortController();
    const stop = {
      onEvent: ({ kind }: { readonly kind: string }) => kind === 'caching' && controller.abort(new Error('stop')),
    };
    expect(await adopted({ out: path, signal: controller.signal, ...stop })).toBe('stopped');
    expect(await adopted({ out: path })).toBe('finished');
    expect(await readFile(join(path, 'encoder.onnx'))).toEqual(await readFile(join(out, 'encoder.onnx')));
  });

  it('is not trained further in its place', async () => {
    await expect(train({ out, resume: true })).rejects.toThrow(
      `${out}: expected a training that can go on, got a run whose network was adopted as it is.`,
    );
  });

  it.each([
    ['another copy', (copy: Buffer) => Buffer.concat([copy, Buffer.from([0x0a, 0x00])])],
    ['a copy cut short', (copy: Buffer) => copy.subarray(0, 900)],
  ])('refuses to answer with %s of its network', async (_, change) => {
    const path = join(root, `damaged-${_.length}`);
    await adopted({ out: path });
    const copy = join(path, 'network', 'model.onnx');
    await writeFile(copy, change(await readFile(copy)));
    await expect(openRun(path)).rejects.toThrow(`${copy}: expected the network of the run, `);
  });
});

describe('what is no network for pictures', () => {
  it.each([
    ['0 bytes', Buffer.alloc(0), /0 bytes/],
    [
      'text',
      Buffer.from('version https://git-lfs.github.com/spec/v1'),
      /expected an ONNX model, got something else or a file cut short/,
    ],
  ])('is refused before a folder is made: %s', async (name, bytes, message) => {
    const file = join(root, `${name.replaceAll(' ', '-')}.onnx`);
    await writeFile(file, bytes);
    const error = await adopted({ network: file, out: join(root, 'refused') }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(message) });
    expect((error as Error).message.startsWith(`${file}: `)).toBe(true);
    expect(existsSync(join(root, 'refused'))).toBe(false);
  });
});
