/** @file From files to features. */
import { DataError } from '../core/errors.js';
import type { Shares } from '../core/shares.js';
import { evalBatches } from '../data/batches/eval-batches.js';
import { type ReadingCount, ReadingTally } from '../data/decode/readings.js';
import type { LabelReport } from '../data/labels/label-match.js';
import type { Alias, Skipped } from '../data/picture.js';
import type { Excluded } from '../data/scan/exclusion.js';
import { scan } from '../data/scan/scan.js';
import { type ScanRules, USUAL_RULES, withExcluded } from '../data/scan/scan-rules.js';
import type { TestTransform } from '../data/transform/centre-crop.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { type Encode, extractFeatures } from './features.js';

/** Pictures encoded at once. */
export const ENCODE_BATCH = 100;

/** An encoder, and how pictures are brought into the form it expects. */
export interface PictureEncoder {
  readonly encode: Encode;
  readonly dim: number;
  readonly transform: TestTransform;
  /** SHA-256 of the encoder, if it is known. */
  readonly encoderKey?: string;
}

/** The encoder of a run, whose pictures were looked for in some way; so are others. */
export interface RunEncoder extends PictureEncoder {
  readonly config?: { readonly scan: ScanRules };
}

export interface EmbedOptions {
  /** Words for files and folders that are left out beside those that the run leaves out, as `ScanRules` has them. */
  readonly exclude?: readonly string[];
  /** Label by picture id; default the folder names. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Called with the number of files looked at, while their number is not known, then with the pictures done. */
  readonly onProgress?: (done: number, of?: number) => void;
  readonly signal?: AbortSignal;
}

export interface EmbedPartOptions extends EmbedOptions {
  /** Only pictures of these shares; default all. */
  readonly shares?: Shares | undefined;
}

/** Features of the pictures that could be read, and the files that could not. */
export interface Embedded extends Embeddings {
  readonly skipped: readonly Skipped[];
  /** How pictures were read, where there is something to tell. */
  readonly readings: readonly ReadingCount[];
  readonly aliases: readonly Alias[];
  /** What was left out by name. */
  readonly excluded: readonly Excluded[];
  /** What became of the labels that were given; absent where none were. */
  readonly labelReport?: LabelReport;
}

/** How pictures are looked for that a run is asked about. */
export function rulesFor(
  { config }: Pick<RunEncoder, 'config'>,
  paths: readonly string[],
  { exclude = [] }: Pick<EmbedOptions, 'exclude'>,
): ScanRules {
  return withExcluded(config?.scan ?? USUAL_RULES, exclude, paths);
}

/**
 * Encodes all pictures below some paths, in the order of their ids.
 *
 * @throws {DataError} if a path does not exist or there is no picture that can be read
 * @throws the signal's reason
 */
export async function embed(
  encoder: RunEncoder,
  paths: readonly string[],
  options: EmbedPartOptions = {},
): Promise<Embedded> {
  const { labels: labelOf, shares, onProgress, signal } = options;
  const found = await scan(paths, {
    rules: rulesFor(encoder, paths, options),
    ...(labelOf && { labels: labelOf }),
    ...(shares && { shares }),
    ...(onProgress && { onProgress: (done) => onProgress(done) }),
    ...(signal && { signal }),
  });
  const of = found.pictures.length;
  const broken: Skipped[] = [];
  const readings = new ReadingTally();
  const batches = evalBatches(found.pictures, {
    ...encoder.transform,
    batch: ENCODE_BATCH,
    onSkip: (skipped) => broken.push(skipped),
    onRead: (id, some) => readings.add(id, some),
    ...(signal && { signal }),
  });
  const { pictures, features } = await extractFeatures(batches, encoder.encode, encoder.dim, (done) =>
    onProgress?.(done + broken.length, of),
  );
  // Of a share there may be none.
  if (pictures.length === 0 && (shares === undefined || broken.length > 0)) {
    throw new DataError(
      `${paths.join(', ')}: expected a picture that can be decoded, got ${broken[0]?.path}: ${broken[0]?.reason}.`,
    );
  }
  const labels = pictures.map(({ label }) => label ?? null);
  return {
    ids: pictures.map(({ id }) => id),
    ...(labels.some((label) => label !== null) && { labels }),
    features,
    dim: encoder.dim,
    ...(encoder.encoderKey && { encoderKey: encoder.encoderKey }),
    skipped: [...found.skipped, ...broken],
    readings: readings.counts,
    aliases: found.aliases,
    excluded: found.excluded,
    ...(found.labels && { labelReport: found.labels }),
  };
}
