/** @file Numbers as people read them. */

/** 0.873 becomes `87.3 %`, or `87 %` without digits. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}\u202f%`;
}

/** 3600 becomes `3,600`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** 130 becomes `2 min 10 s`; a number is not parted from its unit. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes === 0) return `${rest}\u00a0s`;
  return rest === 0 ? `${minutes}\u00a0min` : `${minutes}\u00a0min ${rest}\u00a0s`;
}

/** 2 and `core` become `2 cores`. */
export function plural(value: number, noun: string): string {
  return `${count(value)}\u00a0${noun}${value === 1 ? '' : 's'}`;
}
