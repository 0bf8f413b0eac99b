/** @file A house: roof with rows of tiles, chimney, door, windows with crosses. */
import { type Brush, repeat } from '../brush.js';
import { circle, d, line, path, rect } from '../svg.js';

export function house(brush: Brush): string {
  const half = brush.between(28, 38);
  const eaves = brush.between(-14, -4);
  const ridge = eaves - brush.between(24, 34);
  const side = brush.pick(-1, 1);
  const door = side * half * brush.between(0.22, 0.5);
  const pane = brush.between(12, 15);
  const window = (x: number, y: number): string =>
    rect(x - pane / 2, y, pane, pane, brush.light, 1) +
    line(d`M${x} ${y + 1} v${pane - 2} M${x - pane / 2 + 1} ${y + pane / 2} h${pane - 2}`, brush.dark, 1.6);
  const tiles = repeat(2, (row) => {
    const share = 0.4 + row * 0.32;
    const y = ridge + (eaves - ridge) * share;
    return line(d`M${-(half + 4) * share} ${y} H${(half + 4) * share}`, brush.dark, 1.4);
  });
  return [
    rect(half * 0.38, ridge + 1, 9, eaves - ridge, brush.accent),
    rect(-half, eaves - 2, 2 * half, 46 - eaves, brush.main),
    path(d`M${-half - 9} ${eaves} L0 ${ridge} L${half + 9} ${eaves}Z`, brush.second),
    tiles,
    window(-side * half * 0.5, eaves + 9),
    rect(door - 8, 44 - 27, 16, 27, brush.accent, 2),
    circle(door + 4.5, 31, 1.6, brush.dark),
    brush.chance(0.5) ? circle(0, (ridge + eaves) / 2 + 3, 5, brush.light) : '',
  ].join('');
}
