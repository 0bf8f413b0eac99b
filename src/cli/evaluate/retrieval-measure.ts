/** @file `--measure retrieval`: where in the ranking of the reference the pictures of a query's class are. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatCount } from '../../core/format.js';
import { printable } from '../../core/printable.js';
import { bestAndWorst } from '../../evaluate/best-and-worst.js';
import { type Retrieval, retrieval } from '../../evaluate/retrieval.js';
import type { RetrievalScores } from '../../evaluate/retrieval-scores.js';
import type { Embedded } from '../../run/embed.js';
import { type MontageRow, writeMontage } from '../montage.js';
import { type Output, paint } from '../output.js';
import { percent, plural, shortPath } from '../words.js';
import { showShared } from './knn-measure.js';
import type { Measure } from './measures.js';

/** Queries in each half of the montage. */
const NUM_QUERIES = 5;
const NAME = 20;
const CELL = 9;

export const retrievalMeasure: Measure = {
  name: 'retrieval',
  summary: 'precision at k and mAP: how well a test picture finds those of its class in the reference',
  needs: ['test'],
  async run(subject) {
    const { trained, options, output, signal } = subject;
    const { montage } = options;
    // Made first: nobody wants to learn at the end of minutes that the picture cannot be written.
    if (montage !== undefined) await mkdir(dirname(montage), { recursive: true });
    const reference = await subject.reference();
    const test = await subject.test();
    const same = await subject.sameRows();
    const result = await retrieval(reference, test, {
      same,
      ...(options.precisionAt && { ks: options.precisionAt }),
      backend: trained.backend,
      signal,
      onProgress: subject.progress('ranking', 'queries'),
    });
    output.clear();
    showRetrieval(output, result);
    const numShared = same.filter((rows) => rows.length > 0).length;
    showShared(output, numShared, 'did not look for themselves');
    const rows = extremes(result, reference, test);
    if (montage !== undefined) {
      await writeMontage(montage, [...rows.best, ...rows.worst], { frames: true });
      output.line(`Best and worst queries drawn: ${shortPath(montage)}`);
    }
    const { perQuery, ...scores } = result;
    const idsOf = (part: readonly MontageRow[]): string[] => part.map(({ query }) => query);
    return { ...scores, numShared, best: idsOf(rows.best), worst: idsOf(rows.worst) };
  },
};

/** A table, a class a row. */
function showRetrieval(output: Output, result: Retrieval): void {
  const { numQueries, numReference, numWithout, ks, chance, classMean, perClass } = result;
  output.line(`${formatCount(numQueries)} queries in ${formatCount(numReference)} reference pictures:`);
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(NAME)}${cells.map((cell) => cell.padStart(CELL)).join('')}`;
  const scores = ({ precision, rPrecision, averagePrecision }: RetrievalScores): string[] =>
    [...precision, rPrecision, averagePrecision].map(percent);
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

/** Rows of a montage of the queries at either end. */
function extremes(
  { perQuery }: Retrieval,
  reference: Embedded,
  test: Embedded,
): { readonly best: readonly MontageRow[]; readonly worst: readonly MontageRow[] } {
  const labels = test.ids.map((_, query) => test.labels?.[query] ?? null);
  const isRelevant = (row: number, query: number): boolean => reference.labels?.[row] === labels[query];
  const { indices, scores, k } = perQuery.nearest;
  const { best, worst } = bestAndWorst(perQuery, labels, isRelevant, NUM_QUERIES);
  const rowsOf = (queries: readonly number[], section: string): MontageRow[] =>
    queries.map((query, i) => ({
      query: test.ids[query]!,
      title: labels[query] ?? undefined,
      section: i === 0 ? section : undefined,
      neighbours: Array.from(indices.subarray(query * k, (query + 1) * k), (row, place) => ({ row, place }))
        .filter(({ row }) => row >= 0)
        .map(({ row, place }) => ({
          path: reference.ids[row]!,
          similarity: scores[query * k + place]!,
          label: reference.labels?.[row] ?? undefined,
          correct: isRelevant(row, query),
        })),
    }));
  return { best: rowsOf(best, 'Best queries'), worst: rowsOf(worst, 'Worst queries') };
}
