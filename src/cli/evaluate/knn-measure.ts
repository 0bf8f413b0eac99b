/** @file `--measure knn`: votes of the nearest labelled pictures. */
import { formatCount, percent, plural } from '../../core/format.js';
import type { Accuracies, Classification } from '../../evaluate/classify.js';
import { type Output, paint } from '../output.js';
import type { Measure } from './measure.js';

export const knnMeasure: Measure = {
  name: 'knn',
  summary: 'votes of the nearest labelled pictures, and the class of the nearest (default)',
  needs: ['test'],
  async run({ measured, options: { k: ks, tau }, output }) {
    const result = await measured.votes({ ks, tau });
    showClassification(output, result);
    if (Math.max(...ks) > result.numReference) {
      output.line(`There are no more than ${plural(result.numReference, 'picture')} to vote: k was cut to that.`);
    }
    const numShared = await measured.numShared();
    showShared(output, numShared, 'did not vote for themselves');
    return { ...result, numShared };
  },
};

/** Says what became of test pictures that are in the reference, too. */
export function showShared(output: Output, numShared: number, fate: string): void {
  if (numShared === 0) return;
  output.line(
    paint('yellow', `${plural(numShared, 'test picture is', 'test pictures are')} in the reference, too, and ${fate}.`),
  );
}

/** A table of accuracies. */
export function showClassification(output: Output, result: Classification): void {
  const { numReference, numTest, classes, isUneven, chance, tau, nearest, knn } = result;
  const taus = new Set(knn.map((row) => row.tau));
  output.line(
    `${formatCount(numTest)} test pictures of ${classes.length} classes, by ${formatCount(numReference)} reference pictures, tau ${[...taus].join(', ') || tau}:`,
  );
  showAccuracies(
    output,
    [
      ...knn.map((row) => [taus.size > 1 ? `kNN, k = ${row.k}, tau = ${row.tau}` : `kNN, k = ${row.k}`, row] as const),
      ['1-NN', nearest],
    ],
    { chance, isUneven },
  );
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
