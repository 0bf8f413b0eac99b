/** @file A car from the side, driving to the right. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, line, path, rect } from '../svg.js';

export function car(brush: Brush): string {
  const roof = -brush.between(22, 30);
  const belt = brush.between(-5, 0);
  const sill = brush.between(19, 23);
  const back = brush.between(28, 36);
  const front = brush.between(12, 20);
  const wheel = brush.between(9.5, 12);
  const post = brush.between(-10, -4);
  const spokes = (x: number): string =>
    circle(x, sill, wheel, brush.dark) +
    circle(x, sill, wheel * 0.55, brush.light) +
    repeat(3, (i) => line(d`M${x} ${sill} l${Math.cos(i * 2.1) * 4} ${Math.sin(i * 2.1) * 4}`, brush.dark, 1.5));
  return [
    path(d`M${-back - 8} ${belt + 2} L${-back + 6} ${roof} H${front} L${front + 16} ${belt + 2}Z`, brush.second),
    path(d`M${-back} ${belt} L${-back + 9} ${roof + 5} H${post - 2} V${belt}Z`, brush.light),
    path(d`M${post + 2} ${belt} V${roof + 5} H${front - 2} L${front + 10} ${belt}Z`, brush.light),
    path(
      d`M-46 ${sill} V${belt + 5} Q-46 ${belt} -40 ${belt} H34 Q48 ${belt + 2} 48 ${belt + 12} V${sill}Z`,
      brush.main,
    ),
    line(d`M${post} ${belt + 2} V${sill - 2} M-40 ${sill - 6} H42`, brush.dark, 1.2),
    line(d`M${post + 5} ${belt + 6} h6`, brush.dark, 2),
    rect(40, belt + 6, 8, 6, brush.accent, 2),
    rect(-47, belt + 6, 5, 7, brush.accent, 1),
    spokes(-27),
    spokes(27),
  ].join('');
}
