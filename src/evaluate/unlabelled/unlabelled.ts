/** @file What can be said of a run's features without any labels. */
import { DataError } from '../../core/errors.js';
import { gatherRows } from '../../core/vector.js';
import type { Skipped } from '../../data/picture.js';
import { openEarlierEncoder } from '../../run/earlier-encoder.js';
import type { TrainedRun } from '../../run/open-run.js';
import { type Sample, sampleOfFolder, sampleOfRun } from '../sampled-pictures.js';
import { alignment } from './alignment.js';
import { effectiveRank } from './effective-rank.js';
import { meanNorm, meanPositiveSimilarity, uniformity } from './health.js';
import { type SelfRetrieval, selfRetrieval } from './self-retrieval.js';
import { neighbourStability, type Stability } from './stability.js';
import { type ViewFeatures, viewFeatures } from './view-features.js';

/** Pictures looked at where nothing else is said. */
export const SAMPLE = 2000;
/** Neighbours whose stability is measured. */
const NUM_NEIGHBOURS = 10;
/** An effective rank below this is that of one feature and rounding. */
const COLLAPSED = 1 + 1e-5;

/** What `missing` may give a reason for. */
export type UnlabelledName = 'uniformity' | 'stability' | 'selfRetrieval' | 'bankSimilarity';

/** Measures are null where there is a reason in `missing`. */
export interface Unlabelled {
  readonly numPictures: number;
  /** The pictures were drawn from so many. */
  readonly of: number;
  /** Mean squared distance of two augmented views of a picture. */
  readonly alignment: number;
  readonly uniformity: number | null;
  readonly effectiveRank: number;
  /** What the effective rank can be at most. */
  readonly fullRank: number;
  /** Of the neighbours at the newest checkpoint and the one before, which are those of `steps`. */
  readonly stability: (Stability & { readonly steps: readonly [number, number] }) | null;
  /** By an augmented view, among the pictures as they are. */
  readonly selfRetrieval: SelfRetrieval | null;
  readonly norm: number;
  /** Mean cosine of a picture's feature and its row in the bank. */
  readonly bankSimilarity: number | null;
  readonly missing: Readonly<Partial<Record<UnlabelledName, string>>>;
  readonly skipped: readonly Skipped[];
}

export interface UnlabelledOptions {
  /** Pictures to measure with; default those that the run was trained on. */
  readonly folder?: string | undefined;
  /** Words for what is left out of the folder, as `ScanRules` has them. */
  readonly exclude?: readonly string[] | undefined;
  /** Most pictures that are looked at, ≥ 1; drawn at random. */
  readonly sample?: number | undefined;
  readonly seed?: number | undefined;
  /** Called with the number of pictures encoded. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Measures a run without labels: on pictures as evaluation sees them and on views as training sees them.
 *
 * @throws {DataError} if there is no picture that can be read, or a feature is NaN
 * @throws the signal's reason
 */
export async function measureUnlabelled(
  opened: TrainedRun,
  { folder, exclude = [], sample: count = SAMPLE, seed = 1, onProgress, signal }: UnlabelledOptions = {},
): Promise<Unlabelled> {
  // The readout repairs in part what these are to find.
  const run = { ...opened, ...opened.trainedEncoder };
  const earlier = await openEarlierEncoder(run);
  try {
    const drawing = { count, seed, signal };
    const sample =
      folder === undefined
        ? await sampleOfRun(run, drawing)
        : await sampleOfFolder(folder, run, { ...drawing, exclude });
    const features = await viewFeatures(run, sample.pictures, {
      earlier: earlier?.encode,
      seed,
      onProgress: (done) => onProgress?.(done + sample.skipped.length, sample.count),
    });
    check(features, sample, folder ?? run.path);
    return await measure(run, features, sample, folder === undefined, earlier?.steps, signal);
  } finally {
    await earlier?.release();
  }
}

function check({ rows, plain, views, earlier }: ViewFeatures, { skipped: [broken] }: Sample, path: string): void {
  if (rows.length === 0) {
    throw new DataError(`${path}: expected a picture that can be decoded, got ${broken?.path}: ${broken?.reason}.`);
  }
  if ([plain, ...views, earlier].some((features) => features.some(Number.isNaN))) {
    throw new DataError(
      `${path}: expected features that are numbers, got NaN. The training has diverged: lower its lr.`,
    );
  }
}

async function measure(
  { dim, bank, backend }: TrainedRun,
  { rows, plain, views, earlier }: ViewFeatures,
  { of, skipped }: Sample,
  isTrainedOn: boolean,
  steps: readonly [number, number] | undefined,
  signal: AbortSignal | undefined,
): Promise<Unlabelled> {
  const n = rows.length;
  const rank = effectiveRank(plain, dim);
  const alone = n < 2 ? 'needs two pictures or more' : undefined;
  const collapsed = rank < COLLAPSED ? 'all features are the same, so that none is nearer than another' : undefined;
  const missing = Object.fromEntries(
    Object.entries({
      uniformity: alone,
      stability: alone ?? collapsed ?? (steps === undefined ? 'needs two checkpoints, and the run has one' : undefined),
      selfRetrieval: alone ?? collapsed,
      bankSimilarity: isTrainedOn ? undefined : 'the memory bank has rows for the pictures of the training only',
    } satisfies Record<UnlabelledName, string | undefined>).filter(([, reason]) => reason !== undefined),
  );
  const unless = async <T>(name: UnlabelledName, value: () => T | Promise<T>): Promise<T | null> =>
    missing[name] === undefined ? value() : null;
  return {
    numPictures: n,
    of,
    alignment: alignment(...views, dim),
    uniformity: await unless('uniformity', () => uniformity(plain, dim)),
    effectiveRank: rank,
    fullRank: Math.min(n, dim),
    stability: await unless('stability', async () => ({
      ...(await neighbourStability(earlier, plain, { dim, k: NUM_NEIGHBOURS, backend })),
      steps: steps!,
    })),
    selfRetrieval: await unless('selfRetrieval', () => selfRetrieval(views[0], plain, { dim, backend, signal })),
    norm: meanNorm(plain, dim),
    bankSimilarity: await unless('bankSimilarity', () =>
      meanPositiveSimilarity(plain, gatherRows(bank.features, rows, bank.dim), dim),
    ),
    missing,
    skipped,
  };
}
