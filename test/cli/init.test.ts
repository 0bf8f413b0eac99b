import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '#src/store/tensors/safetensors.js';
import { drawPictures, here, jsonLines, TINIEST, TINY, tempFolder } from './cli.js';

const root = tempFolder();

describe('train --init', () => {
  it('starts from exported weights, tells what was taken, and is fixed once the run exists', async () => {
    const pictures = await drawPictures(join(root, 'pictures'), 2);
    const first = join(root, 'first');
    const settings = [...TINIEST, '--epochs', '1'];
    expect(await here(['train', pictures, '--out', first, ...settings])).toMatchObject({ code: 0 });
    const exported = join(root, 'exported.safetensors');
    expect(await here(['export', first, '--out', exported])).toMatchObject({ code: 0 });

    // As somebody else's file might be: wrapped, and with a head for 1000 classes.
    const { tensors } = await readSafetensors(exported);
    const wrapped = new Map(Array.from(tensors, ([name, tensor]) => [`module.${name}`, tensor]));
    wrapped.set('module.fc.weight', { dtype: 'F32', shape: [1000, 64], data: new Float32Array(64_000) });
    const weights = join(root, 'wrapped.safetensors');
    await writeSafetensors(weights, wrapped);

    const out = join(root, 'second');
    // So slowly that nothing moves: what is saved is what it started from.
    const still = ['--init', weights, '--lr', '1e-20', '--set', 'weightDecay=0'];
    const ended = await here(['train', pictures, '--out', out, ...settings, ...still, '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { path, report } = jsonLines(ended).find(({ kind }) => kind === 'initialised') as {
      path: string;
      report: Record<string, string[]>;
    };
    expect(path).toBe(weights);
    expect(report).toMatchObject({
      random: ['fc.weight', 'fc.bias', 'fc_norm.running_mean', 'fc_norm.running_var'],
      converted: [],
      unused: expect.arrayContaining(['fc.weight', 'fc.bias']),
    });
    expect(report['loaded']).toHaveLength(tensors.size - 4);
    const again = join(root, 'again.safetensors');
    expect(await here(['export', out, '--out', again])).toMatchObject({ code: 0 });
    const started = (await readSafetensors(again)).tensors;
    const kernel = 'layer2.0.conv1.weight';
    expect(started.get(kernel)!.data).toEqual(tensors.get(kernel)!.data);
    expect(started.get('fc.weight')!.data).not.toEqual(tensors.get('fc.weight')!.data);
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({ init: weights });

    const other = await here(['train', '--out', out, '--resume', '--init', exported]);
    expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining('init: expected') });
  });

  it('says so on the screen, in a few lines', async () => {
    const pictures = join(root, 'pictures');
    const args = ['--init', join(root, 'wrapped.safetensors'), ...TINIEST, '--epochs', '1'];
    const { code, stdout } = await here(['train', pictures, '--out', join(root, 'third'), ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^start +\d+ of \d+ tensors of the encoder from the file$/m);
    expect(stdout).toMatch(/^start +at random: fc\.weight, fc\.bias, fc_norm\.running_mean, fc_norm\.running_var$/m);
  });

  it.each([
    ['a file that is not there', ['--init', '/nowhere.safetensors'], 3, '/nowhere.safetensors: expected a file'],
    ['a file of another kind', ['--init', 'weights.pth'], 2, 'init: expected a file ending in .safetensors or .onnx'],
    [
      'noise without draws',
      ['--set', 'noiseWeights=w.csv'],
      2,
      'noiseWeights: expected only with the loss nce or infonce',
    ],
    [
      'a proximal term without a bank',
      ['--set', 'proximal=1'],
      2,
      'proximal: expected only with the loss softmax, nce, or infonce',
    ],
    [
      'pictures too small for an encoder',
      ['--encoder', 'vgg16', '--size', '16'],
      2,
      'size: expected at least 32 pixels',
    ],
    ['a bank of another type', ['--set', 'bankDtype=int8'], 2, 'bankDtype: '],
    ['a loss that is none', ['--loss', 'triplet'], 2, 'loss: '],
  ])('and its neighbours refuse %s before a picture is read', async (_, args, code, message) => {
    const ended = await here(['train', '.', '--out', join(root, 'refused'), ...args]);
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(code);
  });
});

/** A file that calls every picture of a folder a boat. */
async function labelsOf(folder: string): Promise<string> {
  const file = join(root, 'labels.csv');
  const rows = (await readdir(folder)).map((name) => `${join(folder, name)},boat`);
  await writeFile(file, ['path,label', ...rows].join('\n'));
  return file;
}

describe('train --loss supervised', () => {
  it('refuses pictures without labels, and with one class only', async () => {
    const flat = join(root, 'pictures', 'boat');
    const ended = await here([
      'train',
      flat,
      '--out',
      join(root, 'flat'),
      ...TINY,
      '--batch',
      '2',
      '--loss',
      'supervised',
    ]);
    expect(ended.stderr).toContain('loss supervised: expected a label for each of 2 pictures, got none for 2, such as');
    expect(ended.code).toBe(3);
    const one = await here([
      'train',
      flat,
      '--out',
      join(root, 'one'),
      ...TINY,
      '--batch',
      '2',
      '--loss',
      'supervised',
      '--labels',
      await labelsOf(flat),
    ]);
    expect(one.stderr).toContain("loss supervised: expected two classes or more, got only 'boat'.");
  });
});
