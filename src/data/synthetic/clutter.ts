/** @file Small shapes strewn about, none of which is any of the kinds. */
import type { Random } from '../../core/random.js';
import type { Palette } from './palette.js';
import { circle, d, group, line, path, rect } from './svg.js';

/** Shapes of radius about 10 around the origin. */
const PIECES: readonly ((fill: string) => string)[] = [
  (fill) => circle(0, 0, 9, fill),
  (fill) => line('M-6 0 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0', fill, 4),
  (fill) => rect(-8, -8, 16, 16, fill, 2),
  (fill) => path('M0 -10 L9 7 L-9 7Z', fill),
  (fill) => path('M0 -11 L3 -3 L11 -3 L5 2 L7 10 L0 5 L-7 10 L-5 2 L-11 -3 L-3 -3Z', fill),
  (fill) => path('M5 -10 A10 10 0 1 0 5 10 A13 13 0 0 1 5 -10Z', fill),
  (fill) => line('M-14 0 q3.5 -7 7 0 t7 0 t7 0 t7 0', fill, 3.5),
  (fill) => line('M-7 -7 L7 7 M7 -7 L-7 7', fill, 4.5),
  (fill) => path('M-10 0 Q0 -12 10 0 Q0 12 -10 0Z', fill),
];

/**
 * Strews up to `most` pieces over the square from 0 to 100.
 *
 * @param placement `anywhere`, or along the `edges`, partly out of the picture
 */
export function drawClutter(random: Random, palette: Palette, most: number, placement: 'anywhere' | 'edges'): string {
  const fills = [palette.groundSecond, palette.accent, palette.second, palette.light] as const;
  const pieces = Array.from({ length: random.integer(most + 1) }, () => {
    const along = random.uniform(0, 100);
    const across = placement === 'anywhere' ? random.uniform(0, 100) : random.integer(2) * 100 + random.uniform(-8, 8);
    const [x, y] = random.integer(2) === 0 ? [along, across] : [across, along];
    const scale = random.uniform(0.35, 1.1);
    const fill = fills[random.integer(fills.length)]!;
    const piece = PIECES[random.integer(PIECES.length)]!(fill);
    return group(piece, d`transform="translate(${x} ${y}) rotate(${random.uniform(0, 360)}) scale(${scale})"`);
  });
  return pieces.join('');
}
