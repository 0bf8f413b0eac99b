/** @file A fish, swimming to the right. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, line, path } from '../svg.js';

export function fish(brush: Brush): string {
  const height = brush.between(20, 32);
  const tail = brush.between(16, 26);
  const fin = brush.between(9, 16);
  const bands = brush.count(2, 4);
  const eye = brush.between(4.5, 6.5);
  const half = (x: number): number => height * 0.95 * (1 - ((x - 6) / 42) ** 2);
  return [
    path(d`M-24 0 C-34 ${-4} -40 ${-tail} -49 ${-tail} Q-42 0 -49 ${tail} C-40 ${tail} -34 4 -24 0Z`, brush.accent),
    path(d`M-12 ${4 - height} Q-2 ${-height - fin} 16 ${-height - fin * 0.5} L20 ${6 - height}Z`, brush.second),
    path(d`M-8 ${height - 5} Q-6 ${height + fin * 0.7} 8 ${height + fin * 0.6} L10 ${height - 4}Z`, brush.second),
    path(
      d`M-34 0 C-16 ${-height * 1.35} 22 ${-height * 1.35} 48 2 C22 ${height * 1.35} -16 ${height * 1.35} -34 0Z`,
      brush.main,
    ),
    repeat(bands, (i) => {
      const x = -20 + (i * 32) / bands;
      return line(d`M${x} ${-half(x) * 0.86} Q${x + 9} 0 ${x} ${half(x) * 0.86}`, brush.second, 17 / bands);
    }),
    line(d`M19 ${-height * 0.62} Q10 0 19 ${height * 0.62}`, brush.dark, 1.8),
    path(d`M4 3 Q-8 ${3 + fin * 0.4} -7 ${3 + fin} Q4 ${2 + fin} 10 6Z`, brush.accent),
    circle(29, -height * 0.22, eye, brush.light),
    circle(30.5, -height * 0.22, eye * 0.55, brush.dark),
    line(d`M45 ${height * 0.14} Q40 ${height * 0.26} 36 ${height * 0.2}`, brush.dark, 1.8),
  ].join('');
}
