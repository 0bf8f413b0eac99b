/** @file What pictures must look like for a network: said by itself, by a file beside it, or by somebody. */
import type { Settings } from '../../method/settings.js';

/** Settings that say how a picture becomes the numbers that a network was trained on. */
export type ShownForm = Pick<Settings, 'size' | 'resize' | 'interpolation' | 'mean' | 'std' | 'fit'>;

/** As much of it as somewhere is said. */
export interface SaidForm {
  readonly form: Partial<ShownForm>;
  /** Where it is said, for people. */
  readonly source: string;
  /** What is said there and cannot be done here. */
  readonly notes: readonly string[];
}

type Rgb = readonly [number, number, number];

/** As torchvision's and most other networks were trained. */
export const AS_IMAGENET: ShownForm = {
  size: 224,
  resize: 256,
  interpolation: 'bilinear',
  fit: 'crop',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** How numbers are brought to a network: (p · scale − mean) / std of each level p of 0…255. */
export interface Scaling {
  readonly scale: number;
  readonly mean: Rgb;
  readonly std: Rgb;
}

/** The same where levels are in [0, 1], as settings have it. */
export function inUnits({ scale, mean, std }: Scaling): Pick<ShownForm, 'mean' | 'std'> {
  const of = (numbers: Rgb): Rgb => numbers.map((x) => Number((x / (255 * scale)).toPrecision(9))) as unknown as Rgb;
  return { mean: of(mean), std: of(std) };
}

/** What is not said follows: without the length of the short side, the crop is as large a part of it as ImageNet's. */
export function completed({ size = AS_IMAGENET.size, ...said }: Partial<ShownForm>): ShownForm {
  const resize = Math.max(size, said.resize ?? Math.round((size * AS_IMAGENET.resize) / AS_IMAGENET.size));
  return { ...AS_IMAGENET, ...said, size, resize };
}
