/** @file The update of a bank row, drawn in the plane of the row and the feature. */
import type { JSX } from 'preact';
import type { RowUpdate } from './formulas.ts';

const RADIUS = 100;

/** The row is always on the left and the feature on the right: names on their sides do not meet, however near they are. */
const LABELS = {
  old: { far: 1.08, anchor: 'end' },
  feature: { far: 1.08, anchor: 'start' },
  new: { far: 1.2, anchor: 'middle' },
} as const;

interface CircleProps extends RowUpdate {
  /** v_i·f */
  readonly similarity: number;
}

export function Circle({ similarity, toOld }: CircleProps): JSX.Element {
  const [whole, turned] = [angleOf(similarity), angleOf(toOld)];
  // The feature points up to the right; the row is where its angle puts it.
  const start = Math.PI / 2 + whole / 2;
  return (
    <svg class="circle" viewBox="-132 -128 264 256" role="img" aria-label={describe(whole, turned)}>
      <circle r={RADIUS} />
      <Arrow angle={start} name="vᵢ" kind="old" />
      <Arrow angle={start - whole} name="v" kind="feature" />
      <Arrow angle={start - turned} name="new" kind="new" />
    </svg>
  );
}

function Arrow({ angle, name, kind }: { angle: number; name: string; kind: keyof typeof LABELS }): JSX.Element {
  const [x, y] = [RADIUS * Math.cos(angle), -RADIUS * Math.sin(angle)];
  const { far, anchor } = LABELS[kind];
  return (
    <g class={kind}>
      <path d={`M0 0L${x} ${y}`} />
      <circle cx={x} cy={y} r={4} />
      <text x={far * x} y={far * y} dominant-baseline="middle" text-anchor={anchor}>
        {name}
      </text>
    </g>
  );
}

function angleOf(cosine: number): number {
  return Math.acos(Math.max(-1, Math.min(1, cosine)));
}

function describe(whole: number, turned: number): string {
  const degrees = (angle: number): string => `${((180 * angle) / Math.PI).toFixed(1)}°`;
  return `Row and feature are ${degrees(whole)} apart; the new row is ${degrees(turned)} from the old one`;
}
