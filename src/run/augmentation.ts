/** @file The random transform that a run trains with. */
import type { Augmentation } from '../data/transform/augment.js';
import type { Settings } from '../method/settings.js';

export function augmentationOf({ fit, crop, flip, turns, jitter, greyscale, mean, std }: Settings): Augmentation {
  const [brightness, contrast, saturation, hue] = jitter;
  return { fit, scale: crop, flip, turns, jitter: { brightness, contrast, saturation, hue }, greyscale, mean, std };
}
