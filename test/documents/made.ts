/** @file The parts of documents that are made from the code: between `<!-- made: … -->` and `<!-- end -->`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loss } from '#src/method/losses/loss.js';
import { LOSSES } from '#src/method/losses/losses.js';
import { appliesTo } from '#src/method/losses/named-losses.js';
import { DEFAULT_RECIPE, RECIPE_NAMES, RECIPES } from '#src/method/recipes.js';
import { SETTING_NAMES, type SettingName, type Settings, saidOf } from '#src/method/settings.js';
import { ROOT } from './markdown.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A setting's value as a person writes it. */
function written(value: unknown): string {
  if (Array.isArray(value)) {
    const areSame = value.length > 1 && new Set(value).size === 1;
    return areSame ? `${value[0]} ×${value.length}` : value.join(', ');
  }
  return typeof value === 'number' && value > 0 && value < 1e-3 ? value.toExponential() : String(value);
}

/** Of a recipe; what its loss does not ask for has a dash. */
function valueIn(recipe: Settings, name: SettingName): string {
  return appliesTo(name, recipe.loss) ? written(recipe[name]) : '–';
}

/** What is said above a loss in its file. */
function docstringOf({ name }: Loss): string {
  const text = readFileSync(join(ROOT, `src/method/losses/${name}.ts`), 'utf8');
  const [, lines] = new RegExp(`/\\*\\*\\n((?: \\*.*\\n)+?) \\*/\\nexport const ${name}: Loss`).exec(text)!;
  return lines!.replace(/^ \* ?/gm, '').trimEnd();
}

/** By document. */
export const MADE = {
  'README.md': (): string =>
    table(
      ['`--loss`', 'each picture is'],
      LOSSES.map(({ name, sentence }) => [
        `\`${name}\`${name === RECIPES[DEFAULT_RECIPE].loss ? ' (default)' : ''}`,
        sentence,
      ]),
    ),
  'docs/method.md': (): string =>
    [
      table(
        ['`--loss`', 'each picture is', 'what can be set about it'],
        LOSSES.map(({ name, sentence, settings }) => [`\`${name}\``, sentence, code(settings)]),
      ),
      ...LOSSES.map((loss) => `### ${loss.name}\n\n${docstringOf(loss)}`),
    ].join('\n\n'),
  'docs/settings.md': (): string =>
    table(
      [
        'setting',
        ...RECIPE_NAMES.map((name) => code([name]) + (name === DEFAULT_RECIPE ? ' (default)' : '')),
        'what it is',
      ],
      SETTING_NAMES.map((name) => [
        `\`${name}\``,
        ...RECIPE_NAMES.map((recipe) => valueIn(RECIPES[recipe], name)),
        saidOf(name),
      ]),
    ),
} as const satisfies Record<string, () => string>;

/** A document as it is with what is made now. */
export function madeAnew(document: keyof typeof MADE): string {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return text.replace(/^(<!-- made: .* -->\n)[\s\S]*?^(<!-- end -->)$/m, (_, begin, end) => {
    return `${begin}\n${MADE[document]()}\n\n${end}`;
  });
}
