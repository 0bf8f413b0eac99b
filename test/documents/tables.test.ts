import { describe, expect, it } from 'vitest';
import { CANDIDATES } from '#src/evaluate/linear/linear-accuracy.js';
import { FRACTIONS } from '#src/experiments/semi-supervised/semi-supervised-options.js';
import { EXPERIMENTS } from '#src/experiments/studies/list.js';
import type { Loss } from '#src/method/losses/loss.js';
import { LOSSES } from '#src/method/losses/losses.js';
import { appliesTo } from '#src/method/losses/named-losses.js';
import { DEFAULT_RECIPE, RECIPE_NAMES, RECIPES } from '#src/method/recipes.js';
import { SETTING_NAMES, type SettingName, type Settings, saidOf } from '#src/method/settings.js';
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

describe('the table of settings', () => {
  /** As a person writes it. */
  const written = (value: unknown): string => {
    if (Array.isArray(value))
      return new Set(value).size === 1 && value.length > 1 ? `${value[0]} ×${value.length}` : value.join(', ');
    return typeof value === 'number' && value > 0 && value < 1e-3 ? value.toExponential() : String(value);
  };
  const valueIn = (recipe: Settings, name: SettingName): string =>
    appliesTo(name, recipe.loss) ? written(recipe[name]) : '–';
  const rows = SETTING_NAMES.map((name) => {
    const cells = RECIPE_NAMES.map((recipe) => valueIn(RECIPES[recipe], name));
    return `| ${[`\`${name}\``, ...cells, saidOf(name)].join(' | ')} |`;
  });

  it('has every setting as it is declared, with the recipes’ values', () => {
    const table = read('docs/settings.md').match(/^\| setting .*\n(?:\|.*\n)+/m)![0];
    expect(table.trimEnd().split('\n').slice(2)).toEqual(rows);
  });

  it('has a column for each recipe', () => {
    const head = RECIPE_NAMES.map((name) => `\`${name}\`${name === DEFAULT_RECIPE ? ' (default)' : ''}`).join(' | ');
    expect(read('docs/settings.md')).toContain(`\n| setting | ${head} | what it is |\n`);
  });
});
