/** @file Which numbers of a measurement are shown as black and as white. */

/** Numbers that are looked at, evenly spread over the picture; more would not move the quantiles. */
const MOST = 1 << 20;
/** Of the numbers, at each end: dead and hot pixels, so that they do not decide for all others. */
const CUT = 0.001;
/** Floating-point writers that have no measurement often write the lowest or highest number there is. */
const NO_MEASUREMENT = 1e37;
/** A range is filled if more than a quarter of it is used: no bright picture of 16 bits, but one of 14 or 12, is below. */
const FILLED = 0.25;

export interface NumberRange {
  /** Shown as black, and as white. */
  readonly low: number;
  readonly high: number;
  /** Whether it is the range that numbers of this sort have by themselves, rather than that of the picture. */
  readonly isNatural: boolean;
}

/** What the numbers are, as their file says. */
export interface Numbers {
  /** Float32[n, channels]. */
  readonly values: Float32Array;
  readonly channels: number;
  /** The range that numbers of this sort have by themselves; undefined for integers with a sign and for 32 bits. */
  readonly natural: number | undefined;
  /** Numbers that stand for no measurement. */
  readonly missing: readonly number[];
}

/** @returns whether a number is a measurement */
export function isMeasured(value: number, missing: readonly number[]): boolean {
  return Math.abs(value) < NO_MEASUREMENT && !missing.includes(value);
}

/**
 * The natural range where the numbers fill it, so that bright and dark pictures stay so beside each other; else the
 * picture's own, from the lowest thousandth to the highest.
 *
 * @param bands the channels that share one range
 * @returns undefined if nothing is measured
 */
export function rangeOf(
  { values, channels, natural, missing }: Numbers,
  bands: readonly number[],
): NumberRange | undefined {
  const numPixels = values.length / channels;
  const stride = Math.max(1, Math.ceil((numPixels * bands.length) / MOST));
  const seen = new Float32Array(Math.ceil(numPixels / stride) * bands.length);
  let count = 0;
  for (let pixel = 0; pixel < numPixels; pixel += stride) {
    for (const band of bands) {
      const value = values[pixel * channels + band]!;
      if (isMeasured(value, missing)) seen[count++] = value;
    }
  }
  if (count === 0) return undefined;
  const sorted = seen.subarray(0, count).sort();
  const cut = Math.floor(CUT * count);
  const low = sorted[cut]!;
  const high = sorted[count - 1 - cut]!;
  if (natural !== undefined && low >= 0 && high <= natural && high >= FILLED * natural) {
    return { low: 0, high: natural, isNatural: true };
  }
  // What is the same but for a few pixels is shown with them.
  return low < high ? { low, high, isNatural: false } : { low: sorted[0]!, high: sorted[count - 1]!, isNatural: false };
}
