/** @file The observation that the paper starts from: what a classifier ranks next. */
import { type ScanReport, scan } from '../../data/scan/scan.js';
import { type Experiment, type GalleryRow, IMAGENET } from '../experiment.js';
import { type Observation, observe } from '../observation/observe.js';

/** Classes shown with each picture. */
const SHOWN = 5;

export const observationExperiment: Experiment = {
  name: 'observation',
  title: 'What a classifier ranks next',
  story: [
    'Train an ordinary classifier, with labels, and ask it about a picture of a leopard. It says leopard; but look at what ' +
      'it gives the other classes. Jaguar comes next, bookcase comes last. Nobody told it that leopards look like jaguars: ' +
      'it was only ever told which class is right. The likeness is in the pictures themselves.',
    'If likeness between classes appears without being taught, perhaps likeness between pictures does, too, if every ' +
      'picture is made a class of its own. That is the thought the paper starts from.',
  ],
  remarks: ['This run learns from labels. The paper shows it on ImageNet, in pictures, and gives no figures for it.'],
  published: IMAGENET,
  runs: [{ name: 'supervised', label: 'supervised softmax', settings: { loss: 'supervised' } }],
  isRanking: false,
  columns: [
    { name: 'right', title: 'told right', unit: 'share', isOurs: true },
    { name: 'next', title: 'ranks that class next', unit: 'share', isOurs: true },
  ],
  paper: {},
  measure: async ({ run, folders, seed, signal, onProgress }) => {
    const options = signal && { signal };
    const [test, learned] = [await scan([folders.test], options), await scan([folders.train], options)];
    const observed = await observe(run.path, {
      test: test.pictures,
      seed,
      onProgress: (done, of) => onProgress('asking', done, of),
      ...options,
    });
    return {
      rows: observed.byClass.map(({ label, accuracy, next }) => ({
        label: `${label}, then ${next[0]!.label}`,
        values: { right: accuracy, next: next[0]!.share },
      })),
      gallery: galleryOf(observed, learned),
    };
  },
};

/** Each picture with the classes it is given most of, each shown by one of its training pictures. */
function galleryOf({ pictures }: Observation, learned: ScanReport): GalleryRow[] {
  const exampleOf = new Map(learned.pictures.map(({ label, id }) => [label, id]));
  return pictures.map(({ id, label, responses }) => ({
    title: label ?? '',
    query: id,
    found: responses.slice(0, SHOWN).map((response) => ({
      path: exampleOf.get(response.label)!,
      caption: `${response.label} ${(100 * response.probability).toPrecision(2)} %`,
    })),
  }));
}
