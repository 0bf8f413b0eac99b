/** @file `--measure knn`: votes of the nearest labelled pictures. */
import { DataError } from '../../core/errors.js';
import { formatCount, percent, plural } from '../../core/format.js';
import type { Accuracies, Classification } from '../../evaluate/classify.js';
import type { OfBaseline } from '../../evaluate/measured-run.js';
import { type Output, paint } from '../output.js';
import type { Measure } from './measure.js';
import type { Subject } from './subject.js';

export const knnMeasure: Measure = {
  name: 'knn',
  summary: 'votes of the nearest labelled pictures, and the class of the nearest (default)',
  needs: ['test'],
  async run(subject) {
    const { measured, options, output } = subject;
    const { k: ks, tau } = options;
    const result = await measured.votes({ ks, tau });
    const baselines = await baselinesOrSay(subject, () => measured.baselineVotes({ ks, tau }));
    showClassification(output, result, baselines);
    showBehind(output, result.knn[0]!.top1, `kNN, k = ${result.knn[0]!.k}`, firstVotes(baselines));
    if (Math.max(...ks) > result.numReference) {
      output.line(`There are no more than ${plural(result.numReference, 'picture')} to vote: k was cut to that.`);
    }
    const numShared = await measured.numShared();
    showShared(output, numShared, 'did not vote for themselves');
    return { ...result, numShared, ...(options.baselines && { baselines }) };
  },
};

/** Measures what needs no learning, if that is asked for; where it cannot be, says why. */
export async function baselinesOrSay<Result>(
  { options, output }: Subject,
  measure: () => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  if (!options.baselines) return [];
  try {
    const results = await measure();
    output.clear();
    return results;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    output.line(paint('yellow', `Raw pixels and colour histogram: left out. ${error.message}`));
    return [];
  }
}

/** Says so if features that nothing was learnt for do better. */
export function showBehind(
  output: Output,
  top1: number,
  measure: string,
  baselines: readonly { readonly name: string; readonly top1: number }[],
): void {
  for (const { name, top1: other } of baselines) {
    if (other > top1) output.line(paint('yellow', `By ${measure}, what was learnt is behind the ${name}.`));
  }
}

function firstVotes(baselines: readonly OfBaseline<Classification>[]): { name: string; top1: number }[] {
  return baselines.map(({ name, knn }) => ({ name, top1: knn[0]!.top1 }));
}

/** Says what became of test pictures that are in the reference, too. */
export function showShared(output: Output, numShared: number, fate: string): void {
  if (numShared === 0) return;
  output.line(
    paint('yellow', `${plural(numShared, 'test picture is', 'test pictures are')} in the reference, too, and ${fate}.`),
  );
}

/** A table of accuracies. */
export function showClassification(
  output: Output,
  result: Classification,
  baselines: readonly OfBaseline<Classification>[] = [],
): void {
  const { numReference, numTest, classes, isUneven, chance, tau, knn } = result;
  const taus = new Set(knn.map((row) => row.tau));
  output.line(
    `${formatCount(numTest)} test pictures of ${classes.length} classes, by ${formatCount(numReference)} reference pictures, tau ${[...taus].join(', ') || tau}:`,
  );
  const rowsOf = ({ nearest, knn: votes }: Classification, of = ''): [string, Accuracies][] => [
    ...votes.map((row): [string, Accuracies] => [
      `${of}kNN, k = ${row.k}${taus.size > 1 ? `, tau = ${row.tau}` : ''}`,
      row,
    ]),
    [`${of}1-NN`, nearest],
  ];
  const others = baselines.flatMap((baseline) => rowsOf(baseline, `${baseline.name}: `));
  showAccuracies(output, [...rowsOf(result), ...others], { chance, isUneven });
}

/** Rows of accuracies under a heading; balanced accuracy where the sizes of the classes make it differ. */
export function showAccuracies(
  output: Output,
  rows: readonly (readonly [name: string, accuracies: Accuracies])[],
  { chance, isUneven }: Pick<Classification, 'chance' | 'isUneven'>,
): void {
  const width = Math.max(20, ...rows.map(([name]) => name.length + 2));
  const line = (name: string, ...cells: string[]): string =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(9)).join('')}`.trimEnd();
  output.line(paint('dim', line('', 'top-1', 'top-5', ...(isUneven ? ['balanced'] : []))));
  for (const [name, { top1, top5, balanced }] of rows) {
    output.line(line(name, percent(top1), percent(top5), ...(isUneven ? [percent(balanced)] : [])));
  }
  output.line(paint('dim', line('most frequent class', percent(chance))));
}
