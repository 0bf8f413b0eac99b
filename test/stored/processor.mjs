/** @file Which processor this is, as far as the rounding of sums follows from it. */
import { readFileSync } from 'node:fs';

/** @returns undefined where that cannot be read: elsewhere than on Linux */
export function processor() {
  let text;
  try {
    text = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n\n')[0].split('\n');
  const fields = new Map(lines.map((line) => line.split(':').map((part) => part.trim())));
  const named = ['vendor_id', 'cpu family', 'model'].map((name) => fields.get(name) ?? '');
  const instructions = (fields.get('flags') ?? '').split(' ').filter((flag) => /^(avx|fma|amx)/.test(flag));
  return [...named, ...instructions].join(' ');
}
