/** @file What a picture finds: ranking all labelled pictures by their likeness to one of the test. */
import { type AnsweredQuery, bestAndWorstQueries } from '../../evaluate/best-and-worst.js';
import type { MeasuredRun } from '../../evaluate/measured-run.js';
import type { Retrieval } from '../../evaluate/retrieval.js';
import { type Experiment, type GalleryRow, IMAGENET } from '../experiment.js';
import { UNTRAINED } from '../untrained.js';

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
  measure: async (measured, spec) => {
    const result = await measured.retrieval();
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
      ...(!spec.untrained && { gallery: await galleryOf(measured, result) }),
    };
  },
};

async function galleryOf(measured: MeasuredRun, { perQuery }: Retrieval): Promise<GalleryRow[]> {
  const [reference, test] = [await measured.reference(), await measured.test()];
  const { best, worst } = bestAndWorstQueries(perQuery, reference, test, SHOWN);
  const row =
    (title: string) =>
    ({ path, label, found }: AnsweredQuery): GalleryRow => ({
      title: `${title}: ${label}`,
      query: path,
      found: found.slice(0, FOUND).map(({ path, label, isRight }) => ({ path, caption: label ?? '', isRight })),
    });
  return [...best.map(row('Among the best')), ...worst.map(row('Among the worst'))];
}
