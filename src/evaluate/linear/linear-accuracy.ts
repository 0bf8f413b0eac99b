/** @file How well a linear classifier on features tells classes apart; its one hyper-parameter is validated. */
import { DataError } from '../../core/errors.js';
import { gatherRows } from '../../core/vector.js';
import type { Backend } from '../../runtime/device.js';
import { meanRecall, topAccuracy } from '../../search/accuracy.js';
import type { Embeddings } from '../../store/embeddings/embeddings-format.js';
import { chanceOf, isUneven, numberClasses } from '../class-labels.js';
import type { Accuracies } from '../classify.js';
import { softmaxRows } from '../responses.js';
import type { LinearKind } from './linear-loss.js';
import type { LabelledFeatures } from './linear-problem.js';
import { type LinearClassifier, LinearTrainer } from './linear-trainer.js';
import { stratifiedSplit } from './split.js';

/** Values of C that are tried on rows of length one, as long as they help. */
export const CANDIDATES: readonly number[] = [0.01, 0.1, 1, 10, 100, 1000, 10_000];

/** Taken where no class has a picture to spare for validation. */
const DEFAULT_C = 1;

/** Part of the reference that is put aside to choose C. */
const VALIDATION_SHARE = 0.2;

export interface LinearOptions {
  readonly kind: LinearKind;
  readonly backend: Backend;
  /** Of the choice of pictures to validate with; default 1. */
  readonly seed?: number;
  /** Called with the number of classifiers fitted. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** Accuracies are in [0, 1]. */
export interface LinearAccuracy extends Accuracies {
  readonly kind: LinearKind;
  readonly numReference: number;
  readonly numTest: number;
  readonly classes: readonly string[];
  /** Of naming always the most frequent class of the reference. */
  readonly chance: number;
  readonly isUneven: boolean;
  /** The C of best validation accuracy, the least of equals. */
  readonly chosen: number;
  /** Whether a C beyond those tried might be better still. */
  readonly isAtEdge: boolean;
  /** Top-1 accuracy on the validation pictures; empty where there are none. */
  readonly candidates: readonly { readonly c: number; readonly accuracy: number }[];
  readonly numValidation: number;
  /** Classes with one picture, which is not validated with. */
  readonly numUnvalidated: number;
  readonly isConverged: boolean;
}

/**
 * Chooses C on a fifth of the reference, fits it again to the whole, and classifies the test.
 *
 * @param reference rows of length one, or about it
 * @throws {DataError} if either has no labels, the reference has fewer than two classes, or the test has others
 * @throws the signal's reason
 */
export async function linearAccuracy(
  reference: Embeddings,
  test: Embeddings,
  { kind, backend, seed = 1, onProgress, signal }: LinearOptions,
): Promise<LinearAccuracy> {
  const numbered = numberClasses(reference, test);
  const { classes, labels, truth } = numbered;
  const numClasses = classes.length;
  const { dim } = reference;
  if (test.dim !== dim) throw new DataError(`test: expected features of ${dim} numbers, got ${test.dim}.`);
  const all = pick(reference.features, dim, labels, places(labels));
  const { train, validation, numUnvalidated } = stratifiedSplit(all.labels, numClasses, VALIDATION_SHARE, seed);
  const trainer = await LinearTrainer.create({ kind, dim, numClasses, numRows: all.labels.length }, backend);
  const options = signal ? { signal } : {};

  try {
    const learnt = await trainer.trainingSet(pick(all.features, dim, all.labels, train));
    const held = pick(all.features, dim, all.labels, validation);
    const candidates: Candidate[] = [];
    const numFits = CANDIDATES.length + 1;
    for (const c of validation.length > 0 ? CANDIDATES : []) {
      if (isPast(candidates)) break;
      onProgress?.(candidates.length, numFits);
      const start = candidates.at(-1)?.classifier;
      const classifier = await trainer.train(learnt, { c, ...(start && { start }), ...options });
      const shares = softmaxRows(await trainer.scores(classifier, held.features), numClasses);
      const accuracy = topAccuracy({ shares, numClasses, truth: held.labels, top: 1 });
      candidates.push({ c, classifier, accuracy });
    }
    const best = bestOf(candidates);
    const chosen = best?.c ?? DEFAULT_C;
    onProgress?.(numFits - 1, numFits);
    const fitted = await trainer.train(await trainer.trainingSet(all), {
      c: chosen,
      ...(best && { start: best.classifier }),
      ...options,
    });
    const ranked = { shares: softmaxRows(await trainer.scores(fitted, test.features), numClasses), numClasses, truth };
    return {
      kind,
      numReference: all.labels.length,
      numTest: places(truth).length,
      classes,
      chance: chanceOf(numbered),
      isUneven: isUneven(numbered),
      top1: topAccuracy({ ...ranked, top: 1 }),
      top5: topAccuracy({ ...ranked, top: 5 }),
      balanced: meanRecall(ranked),
      chosen,
      isAtEdge: best !== undefined && (chosen === CANDIDATES[0] || chosen === CANDIDATES.at(-1)),
      candidates: candidates.map(({ c, accuracy }) => ({ c, accuracy })),
      numValidation: validation.length,
      numUnvalidated,
      isConverged: fitted.isConverged,
    };
  } finally {
    await trainer.release();
  }
}

interface Candidate {
  readonly c: number;
  readonly accuracy: number;
  readonly classifier: LinearClassifier;
}

/** The first of the most accurate. */
function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>((a, b) => (a && a.accuracy >= b.accuracy ? a : b), undefined);
}

/** Whether the last two were worse than one before: accuracy rises with C and falls again, and each takes longer. */
function isPast(candidates: readonly Candidate[]): boolean {
  const best = bestOf(candidates)?.accuracy ?? 0;
  return candidates.length > 2 && candidates.slice(-2).every(({ accuracy }) => accuracy < best);
}

/** The places that have a label. */
function places(labels: Int32Array): Int32Array {
  return Int32Array.from(labels.keys()).filter((i) => labels[i]! >= 0);
}

function pick(features: Float32Array, dim: number, labels: Int32Array, rows: Int32Array): LabelledFeatures {
  if (rows.length === labels.length) return { features, labels };
  return { features: gatherRows(features, rows, dim), labels: rows.map((row) => labels[row]!) };
}
