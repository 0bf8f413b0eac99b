import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { RECIPES } from '#src/method/recipes.js';
import { readEmbeddings } from '#src/store/embeddings/embeddings.js';
import { readSafetensors } from '#src/store/tensors/safetensors.js';
import { drawPictures, type Ended, here, jsonLines, run, TINIEST, TINY, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const test = join(root, 'test');
const runPath = join(root, 'run');
const config = join(root, 'config.json');
let training: Ended;

beforeAll(async () => {
  await drawPictures(pictures);
  await drawPictures(test, 2, 6);
  await writeFile(config, '{"epochs": 1, "flip": 0.25, "seed": 3}');
  training = await run(['train', pictures, '--out', runPath, '--config', config, ...TINY, '--json']);
});

describe('train', () => {
  it('ends well and says nothing but JSON', () => {
    expect(training).toMatchObject({ code: 0, stderr: '' });
    const kinds = jsonLines(training).map(({ kind }) => kind);
    for (const kind of ['scanned', 'cached', 'plan', 'epoch', 'checkpoint', 'finished']) expect(kinds).toContain(kind);
    expect(kinds.at(-1)).toBe('finished');
  });

  it('takes flags before the file, and the file before the recipe', async () => {
    const { settings } = JSON.parse(await readFile(join(runPath, 'config.json'), 'utf8'));
    expect(settings).toMatchObject({ epochs: 2, flip: 0.25, seed: 3, greyscale: RECIPES.folder.greyscale });
  });

  it('leaves a run folder behind, and no lock', async () => {
    expect((await readdir(runPath)).sort()).toEqual([
      'cache',
      'checkpoints',
      'config.json',
      'encoder.onnx',
      'features.safetensors',
      'metrics.jsonl',
      'readout.safetensors',
    ]);
    const metrics = (await readFile(join(runPath, 'metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(metrics.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const { norm, knn } of metrics) {
      expect(norm).toBeCloseTo(1, 4);
      expect(knn).toBeGreaterThanOrEqual(0);
    }
  });

  it('prints a line an epoch for people', async () => {
    const ended = await here(['train', pictures, '--out', join(root, 'people'), ...TINIEST, '--epochs', '1']);
    expect(ended.stdout).toMatch(/^pictures +72 \(72 JPEG\), in 12 classes$/m);
    expect(ended.stdout).toMatch(/^epoch 1\/1 {2}loss \d+\.\d+ {2}similarity .* kNN /m);
    expect(ended.stdout).toContain('Finished');
  });
});

describe('search', () => {
  it('lists the nearest, best first, and draws them', async () => {
    const montage = join(root, 'montage.png');
    const picture = join(test, 'cat', '00006.jpg');
    const [{ results }] = jsonLines(
      await here(['search', runPath, picture, '-k', '5', '--montage', montage, '--json']),
    ) as [{ results: [{ query: string; matches: { id: string; similarity: number; isQuery: boolean }[] }] }];
    expect(results[0].query).toBe(picture);
    const similarities = results[0].matches.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    expect(results[0].matches).toHaveLength(5);
    expect(results[0].matches.every(({ isQuery }) => !isQuery)).toBe(true);
    expect((await sharp(montage).metadata()).format).toBe('png');
    const seen = join(root, 'seen.png');
    const drawn = ['search', runPath, picture, '-k', '5', '--seen'];
    expect(await here([...drawn, '--montage', seen])).toMatchObject({ code: 0 });
    expect((await sharp(seen).metadata()).width).toBe((await sharp(montage).metadata()).width);
    expect((await readFile(seen)).equals(await readFile(montage))).toBe(false);
    expect(await here(drawn)).toMatchObject({ code: 2, stderr: expect.stringContaining('expected --montage') });
  });

  it('says the class of the picture, and how many that are found share it', async () => {
    const { stdout } = await here(['search', runPath, join(test, 'cat', '00006.jpg'), '-k', '6']);
    expect(stdout).toMatch(/00006\.jpg, of class cat:$/m);
    const numCats = stdout.match(/^ +\d {2}.*\bcat {2}/gm)?.length ?? 0;
    expect(stdout).toMatch(new RegExp(`^${numCats} of 6 (is|are) of its class\\.$`, 'm'));
  });

  it('finds a picture itself in an embedded folder, and says so', async () => {
    const out = join(root, 'test.npy');
    await here(['embed', runPath, test, '--out', out]);
    const { stdout } = await here(['search', runPath, join(test, 'fish', '00007.jpg'), '--in', out]);
    expect(stdout).toMatch(/1\.000 {2}fish .*00007\.jpg {2}\(the picture itself\)/);
  });

  it('says what is wrong with a broken picture', async () => {
    const broken = join(root, 'broken.jpg');
    const whole = await readFile(join(test, 'cat', '00006.jpg'));
    await writeFile(broken, whole.subarray(0, whole.length / 2));
    const ended = await run(['search', runPath, broken]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(broken);
  });
});

describe('embed', () => {
  it.each(['.npy', '.csv', '.parquet'])('writes features, paths and labels to %s', async (extension) => {
    const out = join(root, `features${extension}`);
    const [report] = jsonLines(await here(['embed', runPath, test, '--out', out, '--json']));
    expect(report).toEqual({ out, numPictures: 24, dim: 128, skipped: [], readings: [], aliases: [], excluded: [] });
    const { ids, labels, features } = await readEmbeddings(out);
    expect(ids).toEqual([...ids].sort());
    expect(ids[0]).toBe(join(test, 'balloon', '00006.jpg'));
    expect(labels?.[0]).toBe('balloon');
    expect(Math.hypot(...features.subarray(0, 128))).toBeCloseTo(1, 5);
  });

  it('gives the features that plain onnxruntime gives', async () => {
    // Pictures no larger than those that are kept, so that nothing is left to the preprocessing but to enlarge and normalise.
    const folder = join(root, 'small');
    await mkdir(folder);
    for (const i of [1, 2, 3])
      await sharp(join(test, 'car', '00006.jpg'))
        .resize(24)
        .rotate(90 * i)
        .png()
        .toFile(join(folder, `${i}.png`));
    const out = join(root, 'small.npy');
    await here(['embed', runPath, folder, '--out', out]);
    const { features } = await readEmbeddings(out);
    const plain = await plainFeatures([1, 2, 3].map((i) => join(folder, `${i}.png`)));
    expect(plain).toHaveLength(features.length);
    for (const [i, value] of plain.entries()) expect(Math.abs(value - features[i]!)).toBeLessThan(1e-5);
  });
});

/** Features by a script that knows nothing of this package. */
async function plainFeatures(files: readonly string[]): Promise<number[]> {
  const { mean, std } = JSON.parse(await readFile(join(runPath, 'config.json'), 'utf8')).settings;
  const script = `
    import { InferenceSession, Tensor } from 'onnxruntime-node';
    import sharp from 'sharp';
    const [files, mean, std] = JSON.parse(process.argv[1]);
    // Bilinear, from 24 pixels a side to 32, by the centres of the pixels.
    const from = (to) => {
      const at = Math.min(23, Math.max(0, (to + 0.5) * 24 / 32 - 0.5));
      return [Math.floor(at), Math.min(23, Math.floor(at) + 1), at % 1];
    };
    const x = new Float32Array(files.length * 3 * 1024);
    for (const [n, file] of files.entries()) {
      const pixels = await sharp(file).removeAlpha().raw().toBuffer();
      for (let c = 0; c < 3; c++) for (let i = 0; i < 1024; i++) {
        const [top, bottom, down] = from(Math.floor(i / 32));
        const [left, right, across] = from(i % 32);
        const row = (y) => (1 - across) * pixels[3 * (24 * y + left) + c] + across * pixels[3 * (24 * y + right) + c];
        x[(3 * n + c) * 1024 + i] = (((1 - down) * row(top) + down * row(bottom)) / 255 - mean[c]) / std[c];
      }
    }
    const session = await InferenceSession.create(${JSON.stringify(join(runPath, 'encoder.onnx'))});
    const { features } = await session.run({ images: new Tensor('float32', x, [files.length, 3, 32, 32]) });
    console.log(JSON.stringify(Array.from(features.data)));
  `;
  const args = ['--input-type=module', '-e', script, JSON.stringify([files, mean, std])];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

describe('export', () => {
  it('writes the encoder and its weights by the names of torchvision', async () => {
    const [onnx, weights] = [join(root, 'out', 'encoder.onnx'), join(root, 'out', 'weights.safetensors')];
    expect(await here(['export', runPath, '--out', onnx])).toMatchObject({ code: 0 });
    expect(await readFile(onnx)).toEqual(await readFile(join(runPath, 'encoder.onnx')));
    await here(['export', runPath, '--out', weights]);
    const { tensors, metadata } = await readSafetensors(weights);
    expect(tensors.get('layer1.0.conv1.weight')?.shape).toEqual([8, 8, 3, 3]);
    expect(metadata).toMatchObject({ format: 'pt', encoder: 'resnet10' });
  });
});

describe('resume', () => {
  const resume = (...args: string[]): Promise<Ended> => here(['train', ...args, '--resume']);

  it.each([
    ['another setting', ['--out', runPath, '--lr', '0.5'], `lr: expected ${RECIPES.folder.lr},`],
    ['another recipe', ['--out', runPath, '--recipe', 'cifar10'], 'recipe: expected "folder"'],
    ['other paths', [test, '--out', runPath], 'paths: expected'],
    ['a folder without a run', ['--out', join(root, 'none')], 'expected a run folder'],
  ])('refuses %s', async (_, args, message) => {
    expect(await resume(...args)).toMatchObject({ code: 4, stderr: expect.stringContaining(message) });
    expect(existsSync(join(root, 'none'))).toBe(false);
  });

  it('refuses other pictures and names one, and goes on once they are back', async () => {
    const [from, to] = [join(pictures, 'cat', '00001.jpg'), join(root, 'away.jpg')];
    await rename(from, to);
    expect(await resume('--out', runPath)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`removed 1 picture, e.g. ${from}`),
    });
    await rename(to, from);
    expect(await resume('--out', runPath)).toMatchObject({ code: 0 });
  });

  it('is asked for before a run is written over', async () => {
    const ended = await here(['train', pictures, '--out', runPath]);
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining('--resume') });
  });
});
