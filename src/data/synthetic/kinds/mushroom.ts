/** @file A mushroom: spotted cap, gills under it, a stem with a ring. */
import { type Brush, repeat } from '../brush.js';
import { d, ellipse, line, path } from '../svg.js';

export function mushroom(brush: Brush): string {
  const half = brush.between(36, 47);
  const rim = brush.between(-6, 4);
  const top = -brush.between(40, 48);
  const stem = brush.between(9, 14);
  const foot = stem + brush.between(2, 7);
  const spots = [
    [-0.55, 0.42, 0.13],
    [-0.05, 0.62, 0.17],
    [0.5, 0.45, 0.14],
    [-0.28, 0.18, 0.09],
    [0.2, 0.2, 0.11],
    [0.78, 0.15, 0.08],
  ] as const;
  return [
    path(
      d`M${-stem} ${rim} Q${-stem + 2} 25 ${-foot} 44 Q0 52 ${foot} 44 Q${stem - 2} 25 ${stem} ${rim}Z`,
      brush.light,
    ),
    path(d`M${-half * 0.82} ${rim} Q0 ${rim + 20} ${half * 0.82} ${rim}Z`, brush.second),
    repeat(7, (i) => line(d`M${(i - 3) * half * 0.2} ${rim + 2} L${(i - 3) * half * 0.13} ${rim + 7}`, brush.dark, 1)),
    path(
      d`M${-half} ${rim} C${-half} ${top - 8} ${half} ${top - 8} ${half} ${rim} Q0 ${rim + 8} ${-half} ${rim}Z`,
      brush.main,
    ),
    ...spots.map(([x, y, size]) => {
      const grown = size * half * brush.between(0.85, 1.25);
      return ellipse(x * half * 0.86, rim + (top - rim) * y * 0.95, grown, grown * 0.85, brush.light);
    }),
    path(d`M${-stem - 3} 17 Q0 25 ${stem + 3} 17 L${stem} 12 Q0 19 ${-stem} 12Z`, brush.accent),
  ].join('');
}
