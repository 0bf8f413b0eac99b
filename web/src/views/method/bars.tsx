/** @file Rows of the bank, each with a number as a bar. */
import type { JSX } from 'preact';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { href } from '../../route.ts';
import type { Neighbour, ServedPicture } from '../../source/source.ts';

export interface Bar {
  /** Undefined for many rows together. */
  readonly picture: ServedPicture | Neighbour | undefined;
  readonly name: string;
  readonly value: number;
  readonly isOwn?: boolean;
}

interface BarsProps {
  readonly bars: readonly Bar[];
  /** What the full width stands for. */
  readonly scale: number;
  readonly format: (value: number) => string;
}

export function Bars({ bars, scale, format }: BarsProps): JSX.Element {
  return (
    <ol class="bar-list">
      {bars.map(({ picture, name, value, isOwn = false }, i) => (
        <li key={i} class={isOwn ? 'own' : ''}>
          {picture === undefined ? (
            <span class="many" />
          ) : (
            <a href={href('method', picture.row)} title={`${picture.name}: explain this one`}>
              <Thumbnail picture={picture} size={64} />
            </a>
          )}
          <span class="bar-name">{name}</span>
          <span class="bar-track" aria-hidden="true">
            <span style={{ width: `${100 * Math.min(1, value / scale)}%` }} />
          </span>
          <span class="number">{format(value)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Four digits that count, also of small shares. */
export function share(value: number): string {
  if (value === 0) return '0';
  return value < 1e-4
    ? value
        .toExponential(1)
        .replace('e-', ' · 10⁻')
        .replace(/⁻(\d+)$/, (_, digits) => `⁻${superscript(digits)}`)
    : value.toPrecision(3);
}

function superscript(digits: string): string {
  return [...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}
