/** @file A teapot: spout to the right, handle to the left, lid with a knob, a painted belly. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, ellipse, line, path, rect } from '../svg.js';

export function teapot(brush: Brush): string {
  const width = brush.between(25, 30);
  const height = brush.between(22, 29);
  const lid = brush.between(12, 17);
  const knob = brush.between(4, 5.5);
  const spout = brush.between(-22, -12);
  const top = 12 - height;
  const painted = brush.chance(0.5)
    ? repeat(5, (i) => circle((i - 2) * width * 0.38, 12, 3.4, brush.light))
    : line(
        d`M${-width * 0.8} 12 q${width * 0.2} -9 ${width * 0.4} 0 t${width * 0.4} 0 t${width * 0.4} 0 t${width * 0.4} 0`,
        brush.light,
        3.4,
      );
  return [
    brush.limb(d`M${-width + 6} 0 C${-width - 24} -16 ${-width - 24} 32 ${-width + 6} 24`, brush.second, 6),
    path(
      d`M${width - 9} 26 C${width + 12} 24 ${width + 6} ${spout + 8} 49 ${spout - 3} L45 ${spout - 8} C${width + 4} ${spout - 4} ${width + 2} 2 ${width - 9} 4Z`,
      brush.second,
    ),
    rect(-width * 0.55, 8 + height, width * 1.1, 6, brush.second, 2),
    ellipse(0, 12, width, height, brush.main),
    line(d`M${-width * 0.86} 0 Q0 7 ${width * 0.86} 0`, brush.accent, 2.6),
    line(d`M${-width * 0.86} 24 Q0 31 ${width * 0.86} 24`, brush.accent, 2.6),
    painted,
    path(d`M${-lid} ${top + 4} Q${-lid} ${top - 9} 0 ${top - 9} Q${lid} ${top - 9} ${lid} ${top + 4}Z`, brush.second),
    circle(0, top - 10 - knob * 0.6, knob, brush.accent),
  ].join('');
}
