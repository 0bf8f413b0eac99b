/** @file A fir tree: a few tiers of branches with a wavy hem, over a trunk. */
import { type Brush, repeat } from '../brush.js';
import { d, line, path, rect } from '../svg.js';

export function tree(brush: Brush): string {
  const tiers = brush.count(3, 4);
  const width = brush.between(27, 38);
  const trunk = brush.between(5, 8);
  const snow = brush.chance(0.5) ? brush.light : brush.second;
  const step = 84 / (tiers + 0.6);
  const tier = (i: number): string => {
    // The lowest tier comes first, so that each covers the top of the one below.
    const bottom = 36 - i * step * 0.86;
    const top = Math.max(-48, bottom - step * 1.55);
    const half = width * (1 - (i * 0.62) / tiers);
    const hem = repeat(
      4,
      (wave) => d`Q${half * (0.75 - wave * 0.5)} ${bottom + 7} ${half * (0.5 - wave * 0.5)} ${bottom} `,
    );
    return (
      path(d`M0 ${top} L${half} ${bottom} ${hem}Z`, brush.main) +
      line(d`M${-half * 0.72} ${bottom - 3} Q0 ${bottom - 14} ${half * 0.72} ${bottom - 3}`, snow, 3.2)
    );
  };
  return rect(-trunk, 32, 2 * trunk, 17, brush.accent, 1) + repeat(tiers, tier);
}
