/** @file From a plan to the settings of a run: the published CIFAR-10 recipe, but for what the plan makes smaller. */
import type { Picture } from '../data/picture.js';
import { appliesTo } from '../method/losses/named-losses.js';
import type { Settings } from '../method/settings.js';
import { type GivenSettings, resolveSettings } from '../run/config.js';
import type { RunSpec } from './experiment.js';

export const RECIPE = 'cifar10';

/** Pictures from this short side on are learned from at twice the published size, by the stem for large pictures. */
const LARGE = 64;

/** What a plan says about the pictures' form. */
export interface PictureForm {
  readonly size: number;
  readonly stem: 'cifar' | 'imagenet';
}

/**
 * 32 pixels and the stem of the paper's CIFAR-10 experiments, or, for larger pictures, 64 pixels and the stem that
 * reduces them fourfold: that costs about a quarter as much.
 */
export function formFor(pictures: readonly Picture[]): PictureForm {
  const sides = pictures.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const median = sides[Math.floor(sides.length / 2)]!;
  return median < LARGE ? { size: 32, stem: 'cifar' } : { size: 64, stem: 'imagenet' };
}

export interface SharedSettings extends PictureForm {
  readonly width: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
}

/** A run's settings, but for what the plan says. */
export function baseOf({ settings }: RunSpec): Settings {
  return resolveSettings(RECIPE, settings);
}

/**
 * What a run sets of its recipe.
 *
 * Below the published size all runs get two cures, without which NCE does not learn in so few steps: features that are
 * batch-normalised before the L2 norm, since those of a young encoder lie all in one direction; and for Z a running mean,
 * since that of the first batch soon is a hundredth of what it would be, and the loss of many negatives then grows.
 */
export function settingsOf(spec: RunSpec, shared: SharedSettings, isFull: boolean): GivenSettings {
  const cures = { featureNorm: true, ...(appliesTo('z', baseOf(spec).loss) && { z: 'running' }) };
  return { ...shared, resize: shared.size, ...(!isFull && cures), ...spec.settings };
}
