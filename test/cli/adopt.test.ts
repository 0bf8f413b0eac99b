import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { floatTensor, type TestModel, testModel } from '../graph/from-onnx/model-builder.js';
import { FEATURE_DIM, writeTinyNetwork } from '../run/network/tiny-network.ts';
import { drawPictures, here, jsonLines, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const out = join(root, 'run');
let network: string;

/** A linear layer of pictures of 4 × 4 pixels, changed. */
function model(change: Partial<TestModel> = {}): Uint8Array {
  return testModel({
    opset: 17,
    nodes: [
      ['Flatten', ['images'], ['rows']],
      ['MatMul', ['rows', 'weights'], ['features']],
    ],
    tensors: {
      weights: floatTensor(
        Array.from({ length: 96 }, (_, i) => Math.sin(i)),
        [48, 2],
      ),
    },
    ...change,
  });
}

beforeAll(async () => {
  await drawPictures(pictures, 3);
  network = await writeTinyNetwork(join(root, 'tiny.onnx'));
  const ended = await here(['adopt', network, '--pictures', pictures, '--mean', '0.5', '--std', '0.25', '--out', out]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/^network +.*tiny\.onnx: [\d,.]+K? parameters$/m);
  expect(ended.stdout).toMatch(/^feature +12 numbers: what its last layer/m);
  expect(ended.stdout).toMatch(/^searched +the feature, whitened, in 12 numbers$/m);
  expect(ended.stdout).toMatch(
    /^shown +short side to 18 pixels \(bilinear\), the middle 16 × 16, mean 0\.5, 0\.5, 0\.5/m,
  );
}, 60_000);

describe('adopt', () => {
  it('makes a run that other commands answer from', async () => {
    const [file] = (await readdir(pictures, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const picture = join(file!.parentPath, file!.name);
    const search = await here(['search', out, picture, '--json']);
    expect(search).toMatchObject({ code: 0, stderr: '' });
    expect(search.stdout).toContain(picture);
    const vectors = join(root, 'vectors.npy');
    const embedded = await here(['embed', out, pictures, '--out', vectors, '--json']);
    expect(jsonLines(embedded)[0]).toMatchObject({ dim: FEATURE_DIM });
    const votes = await here(['evaluate', out, '--test', pictures, '--no-baselines', '--json']);
    expect(votes).toMatchObject({ code: 0 });
    expect(await here(['duplicates', out, '--threshold', '0.99'])).toMatchObject({ code: 0 });
    expect(await here(['map', out, '--out', join(root, 'map.png')])).toMatchObject({ code: 0 });
    expect(await here(['export', out, '--out', join(root, 'encoder.onnx')])).toMatchObject({ code: 0 });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['of 0 bytes', new Uint8Array(), /expected an ONNX model, got 0 bytes/],
    ['that is cut short', model().slice(0, 200), /Fetch or export it again/],
    ['for texts', model({ inputs: { ids: { shape: ['batch', 'length'], type: 7 } } }), /expected an image network/],
    [
      'with two inputs',
      model({ inputs: { images: { shape: ['batch', 3, 4, 4] }, others: { shape: ['batch', 3, 4, 4] } } }),
      /expected an image network, with one input .*got 'images' .* and 'others'/,
    ],
    [
      'with an unknown operator',
      model({
        nodes: [
          ['Flatten', ['images'], ['rows']],
          ['Mystery', ['rows'], ['features'], {}, 'test'],
        ],
      }),
      /node 'the_mystery': Mystery \(test/,
    ],
    [
      'that leaves its size open and takes one only',
      model({ inputs: { images: { shape: ['batch', 3, 'height', 'width'] } } }),
      /Nothing says what size of pictures it takes, and it was read for 224 pixels: give --size\./,
    ],
    [
      'whose pictures are lines',
      model({ inputs: { images: { shape: ['batch', 3, 48, 'width'] } } }),
      /expected a network that takes square pictures, got one for 48 × any pixels/,
    ],
    [
      'that gives a map of one number',
      model({
        nodes: [['ReduceMean', ['images'], ['features'], { axes: { ints: [1] } }]],
      }),
      /feature: expected at least two numbers, got one: the mean of its 4×4 places of its output 'features'.*--cut/,
    ],
    [
      'whose weights lie elsewhere',
      model({ tensors: { weights: { shape: [48, 2], data: new Float32Array(96), external: 'weights.bin' } } }),
      /weights\.bin: expected the file that has the weights of .*Put it there, or export the model as one file/,
    ],
    [
      'whose weights lie outside of its folder',
      model({ tensors: { weights: { shape: [48, 2], data: new Float32Array(96), external: '../weights.bin' } } }),
      /expected the file of its weights in its own folder, got '\.\.\/weights\.bin'/,
    ],
  ])('says of a file %s what is wrong with it, in one sentence, and leaves nothing behind', async (name, bytes, told) => {
    const file = join(root, `${name.replaceAll(' ', '-')}.onnx`);
    await writeFile(file, bytes);
    const before = await readdir(root);
    for (const args of [
      ['adopt', file, '--pictures', pictures, '--out', join(root, 'refused')],
      ['train', pictures, '--encoder', file, '--out', join(root, 'refused')],
    ]) {
      const { code, stderr } = await here(args);
      expect({ code, told: stderr }).toEqual({ code: 3, told: expect.stringMatching(told) });
      expect(stderr).toContain(file);
    }
    expect(await readdir(root)).toEqual(before);
  });

  it.each([
    [['--mean', '1,2'], /--mean: expected three numbers such as 0\.485,0\.456,0\.406, or one, got '1,2'/],
    [['--scale', '1/0'], /--scale: expected a number above 0 or a fraction such as 1\/255, got '1\/0'/],
    [['--colour', 'cmyk'], /--colour: expected rgb or bgr, got 'cmyk'/],
    [['--size', '32'], /size: expected 16, which this network is made for, got 32/],
    [['--cut', 'nowhere'], /cut: expected the name of a node or value, got 'nowhere'/],
  ])('refuses %j', async (flags, told) => {
    const { code, stderr } = await here(['adopt', network, '--out', join(root, 'refused'), ...flags]);
    expect(stderr).toMatch(told);
    expect([2, 3]).toContain(code);
  });

  it('is told of a network by train, too, and only then', async () => {
    const { code, stderr } = await here(['train', pictures, '--mean', '0.5', '--out', join(root, 'refused')]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/--mean: expected only with a network/),
    });
  });
});
