/** @file `--measure layers`: a linear classifier and nearest neighbours on each stage of the encoder. */
import { formatCount, percent } from '../../core/format.js';
import type { LayerAccuracies } from '../../evaluate/stage-accuracies.js';
import { type Output, paint } from '../output.js';
import { showShared } from './knn-measure.js';
import type { Measure } from './measure.js';

export const layersMeasure: Measure = {
  name: 'layers',
  summary: 'logistic regression and votes on each stage of the encoder, conv1 to conv5 and the features',
  needs: ['reference', 'test'],
  async run({ measured, options: { k: ks, tau }, output }) {
    const result = await measured.layers({ ks, tau });
    output.clear();
    showLayers(output, result);
    return result;
  },
};

function showLayers(output: Output, { stages, numShared }: LayerAccuracies): void {
  const { numReference, numTest, classes } = stages[0]!.linear;
  output.line(
    `${formatCount(numTest)} test pictures of ${classes.length} classes, by what each stage makes of ${formatCount(numReference)} reference pictures:`,
  );
  const isUneven = stages[0]!.linear.isUneven;
  const votes = stages[0]!.knn.knn.map(({ k, tau }, _, all) =>
    all.some((other) => other.tau !== tau) ? `k ${k}, tau ${tau}` : `kNN, k = ${k}`,
  );
  const widths = votes.map((name) => Math.max(14, name.length + 2));
  const line = (
    name: string,
    dim: string,
    linear: string,
    balanced: string,
    c: string,
    cells: readonly string[],
  ): string =>
    `  ${name.padEnd(10)}${dim.padStart(8)}${linear.padStart(9)}${isUneven ? balanced.padStart(10) : ''}${c.padStart(8)}${cells.map((cell, i) => cell.padStart(widths[i]!)).join('')}`;
  output.line(paint('dim', line('', 'numbers', 'linear', 'balanced', 'C', votes)));
  for (const { name, dim, linear, knn } of stages) {
    const cells = knn.knn.map(({ top1 }) => percent(top1));
    output.line(
      line(name, formatCount(dim), percent(linear.top1), percent(linear.balanced), String(linear.chosen), cells),
    );
  }
  output.line(paint('dim', `  most frequent class ${percent(stages[0]!.linear.chance)}`));
  showShared(output, numShared, 'were left out of it');
}
