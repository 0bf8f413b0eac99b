/** @file What a picture finds: ranking all labelled pictures by their likeness to one of the test. */
import { bestAndWorst } from '../../evaluate/best-and-worst.js';
import { type Retrieval, retrieval } from '../../evaluate/retrieval.js';
import type { Embeddings } from '../../store/embeddings/embeddings-format.js';
import { type Experiment, type GalleryRow, IMAGENET } from '../experiment.js';
import { UNTRAINED } from '../untrained.js';

const KS = [1, 5, 10, 50, 100];
/** Queries shown at either end. */
const SHOWN = 5;
/** Neighbours shown with each. */
const FOUND = 8;

export const retrievalExperiment: Experiment = {
  name: 'retrieval',
  title: 'What a picture finds',
  story: [
    'The plainest way to look at features: take a picture, sort all others by how near their features are, and see what ' +
      'comes first. Precision at k is the part of the first k that are of the picture’s class; mean average precision asks ' +
      'where in the whole ranking the pictures of its class are.',
    'The paper shows queries that succeed for all their neighbours, and queries for which none is of the class. The latter ' +
      'often find what looks alike all the same: the picture of a bird in the sky finds aeroplanes.',
  ],
  remarks: ['The paper shows this on ImageNet, in pictures. It gives no figures for it.'],
  published: IMAGENET,
  runs: [UNTRAINED, { name: 'softmax', label: 'trained encoder', settings: { loss: 'softmax' } }],
  isRanking: false,
  columns: [
    { name: 'trained', title: 'trained', unit: 'share', isOurs: true },
    { name: 'untrained', title: 'untrained', unit: 'share', isOurs: true },
  ],
  paper: {},
  measure: async ({ spec, run, reference, test, signal, onProgress }) => {
    const [rows, queries] = [await reference(), await test()];
    const result = await retrieval(rows, queries, {
      ks: KS,
      backend: run.backend,
      onProgress: (done, of) => onProgress('ranking', done, of),
      ...(signal && { signal }),
    });
    const column = spec.untrained ? 'untrained' : 'trained';
    const row = (label: string, value: number): { label: string; values: Record<string, number> } => ({
      label,
      values: { [column]: value },
    });
    return {
      rows: [
        ...result.ks.map((k, i) => row(`precision at ${k}`, result.precision[i]!)),
        row('mean average precision', result.averagePrecision),
      ],
      ...(!spec.untrained && { gallery: extremes(result, rows, queries) }),
    };
  },
};

function extremes({ perQuery }: Retrieval, reference: Embeddings, test: Embeddings): GalleryRow[] {
  const labels = test.ids.map((_, query) => test.labels?.[query] ?? null);
  const isRelevant = (row: number, query: number): boolean => reference.labels?.[row] === labels[query];
  const { best, worst } = bestAndWorst(perQuery, labels, isRelevant, SHOWN);
  const { indices, k } = perQuery.nearest;
  const rowOf = (query: number, title: string): GalleryRow => ({
    title: `${title}: ${labels[query]}`,
    query: test.ids[query]!,
    found: Array.from(indices.subarray(query * k, (query + 1) * k))
      .filter((row) => row >= 0)
      .slice(0, FOUND)
      .map((row) => ({
        path: reference.ids[row]!,
        caption: reference.labels?.[row] ?? '',
        isRight: isRelevant(row, query),
      })),
  });
  return [
    ...best.map((query) => rowOf(query, 'Among the best')),
    ...worst.map((query) => rowOf(query, 'Among the worst')),
  ];
}
