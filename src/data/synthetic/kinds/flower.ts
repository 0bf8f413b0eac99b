/** @file A flower: petals round a dotted centre, on a stem with two leaves. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, ellipse, line, path } from '../svg.js';

export function flower(brush: Brush): string {
  const petals = brush.count(6, 9);
  const length = brush.between(13, 16);
  const breadth = (brush.between(0.85, 1.05) * Math.PI * 20) / petals;
  const centre = brush.between(9, 12);
  const sway = brush.between(-7, 7);
  const leaf = brush.between(20, 28);
  const middle = -15;
  const leafAt = (side: number, y: number): string =>
    path(
      d`M${sway * 0.4} ${y} Q${side * leaf * 0.4} ${y - 20} ${side * leaf} ${y - 14} Q${side * leaf * 0.7} ${y + 3} ${sway * 0.4} ${y}Z`,
      brush.second,
    );
  return [
    brush.limb(d`M${sway} ${middle} Q${sway} 20 0 48`, brush.second, 4.5),
    leafAt(1, 38),
    leafAt(-1, 44),
    repeat(petals, (i) => {
      const angle = (i * 360) / petals;
      const x = Math.sin((angle * Math.PI) / 180);
      const y = Math.cos((angle * Math.PI) / 180);
      const fill = i % 2 === 0 || petals % 2 === 1 ? brush.main : brush.light;
      return ellipse(sway + x * 19, middle - y * 19, breadth, length, fill, angle);
    }),
    circle(sway, middle, centre, brush.accent),
    repeat(6, (i) => circle(sway + Math.sin(i) * centre * 0.55, middle + Math.cos(i) * centre * 0.55, 1.6, brush.dark)),
    line(d`M${sway} ${middle} h0.1`, brush.dark, 3),
  ].join('');
}
