/** @file How well each stage of an encoder tells classes apart, by a linear classifier and by nearest neighbours. */
import { normalizeRows } from '../core/vector.js';
import type { Picture, Skipped } from '../data/picture.js';
import type { TrainedRun } from '../run/open-run.js';
import { type Classification, classify } from './classify.js';
import { type LinearAccuracy, linearAccuracy } from './linear/linear-accuracy.js';
import { standardizeBy } from './linear/standardize.js';
import { sameRows, withoutShared } from './overlap.js';
import { embedStages, type Stage, stageEncoder } from './stages.js';

export interface StageAccuracy extends Stage {
  /** Multinomial logistic regression. */
  readonly linear: LinearAccuracy;
  readonly knn: Classification;
}

export interface LayerAccuracies {
  /** From the picture on. */
  readonly stages: readonly StageAccuracy[];
  /** Test pictures that are in the reference, too, and are left out of it. */
  readonly numShared: number;
  readonly skipped: { readonly reference: readonly Skipped[]; readonly test: readonly Skipped[] };
}

export interface LayerOptions {
  /** See ClassifyOptions. */
  readonly ks?: readonly number[];
  /** Temperature of the votes; default that of the training. */
  readonly tau?: number | readonly number[];
  /** See LinearOptions. */
  readonly seed?: number;
  /** Called with what is being done, how far it is, and what is counted. */
  readonly onProgress?: (what: string, done: number, of: number, noun: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Measures each stage as the paper does its layers (Table 2 and 3): pooled, each dimension standardized over the
 * reference; for the neighbours, the rows are then brought to length one.
 *
 * @throws {DataError} as `classify`
 * @throws the signal's reason
 */
export async function layerAccuracies(
  run: TrainedRun,
  pictures: { readonly reference: readonly Picture[]; readonly test: readonly Picture[] },
  { ks, tau = run.config.settings.tau, seed, onProgress, signal }: LayerOptions = {},
): Promise<LayerAccuracies> {
  const { backend } = run;
  const telling = (what: string, noun: string) => ({
    ...(onProgress && { onProgress: (done: number, of: number) => onProgress(what, done, of, noun) }),
    ...(signal && { signal }),
  });
  const encoder = await stageEncoder(run);
  const [test, learnt] = await (async () => {
    try {
      return [
        await embedStages(encoder, run, pictures.test, telling('encoding test pictures', 'pictures')),
        await embedStages(encoder, run, pictures.reference, telling('encoding reference pictures', 'pictures')),
      ] as const;
    } finally {
      await encoder.release();
    }
  })();
  const some = (embedded: typeof test) => embedded.embeddings.values().next().value!;
  const same = await sameRows(some(learnt), some(test), signal);

  const stages: StageAccuracy[] = [];
  for (const { name, dim } of encoder.stages) {
    const reference = withoutShared(learnt.embeddings.get(name)!, same);
    const asked = test.embeddings.get(name)!;
    // A stage that is done makes room for the next.
    for (const { embeddings } of [learnt, test]) embeddings.delete(name);
    standardizeBy(reference, asked);
    const options = {
      kind: 'logistic',
      backend,
      ...telling(`fitting to ${name}`, 'classifiers'),
      ...(seed !== undefined && { seed }),
    } as const;
    const linear = await linearAccuracy(reference, asked, options);
    for (const { features } of [reference, asked]) normalizeRows(features, dim);
    const knn = await classify(reference, asked, { tau, backend, ...(ks && { ks }) });
    stages.push({ name, dim, linear, knn });
  }
  return {
    stages,
    numShared: same.filter((rows) => rows.length > 0).length,
    skipped: { reference: learnt.skipped, test: test.skipped },
  };
}
