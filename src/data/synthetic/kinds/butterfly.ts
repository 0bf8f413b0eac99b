/** @file A butterfly seen from above: two pairs of spotted wings, body, curled feelers. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, ellipse, line, mirrored, path } from '../svg.js';

export function butterfly(brush: Brush): string {
  const span = brush.between(40, 48);
  const rise = brush.between(30, 40);
  const drop = brush.between(28, 38);
  const lower = brush.between(26, 34);
  const spot = brush.between(5.5, 8);
  const wings = [
    path(
      d`M2 2 C6 16 ${lower * 0.5} ${drop + 8} ${lower} ${drop} C${lower + 10} ${drop - 12} 26 4 2 -2Z`,
      brush.second,
    ),
    path(
      d`M2 -4 C8 ${-rise} ${span * 0.6} ${-rise - 12} ${span} ${-rise} C${span + 4} ${-rise * 0.4} ${span * 0.8} 8 2 4Z`,
      brush.main,
    ),
    ellipse(span * 0.66, -rise * 0.58, spot * 1.35, spot, brush.accent, -35),
    circle(span * 0.66, -rise * 0.58, spot * 0.5, brush.dark),
    circle(lower * 0.66, drop * 0.58, spot * 0.8, brush.light),
    repeat(3, (i) => circle(span * (0.9 - i * 0.05), -rise * (0.75 - i * 0.28), 2, brush.light)),
    line(d`M1 -18 C4 -34 10 -40 15 -42 q4 0 3 4`, brush.dark, 1.6),
  ];
  return mirrored(wings.join('')) + ellipse(0, 2, 3.6, 21, brush.dark) + circle(0, -19, 4.6, brush.dark);
}
