/** @file `--measure linear`: logistic regression and a support vector machine on the features. */
import { formatCount, percent, plural } from '../../core/format.js';
import type { LinearAccuracy } from '../../evaluate/linear/linear-accuracy.js';
import { LINEAR_NAMES } from '../../evaluate/linear/linear-loss.js';
import type { OfBaseline } from '../../evaluate/measured-run.js';
import { type Output, paint } from '../output.js';
import { baselinesOrSay, showAccuracies, showBehind, showShared } from './knn-measure.js';
import type { Measure } from './measure.js';

export const linearMeasure: Measure = {
  name: 'linear',
  summary: 'logistic regression and linear SVM on the features',
  needs: ['test'],
  async run(subject) {
    const { measured, options, output } = subject;
    const fitted = [await measured.linear('logistic'), await measured.linear('svm')];
    const baselines = await baselinesOrSay(subject, () => measured.baselineLinear('logistic'));
    output.clear();
    showLinear(output, fitted, baselines);
    const numShared = await measured.numShared();
    showShared(output, numShared, 'were not learnt from');
    const ofKind = Object.fromEntries(fitted.map((result) => [result.kind, result]));
    return { ...ofKind, numShared, ...(options.baselines && { baselines }) };
  },
};

function showLinear(
  output: Output,
  fitted: readonly LinearAccuracy[],
  baselines: readonly OfBaseline<LinearAccuracy>[],
): void {
  const { numReference, numTest, classes } = fitted[0]!;
  output.line(
    `${formatCount(numTest)} test pictures of ${classes.length} classes, by linear classifiers of ${formatCount(numReference)} reference pictures:`,
  );
  showAccuracies(
    output,
    [
      ...fitted.map((result) => [`${LINEAR_NAMES[result.kind]}, C = ${result.chosen}`, result] as const),
      ...baselines.map(
        (result) => [`${result.name}: ${LINEAR_NAMES[result.kind]}, C = ${result.chosen}`, result] as const,
      ),
    ],
    fitted[0]!,
  );
  showBehind(output, fitted[0]!.top1, LINEAR_NAMES.logistic, baselines);
  showChoice(output, fitted);
}

/** How C was chosen. */
function showChoice(output: Output, fitted: readonly LinearAccuracy[]): void {
  const { numValidation, numUnvalidated, chosen } = fitted[0]!;
  if (numValidation === 0) {
    output.line(`No class has two pictures, so that C could not be validated: C = ${chosen} was taken.`);
    return;
  }
  output.line(`C was chosen on ${plural(numValidation, 'reference picture')} put aside:`);
  for (const { kind, candidates } of fitted) {
    const tried = candidates.map(({ c, accuracy }) => `${c}: ${percent(accuracy)}`).join(', ');
    output.line(paint('dim', `  ${LINEAR_NAMES[kind]}, ${tried}`));
  }
  if (numUnvalidated > 0) {
    output.line(`${plural(numUnvalidated, 'class has', 'classes have')} one picture, which was not put aside.`);
  }
  for (const { kind, chosen, isAtEdge, isConverged } of fitted) {
    if (isAtEdge)
      output.line(`${LINEAR_NAMES[kind]}: C = ${chosen} is the last that was tried; beyond it may be a better one.`);
    if (!isConverged) output.line(paint('yellow', `${LINEAR_NAMES[kind]}: stopped before the least loss was reached.`));
  }
}
