/** @file A slider with its name and value. */
import type { JSX } from 'preact';

interface SliderProps {
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Called while it is dragged. */
  readonly onInput: (value: number) => void;
  /** The value in words; default the number. */
  readonly format?: (value: number) => string;
}

export function Slider({ name, value, min, max, step, onInput, format = String }: SliderProps): JSX.Element {
  return (
    <label class="slider">
      <span>{name}</span>
      <input
        type="range"
        {...{ min, max, step, value }}
        aria-valuetext={format(value)}
        onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
      />
      <output>{format(value)}</output>
    </label>
  );
}
