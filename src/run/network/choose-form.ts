/** @file What pictures must look like for a network, by all that is said of it. */
import { ArgumentError } from '../../core/errors.js';
import { AS_IMAGENET, completed, inUnits, type SaidForm, type ShownForm } from './picture-form.js';

/** What somebody says of the pictures of a network. */
export interface GivenForm {
  /** Side of the crop that it sees, in pixels. */
  readonly size?: number;
  /** The short side before that. */
  readonly resize?: number;
  /** Of red, green and blue, in the network's own units. */
  readonly mean?: readonly [number, number, number];
  readonly std?: readonly [number, number, number];
  /** Each level of 0…255 is multiplied by this, before mean and std; default 1/255. */
  readonly scale?: number;
}

export interface ChosenForm {
  readonly form: ShownForm;
  /** Where it is from, and what is not as there, in words. */
  readonly told: readonly string[];
}

/**
 * Flags count most; then what is said, by the network itself or beside it; then what its input says of the size; the rest
 * is ImageNet's.
 *
 * @param fixed side of the pictures that the network takes, if it takes no others
 * @throws {ArgumentError} if it takes no pictures of the size that is given
 */
export function chooseForm(
  { size, resize, mean, std, scale = 1 / 255 }: GivenForm,
  said: SaidForm | undefined,
  fixed: number | undefined,
): ChosenForm {
  if (size !== undefined && fixed !== undefined && size !== fixed) {
    throw new ArgumentError(
      `size: expected ${fixed}, which this network is made for, got ${size}. Leave it out, or export the network with height and width left open.`,
    );
  }
  const isScaled = mean !== undefined || std !== undefined || scale !== 1 / 255;
  const given: Partial<ShownForm> = {
    ...(size !== undefined && { size }),
    ...(resize !== undefined && { resize }),
    ...(isScaled && inUnits({ scale, mean: mean ?? [0, 0, 0], std: std ?? [1, 1, 1] })),
  };
  const fromFile = said?.form ?? {};
  const isSizeSaid = fromFile.size !== undefined && (fixed === undefined || fromFile.size === fixed);
  const form = completed({
    ...fromFile,
    ...(!isSizeSaid && fixed !== undefined && scaledTo(fixed, fromFile)),
    ...(size !== undefined && resize === undefined && scaledTo(size, fromFile)),
    ...given,
  });
  return { form, told: [...sourceOf(given, said, fixed), ...(said?.notes ?? [])] };
}

/** Another size, and as much around it. */
function scaledTo(size: number, { size: before, resize }: Partial<ShownForm>): Partial<ShownForm> {
  if (before === undefined || resize === undefined)
    return { size, resize: Math.round((size * AS_IMAGENET.resize) / AS_IMAGENET.size) };
  return { size, resize: Math.round((size * resize) / before) };
}

function sourceOf(given: Partial<ShownForm>, said: SaidForm | undefined, fixed: number | undefined): string[] {
  const names = Object.keys(given);
  const byFlags = names.length > 0 ? [`${names.join(', ')} as given`] : [];
  if (said !== undefined) return [...byFlags, `by ${said.source}`];
  const { size, mean, std } = AS_IMAGENET;
  const assumed = [
    ...(names.includes('size') || fixed !== undefined ? [] : [`${size} pixels`]),
    ...(names.includes('mean') ? [] : [`mean ${mean.join(', ')} and std ${std.join(', ')}`]),
  ];
  if (assumed.length === 0) return byFlags;
  return [
    ...byFlags,
    `assumed, as nothing says it: ImageNet’s ${assumed.join(', ')}. If that is wrong, features are poor: say it by --size, --mean, --std, --scale`,
  ];
}
