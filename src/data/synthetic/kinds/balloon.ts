/** @file A hot-air balloon: envelope of gores, a band, ropes, a woven basket. */
import { type Brush, repeat } from '../brush.js';
import { d, line, path, rect } from '../svg.js';

export function balloon(brush: Brush): string {
  const half = brush.between(31, 40);
  const mouth = brush.between(15, 20);
  const basket = brush.between(6, 9);
  const fills = brush.chance(0.5) ? [brush.main, brush.second, brush.main] : [brush.main, brush.light, brush.second];
  // Seen from the side, gores are the same outline squeezed towards the axis.
  const envelope = (share: number): string => {
    const x = half * share;
    const neck = basket * share;
    return d`M${-neck} ${mouth} C${-x * 0.5} ${mouth - 12} ${-x} 0 ${-x} -18 C${-x} -58 ${x} -58 ${x} -18 C${x} 0 ${x * 0.5} ${mouth - 12} ${neck} ${mouth}Z`;
  };
  const weave = repeat(2, (row) => line(d`M${-basket + 1} ${36 + row * 5} H${basket - 1}`, brush.dark, 1.3));
  return [
    line(
      d`M${-basket} ${mouth} L${-basket + 1} 33 M${basket} ${mouth} L${basket - 1} 33 M0 ${mouth} V33`,
      brush.dark,
      1.3,
    ),
    ...[1, 0.66, 0.28].map((share, i) => path(envelope(share), fills[i]!)),
    line(d`M${-half * 0.96} -10 Q0 ${brush.between(-4, 2)} ${half * 0.96} -10`, brush.accent, brush.between(3.5, 6)),
    rect(-basket, mouth - 2, 2 * basket, 4, brush.accent, 1),
    rect(-basket - 1, 32, 2 * basket + 2, 15, brush.second, 3),
    weave,
  ].join('');
}
