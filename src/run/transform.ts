/** @file How pictures are brought into the form in which an encoder looks at them. */
import { cacheShortSide } from '../data/cache/cache-format.js';
import type { TestTransform } from '../data/transform/centre-crop.js';
import type { ReadoutSettings } from '../method/readout.js';
import type { Settings } from '../method/settings.js';

/** Settings that a transform follows from. */
type TransformSettings = Pick<Settings, 'size' | 'resize' | 'fit' | 'interpolation' | 'mean' | 'std'>;

/**
 * @param readout of the encoder, which looks at pictures as many times as large as its `zoom` says; undefined for the
 *   features that are trained
 */
export function transformOf(
  { size, resize, fit, interpolation, mean, std }: TransformSettings,
  readout: { readonly settings: Pick<ReadoutSettings, 'zoom'> } | undefined,
): TestTransform {
  const zoom = readout?.settings.zoom ?? 1;
  const shortSide = cacheShortSide(size);
  return { size: zoom * size, resize: zoom * resize, shortSide, fit, interpolation, mean, std };
}
