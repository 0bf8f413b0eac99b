/** @file The numbers of a vector as bars, up and down from zero. */
import type { JSX } from 'preact';

const HEIGHT = 40;

interface StripProps {
  readonly name: string;
  readonly values: readonly number[];
  /** What the full height stands for; default the largest of the values. */
  readonly scale?: number;
}

export function Strip({ name, values, scale = Math.max(...values.map(Math.abs)) }: StripProps): JSX.Element {
  const middle = HEIGHT / 2;
  const bars = values.map((value, i) => `M${i + 0.5} ${middle}V${middle - (middle * value) / scale}`);
  return (
    <figure class="strip">
      <figcaption class="soft">{name}</figcaption>
      <svg
        viewBox={`0 0 ${values.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${values.length} numbers`}
      >
        <path class="axis" d={`M0 ${middle}H${values.length}`} />
        <path class="bars" d={bars.join('')} />
      </svg>
    </figure>
  );
}
