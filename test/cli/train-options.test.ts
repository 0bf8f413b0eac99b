import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAssignments, readConfigFile, toTrainOptions } from '#src/cli/train-options.js';
import { ArgumentError } from '#src/core/errors.js';
import { RECIPES } from '#src/method/recipes.js';
import { applySettings } from '#src/run/config.js';
import { tempFolder } from './cli.js';

const root = tempFolder();

describe('assignments', () => {
  it('read JSON where it is JSON, and text elsewhere', () => {
    expect(parseAssignments(['crop=[0.3,1]', 'schedule=cosine', 'flip=0', 'positivesAsNegatives=true'], {})).toEqual({
      crop: [0.3, 1],
      schedule: 'cosine',
      flip: 0,
      positivesAsNegatives: true,
    });
  });

  it('take several numbers with commas between', () => {
    expect(parseAssignments(['jitter=0.4,0.4,0.2,0.03', 'crop=0.3, 1', 'schedule=a,b'], {})).toEqual({
      jitter: [0.4, 0.4, 0.2, 0.03],
      crop: [0.3, 1],
      schedule: 'a,b',
    });
  });

  it('refuse what is no pair, and what is given already', () => {
    expect(() => parseAssignments(['flip'], {})).toThrow(/--set: expected name=value, got 'flip'/);
    expect(() => parseAssignments(['flip=0', 'flip=1'], {})).toThrow(ArgumentError);
    expect(() => parseAssignments(['width=8'], { width: 16 })).toThrow(/width: expected one value, got two/);
  });
});

describe('a configuration file', () => {
  it('is a JSON object', async () => {
    const path = join(root, 'config.json');
    await writeFile(path, '{"width": 8}');
    expect(await readConfigFile(path)).toEqual({ width: 8 });
    await writeFile(path, '[8]');
    await expect(readConfigFile(path)).rejects.toThrow(/expected a JSON object/);
    await writeFile(path, '{width: 8}');
    await expect(readConfigFile(path)).rejects.toThrow(/expected a JSON file/);
    await expect(readConfigFile(join(root, 'none.json'))).rejects.toThrow(ArgumentError);
  });
});

describe('what is given', () => {
  it('is sorted into settings and the rest', () => {
    const given = { width: 8, crop: [0.3, 1], recipe: 'cifar10', workers: 2, paths: ['a'] };
    expect(toTrainOptions(given)).toEqual({
      settings: { width: 8, crop: [0.3, 1] },
      recipe: 'cifar10',
      workers: 2,
      paths: ['a'],
    });
  });

  it('is refused where it is unknown, with the nearest name', () => {
    expect(() => toTrainOptions({ wokers: 2 })).toThrow(/Did you mean 'workers'\?/);
    expect(() => toTrainOptions({ epoch: 2 })).toThrow(/Did you mean 'epochs'\?/);
  });

  it.each([
    [
      { jitter: '0.4' },
      'jitter: expected brightness, contrast and saturation of 0 or more, and hue in [0, 0.5], such as 0.4,0.4,0.4,0.1, got "0.4".',
    ],
    [
      { jitter: [0.4, 0.4, 0.4, 0.6] },
      'jitter: expected brightness, contrast and saturation of 0 or more, and hue in [0, 0.5], such as 0.4,0.4,0.4,0.1, got [0.4,0.4,0.4,0.6].',
    ],
    [{ drops: [120, 160] }, 'drops: expected fractions of the training in [0, 1], such as 0.6,0.8, got [120,160].'],
    [{ width: 'wide' }, 'width: expected a number, got "wide".'],
    [{ width: 1.5 }, 'width: expected an integer, got 1.5.'],
    [{ tau: 0 }, 'tau: expected a number above 0, got 0.'],
    [{ batch: 1 }, 'batch: expected at least 2, got 1.'],
    [{ featureNorm: 'yes' }, 'featureNorm: expected true or false, got "yes".'],
    [{ schedule: null }, 'schedule: expected one of step, cosine, got null.'],
  ])('%o is refused with what it is to be', (settings, message) => {
    expect(() => applySettings(RECIPES.folder, settings)).toThrow(new ArgumentError(message));
  });

  it('is refused where it is out of range', () => {
    expect(() => toTrainOptions({ paths: 'a' })).toThrow('paths: expected a list, got "a".');
    expect(() => toTrainOptions({ paths: [1] })).toThrow('paths.0: expected a text, got 1.');
    expect(() => toTrainOptions({ workers: 0 })).toThrow(/^workers: .*got 0\.$/);
    expect(() => toTrainOptions({ recipe: 'mnist' })).toThrow(/^recipe: .*got "mnist"\.$/);
  });
});
