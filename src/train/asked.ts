/** @file What somebody asks of a training beside its settings: minutes, and what counts as alike. */
import { ArgumentError } from '../core/errors.js';
import { DIFFERENCES, type DifferenceName } from '../method/alike.js';
import { DEFAULT_MINUTES } from '../method/candidates.js';
import { ADAPTIVE_RECIPES, DEFAULT_RECIPE, type RecipeName } from '../method/recipes.js';
import type { Settings } from '../method/settings.js';
import type { Asked, GivenSettings } from '../run/config.js';

interface AskedOptions {
  readonly recipe?: RecipeName;
  readonly settings?: GivenSettings;
  readonly minutes?: number;
  readonly ignore?: readonly DifferenceName[];
  readonly matters?: readonly DifferenceName[];
}

/**
 * What is asked of a training beside its settings, as its configuration records it.
 *
 * @throws {ArgumentError} if it contradicts itself or a setting
 */
export function askedOf({
  recipe = DEFAULT_RECIPE,
  settings = {},
  minutes,
  ignore = [],
  matters = [],
}: AskedOptions): Asked {
  const isTimed = 'epochs' in settings;
  if (minutes !== undefined && isTimed) {
    throw new ArgumentError('minutes: expected minutes or epochs, got both. Leave one out.');
  }
  const both = ignore.find((name) => matters.includes(name));
  if (both !== undefined) throw new ArgumentError(`ignore: expected ${both} in it or in matters, got both.`);
  for (const [name, words] of Object.entries({ ignore, matters })) {
    for (const word of words) {
      const setting = DIFFERENCES[word].settings.find((each) => each in settings);
      if (setting === undefined) continue;
      throw new ArgumentError(
        `${setting}: expected it or ${name} ${word}, which stands for it, got both. Leave one out.`,
      );
    }
  }
  return {
    minutes: minutes ?? (isTimed || !ADAPTIVE_RECIPES.includes(recipe) ? null : DEFAULT_MINUTES),
    ignore,
    matters,
    given: Object.keys(settings) as (keyof Settings)[],
  };
}
