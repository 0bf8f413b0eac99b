/** @file What is plotted of a training, and how each is to be read. */
import { formatCount } from '../../../../src/core/format.ts';
import type { EpochMetrics, Run } from '../../source/source.ts';
import { newShare, sameLabelShare } from './turnover.ts';
import { figure, shortPercent } from './words.ts';

export interface Measure {
  readonly name: string;
  /** One sentence: what it is, and which way is good. */
  readonly help: string;
  /** Null where there is none, or it was no number. */
  readonly of: (record: EpochMetrics, before: EpochMetrics | undefined) => number | null;
  readonly format: (value: number) => string;
  /** A level worth knowing, drawn as a dashed line. */
  readonly reference?: { readonly value: number; readonly name: string };
}

/** Those that the records have anything of. */
export function measuresOf(run: Run, records: readonly EpochMetrics[]): Measure[] {
  return allMeasures(run, records).filter(({ of }) => records.some((record, i) => of(record, records[i - 1]) !== null));
}

function allMeasures(run: Run, records: readonly EpochMetrics[]): Measure[] {
  const chance = run.classes.length > 1 && { reference: { value: 1 / run.classes.length, name: 'chance' } };
  const ignorance = ignoranceOf(run);
  const { usesLabels } = run.loss;
  return [
    {
      name: 'Loss',
      help: 'Mean over the epoch, in nats. Lower is better.',
      of: ({ loss }) => loss,
      format: (value) => value.toFixed(2),
      ...(ignorance && { reference: ignorance }),
    },
    {
      name: 'kNN accuracy',
      help: `Training pictures whose nearest rows of the bank vote for their label${votersOf(records)}.${usesLabels ? '' : ' Labels are used for nothing else.'}`,
      of: ({ knn }) => knn ?? null,
      format: shortPercent,
      ...chance,
    },
    {
      name: 'Own row',
      help: 'Health: mean of vᵢ·v, how well the bank’s row foretells the feature of its picture.',
      of: ({ similarity }) => similarity,
      format: (value) => value.toFixed(3),
    },
    {
      name: 'Uniformity',
      help: 'Health: log E exp(−2‖x−y‖²) over the bank. Lower is more evenly spread; near 0 all features are the same.',
      of: ({ uniformity }) => uniformity,
      format: (value) => value.toFixed(3),
    },
    {
      name: 'Feature length',
      help: 'Health: mean ‖v‖. It is 1, or something is broken.',
      of: ({ norm }) => norm,
      format: (value) => value.toFixed(4),
    },
    {
      name: 'Same label',
      help: 'Of all neighbours of the fixed pictures below, how many have the label of their picture.',
      of: sameLabelShare,
      format: shortPercent,
      ...chance,
    },
    {
      name: 'New neighbours',
      help: 'Of the same neighbours, how many were not there an epoch before: how much the bank still moves.',
      of: newShare,
      format: shortPercent,
    },
    {
      name: 'Pictures a second',
      help: 'Mean over the epoch, with all that training waits for.',
      of: ({ picturesPerSecond }) => picturesPerSecond,
      format: (value) => value.toFixed(value < 10 ? 1 : 0),
    },
    { name: 'Learning rate', help: 'At the end of the epoch.', of: ({ lr }) => lr, format: figure },
  ];
}

/** What features that know nothing reach. */
function ignoranceOf({ loss: { guessing } }: Run): Measure['reference'] | undefined {
  return guessing && { value: guessing.nats, name: `${guessing.words}: knows nothing` };
}

/** How many vote, where it is recorded. */
function votersOf(records: readonly EpochMetrics[]): string {
  const of = records.find(({ knnOf }) => knnOf !== undefined)?.knnOf;
  return of === undefined ? '' : `: the ${of.k} nearest of ${formatCount(of.rows)}, τ ${of.tau}`;
}
