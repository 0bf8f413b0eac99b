/** @file A sailing boat: hull, mast, a main sail with battens, a jib, a pennant, two waves. */
import { type Brush, repeat } from '../brush.js';
import { d, line, path } from '../svg.js';

export function boat(brush: Brush): string {
  const deck = brush.between(16, 22);
  const main = brush.between(26, 36);
  const jib = brush.between(18, 27);
  const belly = brush.between(3, 8);
  const battens = brush.count(2, 3);
  const top = -46;
  const foot = deck - 5;
  const batten = (i: number): string => {
    const share = (i + 1) / (battens + 1);
    const y = top + (foot - top) * share;
    return line(d`M5 ${y} H${2 + main * share * 0.95}`, brush.second, 3);
  };
  return [
    path(d`M0 ${top} l${-brush.between(10, 14)} 4 l12 5Z`, brush.accent),
    line(d`M0 ${top} V${deck}`, brush.dark, 2.6),
    path(d`M3 ${top + 4} Q${main * 0.7 + belly} ${-10} ${3 + main} ${foot} H3Z`, brush.light),
    repeat(battens, batten),
    path(d`M-3 ${top + 12} Q${-jib * 0.5 - belly} 0 ${-3 - jib} ${foot} H-3Z`, brush.second),
    path(d`M-42 ${deck} H44 Q38 ${deck + 19} 26 ${deck + 19} H-24 Q-36 ${deck + 19} -42 ${deck}Z`, brush.main),
    line(d`M-36 ${deck + 6} H39`, brush.accent, 3.4),
    line(d`M-48 46 q8 -7 16 0 t16 0 t16 0 t16 0 t16 0 t16 0`, brush.light, 3),
  ].join('');
}
