/** @file How hard the pictures are. Everything that makes them easier or harder to tell apart is a number here. */

export const DIFFICULTY = {
  /** Size of the thing as a share of the picture's side, uniform between the two. */
  scale: [0.55, 0.88],
  /** Turn of the thing to either side, degrees. */
  maxTurn: 25,
  /** How far the centre of a thing may lie from where it would still be wholly inside, as a share of the side. */
  overhang: 0.04,
  /** Chance that the thing is mirrored, and that its shapes are outlined. */
  mirrorChance: 0.5,
  outlineChance: 0.45,
  /** Most pieces of clutter behind the thing, and in front of it near the edges. */
  clutterBehind: 4,
  clutterInFront: 2,
  /** Smallest difference in lightness (OKLCH, 0–1) between the thing and its background; 0.23 is the most there is room for. */
  contrast: 0.2,
  /** Difference in lightness between the two colours of the background: how loud its stripes and dots are. */
  groundContrast: [0.025, 0.06],
} as const;
