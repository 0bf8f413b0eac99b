import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseForm } from '#src/run/network/choose-form.js';
import { doubtsOf } from '#src/run/network/doubts.js';
import { AS_IMAGENET, completed, inUnits } from '#src/run/network/picture-form.js';
import { saidBeside } from '#src/run/network/said-beside.js';
import { saidInside } from '#src/run/network/said-inside.js';
import { tempFolder } from '../../cli/cli.js';

const root = tempFolder();
let count = 0;

/** What is said by files beside a network, by their names. */
async function beside(files: Readonly<Record<string, unknown>>, network = 'model.onnx') {
  const folder = join(root, String(count++));
  const path = join(folder, network);
  await mkdir(dirname(path), { recursive: true });
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json));
  return saidBeside(path);
}

/** As their authors publish them, shortened. */
const DINOV2 = {
  crop_size: { height: 224, width: 224 },
  do_center_crop: true,
  do_normalize: true,
  do_rescale: true,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
  resample: 3,
  rescale_factor: 0.00392156862745098,
  size: { shortest_edge: 256 },
};
const SIGLIP = {
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
  resample: 3,
  size: { height: 224, width: 224 },
};
const CONVNEXT = {
  crop_pct: 0.875,
  do_normalize: true,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
  resample: 3,
  size: { shortest_edge: 224 },
};
const OLD_CLIP = {
  crop_size: 224,
  do_center_crop: true,
  size: 224,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
};
const TIMM = {
  architecture: 'mobilenetv3_large_100',
  pretrained_cfg: {
    input_size: [3, 224, 224],
    interpolation: 'bicubic',
    crop_pct: 0.95,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  },
};
const OPEN_CLIP = {
  model_cfg: { vision_cfg: { image_size: 256 } },
  preprocess_cfg: { mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6], interpolation: 'bicubic', resize_mode: 'squash' },
};

describe('what a file beside a network says of its pictures', () => {
  it.each([
    [
      'DINOv2',
      { 'preprocessor_config.json': DINOV2 },
      { size: 224, resize: 256, interpolation: 'bicubic', mean: AS_IMAGENET.mean },
    ],
    [
      'SigLIP',
      { 'preprocessor_config.json': SIGLIP },
      { size: 224, resize: 224, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    ],
    ['ConvNeXt', { 'preprocessor_config.json': CONVNEXT }, { size: 224, resize: 256 }],
    [
      'an old CLIP',
      { 'preprocessor_config.json': OLD_CLIP },
      { size: 224, resize: 224, mean: [0.48145466, 0.4578275, 0.40821073] },
    ],
    ['timm', { 'config.json': TIMM }, { size: 224, resize: 235, interpolation: 'bicubic', std: [0.5, 0.5, 0.5] }],
    ['OpenCLIP', { 'open_clip_config.json': OPEN_CLIP }, { size: 256, resize: 256, mean: [0.1, 0.2, 0.3] }],
    ['transformers', { 'config.json': { model_type: 'vit', image_size: 384 } }, { size: 384 }],
  ])('is read as %s has it', async (_, files, form) => {
    expect((await beside(files))!.form).toMatchObject(form);
  });

  it('counts in the order of the files, and of a folder onnx also in the one around it', async () => {
    const both = { 'preprocessor_config.json': DINOV2, 'config.json': { image_size: 999 } };
    expect((await beside(both))!.form.size).toBe(224);
    expect((await beside(both, 'onnx/model.onnx'))!.form.size).toBe(224);
    expect(await beside(both, 'other/model.onnx')).toBeUndefined();
    expect(await beside({ 'config.json': { model_type: 'bert' } })).toBeUndefined();
  });

  it('tells what cannot be done here', async () => {
    expect((await beside({ 'preprocessor_config.json': SIGLIP }))!.notes).toEqual([
      'pictures were squeezed into a square; here the middle of them is taken, in their own shape',
    ]);
    const lanczos = await beside({ 'preprocessor_config.json': { ...DINOV2, resample: 1 } });
    expect(lanczos!.notes).toEqual(['pictures were resized by the filter lanczos; here it is bicubic']);
    const wide = await beside({ 'preprocessor_config.json': { ...SIGLIP, size: { height: 224, width: 448 } } });
    expect(wide!.notes).toContain('pictures of 224 × 448 pixels were meant; here they are square');
  });

  it('is refused where it is no JSON', async () => {
    const folder = join(root, 'torn');
    await mkdir(folder);
    await writeFile(join(folder, 'preprocessor_config.json'), '{"size"');
    await expect(saidBeside(join(folder, 'model.onnx'))).rejects.toThrow(
      /expected JSON that says how pictures are prepared/,
    );
  });

  it('reads levels that are not brought to [0, 1], or not normalised', async () => {
    const raw = { ...DINOV2, do_rescale: false, image_mean: [127, 127, 127], image_std: [128, 128, 128] };
    expect((await beside({ 'preprocessor_config.json': raw }))!.form.mean![0]).toBeCloseTo(127 / 255, 8);
    const plain = await beside({ 'preprocessor_config.json': { ...DINOV2, do_normalize: false } });
    expect(plain!.form).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
  });
});

describe('how pictures are prepared', () => {
  it('is the same in the units of settings: (p · scale − mean) / std = (p/255 − mean′) / std′', () => {
    const given = { scale: 1 / 127.5, mean: [1, 0.9, 0.8], std: [1, 1.1, 1.2] } as const;
    const { mean, std } = inUnits(given);
    for (const [channel, level] of [
      [0, 0],
      [1, 90],
      [2, 255],
    ] as const) {
      const expected = (level * given.scale - given.mean[channel]) / given.std[channel];
      expect((level / 255 - mean[channel]!) / std[channel]!).toBeCloseTo(expected, 6);
    }
  });

  it('is by flags, then by what is said, then by the input, then ImageNet’s, and what is assumed is said', () => {
    const said = { form: { size: 288, resize: 320, mean: [0, 0, 0] as const }, source: 'x.json', notes: ['squeezed'] };
    expect(chooseForm({}, said, undefined)).toEqual({
      form: { ...AS_IMAGENET, size: 288, resize: 320, mean: [0, 0, 0] },
      told: ['by x.json', 'squeezed'],
    });
    const flags = chooseForm({ size: 144, std: [1, 1, 1] }, said, undefined);
    expect(flags.form).toMatchObject({ size: 144, resize: 160, mean: [0, 0, 0], std: [1, 1, 1] });
    expect(flags.told[0]).toBe('size, mean, std as given');
    const fixed = chooseForm({}, said, 96);
    expect(fixed.form).toMatchObject({ size: 96, resize: 107 });
    expect(chooseForm({}, undefined, 32)).toEqual({
      form: { ...AS_IMAGENET, size: 32, resize: 37 },
      told: [expect.stringMatching(/^assumed, as nothing says it: ImageNet’s mean 0\.485, 0\.456, 0\.406 and std/)],
    });
    expect(chooseForm({}, undefined, undefined).told[0]).toContain('ImageNet’s 224 pixels, mean');
    expect(chooseForm({ size: 64, mean: [0.5, 0.5, 0.5] }, undefined, undefined).told).toEqual([
      'size, mean, std as given',
    ]);
    expect(() => chooseForm({ size: 64 }, undefined, 96)).toThrow(
      /size: expected 96, which this network is made for, got 64/,
    );
  });

  it('keeps as much around the crop as ImageNet’s', () => {
    expect(completed({ size: 448 })).toMatchObject({ size: 448, resize: 512 });
  });

  it('is in the metadata of what we have written', () => {
    const preprocessing = JSON.stringify({
      resize: 64,
      centerCrop: 56,
      interpolation: 'bicubic, antialiased',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      pad: 'yes',
    });
    expect(saidInside({ preprocessing })!.form).toEqual({
      ...{ size: 56, resize: 64, interpolation: 'bicubic', fit: 'pad', mean: [0, 0, 0], std: [1, 1, 1] },
    });
    expect(saidInside({ preprocessing: '{' })).toBeUndefined();
    expect(saidInside({})).toBeUndefined();
  });
});

describe('doubts about features', () => {
  const rows = (count: number, row: (i: number) => number[]): Float32Array =>
    Float32Array.from(
      Array.from({ length: count }, (_, i) => row(i)).flatMap((x) => x.map((y) => y / Math.hypot(...x))),
    );

  it('are none of features that differ', () => {
    expect(
      doubtsOf(
        rows(10, (i) => [Math.sin(i), Math.cos(i), Math.sin(3 * i), 1]),
        4,
      ),
    ).toEqual([]);
    expect(
      doubtsOf(
        rows(1, () => [1, 0, 0]),
        3,
      ),
    ).toEqual([]);
  });

  it('are that all pictures look the same, and that numbers are dead', () => {
    const alike = doubtsOf(
      rows(10, (i) => [1, i / 1000, -i / 1000, 1]),
      4,
    );
    expect(alike).toEqual([
      expect.stringMatching(
        /^Pictures look all the same to this network: features of 10 of them have a mean cosine of 1\.0000/,
      ),
    ]);
    const dead = doubtsOf(
      rows(10, (i) => [Math.sin(i), 0, 0, 0, Math.cos(i)]),
      5,
    );
    expect(dead).toEqual([
      expect.stringMatching(/^60 % of the 5 numbers of a feature are the same for all of 10 pictures/),
    ]);
  });
});
