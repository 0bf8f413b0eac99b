/** @file The face of a cat: ears, slit eyes, muzzle, whiskers, stripes on the brow. */
import { type Brush, repeat } from '../brush.js';
import { d, ellipse, line, mirrored, path } from '../svg.js';

export function cat(brush: Brush): string {
  const width = brush.between(36, 43);
  const height = brush.between(30, 36);
  const ear = brush.between(40, 48);
  const eye = brush.between(7, 9.5);
  const apart = brush.between(15, 19);
  const stripes = brush.count(2, 3);
  const ears =
    path(d`M${width * 0.91} -2 L${width * 0.86} ${-ear} L${width * 0.22} ${-22}Z`, brush.main) +
    path(d`M${width * 0.84} -14 L${width * 0.79} ${8 - ear} L${width * 0.42} -22Z`, brush.accent);
  const features = [
    ellipse(apart, 0, eye, eye * 0.82, brush.light, -8),
    ellipse(apart, 0, eye * 0.3, eye * 0.74, brush.dark),
    repeat(3, (i) => line(d`M20 ${17 + i * 3} L48 ${10 + i * 8}`, brush.dark, 1.3)),
    line(d`M0 21 q5 8 11 3`, brush.dark, 1.8),
  ];
  return [
    mirrored(ears),
    ellipse(0, 10, width, height, brush.main),
    repeat(stripes, (i) => {
      const x = (i - (stripes - 1) / 2) * 9;
      return line(d`M${x} ${12 - height} L${x * 0.7} ${22 - height}`, brush.second, 4);
    }),
    ellipse(0, 23, 15, 12, brush.second),
    mirrored(features.join('')),
    path(d`M-5.5 14 H5.5 L0 21Z`, brush.dark),
  ].join('');
}
