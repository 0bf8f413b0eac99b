/** @file A cactus in a pot: ribbed column, two bent arms, spines, a blossom. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, line, path, rect } from '../svg.js';

export function cactus(brush: Brush): string {
  const thick = brush.between(19, 25);
  const arm = brush.between(10, 13);
  const left = brush.between(-12, 4);
  const right = brush.between(-16, 2);
  const reach = brush.between(24, 31);
  const rise = brush.between(12, 22);
  const pot = brush.between(20, 27);
  const bend = (side: number, y: number): string =>
    d`M0 ${y} H${side * (reach - 6)} Q${side * reach} ${y} ${side * reach} ${y - 6} V${y - rise}`;
  return [
    brush.limb(bend(-1, left + 6), brush.main, arm),
    brush.limb(bend(1, right + 6), brush.main, arm),
    brush.limb(d`M0 -34 V30`, brush.main, thick),
    repeat(3, (i) => line(d`M${(i - 1) * thick * 0.3} -36 V22`, brush.second, 1.8)),
    repeat(5, (i) =>
      line(d`M${-thick * 0.15 - 2} ${i * 12 - 32} l4 -2 M${thick * 0.15 - 2} ${i * 12 - 26} l4 -2`, brush.light, 1.4),
    ),
    repeat(5, (i) => circle(Math.sin(i * 1.257) * 5, -46 + Math.cos(i * 1.257) * 4, 3.6, brush.accent)),
    circle(0, -46, 2.6, brush.light),
    path(d`M${-pot} 26 H${pot} L${pot * 0.72} 49 H${-pot * 0.72}Z`, brush.second),
    rect(-pot - 3, 22, 2 * pot + 6, 9, brush.accent, 2),
    line(d`M${-pot * 0.7} 40 l5 -4 l5 4 l5 -4 l5 4 l5 -4 l5 4`, brush.light, 1.8),
  ].join('');
}
