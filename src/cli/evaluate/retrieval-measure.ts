/** @file `--measure retrieval`: where in the ranking of the reference the pictures of a query's class are. */
import { dirname } from 'node:path';
import { formatCount, percent, plural } from '../../core/format.js';
import { printable } from '../../core/printable.js';
import { type AnsweredQuery, bestAndWorstQueries } from '../../evaluate/best-and-worst.js';
import type { Retrieval } from '../../evaluate/retrieval.js';
import type { RetrievalScores } from '../../evaluate/retrieval-scores.js';
import { makeFolder } from '../../store/files/make-folder.js';
import type { MontageRow } from '../montage.js';
import { type Output, paint } from '../output.js';
import { drawRunMontage } from '../run-montage.js';
import { shortPath } from '../words.js';
import { showShared } from './knn-measure.js';
import type { Measure } from './measure.js';

/** Queries in each half of the montage. */
const NUM_QUERIES = 5;
const NAME = 20;
const CELL = 9;

export const retrievalMeasure: Measure = {
  name: 'retrieval',
  summary: 'precision at k and mAP: how well a test picture finds those of its class in the reference',
  needs: ['test'],
  async run({ measured, options: { montage, precisionAt }, output }) {
    // Made first: nobody wants to learn at the end of minutes that the picture cannot be written.
    if (montage !== undefined) await makeFolder(dirname(montage));
    const { perQuery, ...scores } = await measured.retrieval(precisionAt);
    output.clear();
    showRetrieval(output, scores);
    const numShared = await measured.numShared();
    showShared(output, numShared, 'did not look for themselves');
    const [reference, test] = [await measured.reference(), await measured.test()];
    const { best, worst } = bestAndWorstQueries(perQuery, reference, test, NUM_QUERIES);
    if (montage !== undefined) {
      const rows = [...montageRows(best, 'Best queries'), ...montageRows(worst, 'Worst queries')];
      await drawRunMontage(output, montage, rows, measured.run.path, { frames: true });
      output.line(`Best and worst queries drawn: ${shortPath(montage)}`);
    }
    const pathsOf = (queries: readonly AnsweredQuery[]): string[] => queries.map(({ path }) => path);
    return { ...scores, numShared, best: pathsOf(best), worst: pathsOf(worst) };
  },
};

/** A table, a class a row. */
function showRetrieval(output: Output, result: Omit<Retrieval, 'perQuery'>): void {
  const { numQueries, numReference, numWithout, ks, chance, classMean, perClass } = result;
  output.line(`${formatCount(numQueries)} queries in ${formatCount(numReference)} reference pictures:`);
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(NAME)}${cells.map((cell) => cell.padStart(CELL)).join('')}`;
  const scores = ({ precision, rPrecision, averagePrecision }: RetrievalScores): string[] =>
    [...precision, rPrecision, averagePrecision].map((share) => percent(share));
  output.line(paint('dim', row('', [...ks.map((k) => `P@${k}`), 'P@R', 'mAP'])));
  output.line(row('all queries', scores(result)));
  if (perClass.length > 1) output.line(row('mean of the classes', scores(classMean)));
  for (const scored of perClass) output.line(row(printable(scored.label).slice(0, NAME - 1), scores(scored)));
  output.line(
    paint(
      'dim',
      row(
        'by chance',
        ks.map(() => percent(chance)),
      ),
    ),
  );
  if (chance === 1) output.line(paint('yellow', '  The reference has one class only: every order of it is right.'));
  if (numWithout > 0) {
    output.line(paint('yellow', `  ${plural(numWithout, 'query', 'queries')} of no class in the reference left out`));
  }
}

/** Queries of one end as rows of a montage. */
function montageRows(queries: readonly AnsweredQuery[], section: string): MontageRow[] {
  return queries.map(({ path, label, found }, i) => ({
    query: path,
    title: label ?? undefined,
    section: i === 0 ? section : undefined,
    neighbours: found.map(({ label, isRight, ...shown }) => ({
      ...shown,
      label: label ?? undefined,
      correct: isRight,
    })),
  }));
}
