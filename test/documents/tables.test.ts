import { describe, expect, it } from 'vitest';
import { CANDIDATES } from '#src/evaluate/linear/linear-accuracy.js';
import { FRACTIONS } from '#src/experiments/semi-supervised/semi-supervised-options.js';
import { EXPERIMENTS } from '#src/experiments/studies/list.js';
import type { Loss } from '#src/method/losses/loss.js';
import { LOSSES } from '#src/method/losses/losses.js';
import { RECIPES } from '#src/method/recipes.js';
import { THUMBNAIL_SIZES } from '#src/server/thumbnails.js';
import { flat, read } from './read.ts';

const figures = (numbers: readonly number[]): string => numbers.map((x) => x.toLocaleString('en-US')).join(', ');

describe('the table of experiments', () => {
  const rows = Array.from(read('docs/reproduce.md').matchAll(/^\| `([\w-]+)` \| (.*?) \|/gm));

  it('has every experiment, in the order of the program', () => {
    expect(rows.map(([, name]) => name)).toEqual(EXPERIMENTS.map(({ name }) => name));
  });

  it.each(['negatives', 'dim'] as const)('says what an experiment compares: %s', (setting) => {
    const compared = EXPERIMENTS.flatMap(({ name, runs }) => {
      const values = [...new Set(runs.map(({ settings }) => settings[setting]))].filter((x) => typeof x === 'number');
      return values.length > 1 ? [{ name, values: figures(values) }] : [];
    });
    expect(compared.length).toBeGreaterThan(0);
    for (const { name, values } of compared) expect(rows.find(([, row]) => row === name)![2]).toContain(values);
  });
});

describe('a list in the documents', () => {
  const percents = FRACTIONS.map((fraction) => String(Number((100 * fraction).toFixed(6))));

  it('is that of the code: parts of the labels', () => {
    const list = percents.join(', ');
    expect(flat('docs/evaluation.md')).toContain(`For ${list.replace(/, (\d+)$/, ' and $1')} % of the labels`);
    expect(flat('docs/reproduce.md')).toContain(`fine-tuned with ${list} % of the labels`);
  });

  it('is that of the code: values of C', () => {
    const [first, second] = CANDIDATES;
    expect(flat('docs/evaluation.md')).toContain(
      `C is one of ${first}, ${second}, … ${figures(CANDIDATES.slice(-1))},`,
    );
  });

  it('is that of the code: sizes of thumbnails', () => {
    const list = THUMBNAIL_SIZES.join(', ').replace(/, (\d+)$/, ' or $1');
    expect(flat('docs/service.md')).toContain(`WebP; ${list} pixels`);
  });
});

describe('the table of losses', () => {
  const rows = Array.from(read('docs/method.md').matchAll(/^\| `(\w+)` \| (.*?) \|/gm), ([, ...cells]) => cells);

  it('has every loss, in the order and with the sentence of the program', () => {
    expect(rows).toEqual(LOSSES.map(({ name, sentence }) => [name, sentence]));
  });

  it.each(LOSSES)('is followed by what can be set about it: $name', ({ settings }: Loss) => {
    for (const setting of settings) expect(read('docs/method.md')).toContain(`\`${setting}\``);
  });
});

describe('the table of recipes', () => {
  const recipes = [RECIPES.cifar10, RECIPES.imagenet, RECIPES.folder] as readonly Readonly<Record<string, unknown>>[];
  const rows = Array.from(
    read('docs/settings.md').matchAll(/^\| (`\w+`(?:, `\w+`)*) \|(.*)\|$/gm),
    ([, names, rest]) => ({
      names: Array.from(names!.matchAll(/\w+/g), ([name]) => name),
      cells: rest!.split('|').map((cell) => cell.trim()),
    }),
  );

  it('has every setting', () => {
    const named = rows.flatMap(({ names }) => names);
    expect(Object.keys(RECIPES.folder).filter((name) => !named.includes(name))).toEqual([]);
  });

  const compared = rows.filter(({ names }) => !names.includes('mean'));
  it.each(compared)('has the recipes’ values: $names', ({ names, cells }) => {
    for (const [i, recipe] of recipes.entries()) {
      // What the recipe's loss or schedule does not ask for has a dash.
      const said = names.map((name) => written(name, recipe[name]));
      const cell = cells[i]!.split(', ');
      if (cells[i] !== '–') expect(cell).toEqual(said.map((value, j) => (cell[j] === '–' ? '–' : value)));
    }
  });
});

/** As the table writes it. */
function written(name: string, value: unknown): string {
  if (typeof value === 'number' && value > 0 && value < 1e-3) return value.toExponential();
  if (!Array.isArray(value)) return String(value);
  if (name === 'crop') return value.join('–');
  if (name === 'jitter') return `${value[0]} ×${value.length}`;
  return name === 'drops' ? value.join(' ') : JSON.stringify(value);
}
