/** @file All curves of a training, each with its value at the chosen epoch. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { EpochMetrics, Run } from '../../source/source.ts';
import { type Measure, measuresOf } from './measures.ts';
import { Plot } from './plot.tsx';
import { updateInWords } from './words.ts';

interface PlotsProps {
  readonly run: Run;
  readonly records: readonly EpochMetrics[];
  readonly epoch: number;
  readonly onPick: (epoch: number) => void;
}

export function Plots({ run, records, ...rest }: PlotsProps): JSX.Element {
  const measures = useMemo(() => measuresOf(run, records), [run, records]);
  const lastEpoch = Math.max(run.epochs, records.at(-1)!.epoch);
  const marks = useMemo(() => run.updates.map(({ epoch }) => epoch), [run]);
  return (
    <section class="plots" aria-label="Curves">
      {run.updates.length > 0 && (
        <ul class="updates soft number" aria-label="Updates">
          {run.updates.map((update) => (
            <li key={update.number}>{updateInWords(update)}</li>
          ))}
        </ul>
      )}
      {measures.map((measure) => (
        <MeasurePlot key={measure.name} {...{ measure, records, lastEpoch, marks, ...rest }} />
      ))}
    </section>
  );
}

interface MeasurePlotProps extends Omit<PlotsProps, 'run'> {
  readonly measure: Measure;
  readonly lastEpoch: number;
  readonly marks: readonly number[];
}

function MeasurePlot({ measure, records, lastEpoch, marks, epoch, onPick }: MeasurePlotProps): JSX.Element {
  const { name, help, of, format, reference } = measure;
  const epochs = useMemo(() => records.map((record) => record.epoch), [records]);
  const values = useMemo(() => records.map((record, i) => of(record, records[i - 1])), [records, measure]);
  const told = (i: number): string => {
    const value = values.at(i);
    return value === null || value === undefined ? '–' : format(value);
  };
  const description = `${name}: ${told(0)} after epoch ${epochs[0]}, ${told(-1)} after epoch ${epochs.at(-1)}`;
  return (
    <figure class="measure">
      <figcaption>
        <h3>{name}</h3>
        <output>{told(epochs.indexOf(epoch))}</output>
        <p class="soft">
          {help}
          {reference !== undefined && (
            <>
              {' '}
              <span class="dashed">{`${reference.name}, ${format(reference.value)}`}</span>
            </>
          )}
        </p>
      </figcaption>
      <Plot
        {...{ description, epochs, values, format, lastEpoch, marks, epoch, onPick }}
        reference={reference?.value}
      />
    </figure>
  );
}
