import { describe, expect, it } from 'vitest';
import { ArgumentError, RunError } from '#src/core/errors.js';
import { LOSS_NAMES, lossesWith } from '#src/method/losses/named-losses.js';
import { RECIPES } from '#src/method/recipes.js';
import { ENCODER_NAMES } from '#src/nn/encoders/named-encoders.js';
import { parseRunConfig, resolveSettings } from '#src/run/config.js';
import { CONFIG_VERSION } from '#src/run/migrations.js';

describe('resolveSettings', () => {
  it('takes every loss and every encoder by name', () => {
    for (const loss of LOSS_NAMES) expect(resolveSettings('folder', { loss }).loss).toBe(loss);
    for (const encoder of ENCODER_NAMES) expect(resolveSettings('imagenet', { encoder }).encoder).toBe(encoder);
  });

  it('takes any dimension of the features', () => {
    for (const dim of [2, 77, 2048]) expect(resolveSettings('folder', { dim }).dim).toBe(dim);
  });

  it.each([
    [{ loss: 'softmax', negatives: 9 }, 'negatives: expected only with the loss nce or infonce'],
    [{ loss: 'infonce', z: 'closed' }, 'z: expected only with the loss nce, got it with'],
    [
      { loss: 'parametric', proximal: 1 },
      `proximal: expected only with the loss ${lossesWith('proximal').slice(0, -1).join(', ')}`,
    ],
    [{ loss: 'nce', proximal: -1 }, 'proximal: '],
    [{ bankDtype: 'float64' }, 'bankDtype: '],
    [{ encoder: 'alexnet', size: 14 }, "size: expected at least 15 pixels for alexnet with the stem 'cifar', got 14."],
    [{ encoder: 'vgg16', size: 32, progression: [0.5, 1] }, 'progression: expected [1] for vgg16, whose weights fit'],
    [{ size: 16, progression: [0.25, 1] }, 'progression: expected crops of 8 pixels or more, got 4: 0.25 of size 16.'],
    [{ encoder: 'alexnet', size: 96, zoom: 2 }, 'zoom: expected 1 for alexnet, whose weights fit pictures of one size'],
    [{ zoom: 3 }, 'zoom: '],
    [{ progression: [] }, 'progression: '],
  ])('refuses %o', (given, message) => {
    expect(() => resolveSettings('folder', given)).toThrow(ArgumentError);
    expect(() => resolveSettings('folder', given)).toThrow(message);
  });
});

it('lets crops grow, or be smaller, only with encoders that take any size, and not below 8 pixels', () => {
  const { progression } = RECIPES.folder;
  expect(resolveSettings('folder', { encoder: 'resnet50' }).progression).toEqual(progression);
  expect(resolveSettings('folder', { encoder: 'vgg16', size: 96 }).progression).toEqual([1]);
  expect(resolveSettings('folder', { size: 10 }).progression).toEqual([0.8]);
  expect(resolveSettings('folder', { size: 10, progression: [1] }).progression).toEqual([1]);
});

it('looks at pictures twice as large, too, only by encoders that take any size', () => {
  expect(resolveSettings('folder', {}).zoom).toBe(2);
  expect(resolveSettings('folder', { zoom: 1 }).zoom).toBe(1);
  expect(resolveSettings('folder', { encoder: 'vgg16', size: 96 }).zoom).toBe(1);
  expect(resolveSettings('imagenet', {}).zoom).toBe(1);
});

describe('parseRunConfig', () => {
  const config = {
    version: CONFIG_VERSION,
    recipe: 'cifar10',
    settings: resolveSettings('cifar10', {}),
    asked: { minutes: null, ignore: [], matters: [], given: [] },
    decided: {},
    paths: ['/pictures'],
    scan: { classes: 'first', usual: [], exclude: [] },
    labels: null,
    init: null,
    network: null,
    noiseWeights: null,
    device: 'cpu',
    threads: 2,
    updates: [],
  };

  it('fills in what runs of earlier versions could not do', () => {
    const { proximal, bankShare, bankDtype, progression, ...settings } = config.settings;
    const { init, network, noiseWeights, asked, decided, scan, updates, ...old } = { ...config, settings, version: 1 };
    expect({ proximal, bankShare, bankDtype, progression, init, network, noiseWeights }).toEqual({
      proximal: 0,
      bankShare: 0,
      progression: [1],
      bankDtype: 'float32',
      init: null,
      network: null,
      noiseWeights: null,
    });
    expect(parseRunConfig(old, 'run')).toEqual(config);
  });

  it('searches by a network as runs of version 3 did', () => {
    const { maps, ...settings } = config.settings;
    const { settings: read, version } = parseRunConfig({ ...config, settings, version: 3 }, 'run');
    expect([read.maps, version]).toEqual([false, CONFIG_VERSION]);
  });

  it('keeps what runs of earlier versions could do, as a later form of them would', () => {
    const settings = { ...config.settings, proximal: 0.1, progression: [0.5, 1] };
    const stored = { ...config, settings, init: '/weights.onnx' };
    expect(parseRunConfig({ ...stored, version: 1 }, 'run')).toEqual(stored);
  });

  it('guesses at nothing that its version wrote', () => {
    const { init, ...lacking } = config;
    expect(() => parseRunConfig(lacking, 'run')).toThrow('run: expected the configuration of a run, got: init: ');
  });

  it('refuses what is no configuration, and says where', () => {
    expect(() => parseRunConfig({ ...config, settings: null }, 'run')).toThrow(RunError);
    expect(() => parseRunConfig({ ...config, settings: { ...config.settings, tau: -1 } }, 'run')).toThrow(
      /run: expected the configuration of a run, got: settings\.tau: .*got -1/,
    );
  });
});
