/** @file The data layer: from files to batches. */

export type { Augmentation } from './augment.js';
export { openCache, type PictureCache } from './cache.js';
export { buildCache, type CacheOptions, type CacheReport, type Same } from './cache-build.js';
export { cacheDifferences, cachedIds } from './cache-compare.js';
export { checksumsDigest } from './cache-files.js';
export { cacheShortSide, contentKey } from './cache-format.js';
export type { TestTransform } from './centre-crop.js';
export type { PerChannel } from './colour.js';
export { decodePicture } from './decode.js';
export { cachedEvalBatches, type EvalBatch, type EvalOptions, evalBatches } from './eval-batches.js';
export { openable } from './file-name.js';
export { type LabelReport, matchLabels } from './label-match.js';
export { readLabels } from './labels.js';
export { type Batch, Loader, type LoaderOptions } from './loader.js';
export { openImage } from './open-image.js';
export type { Alias, Picture, Rgb, Skipped } from './picture.js';
export { READINGS, type Reading, type ReadingCount, ReadingTally } from './readings.js';
export { Sampler, type SamplerOptions } from './sampler.js';
export { MAX_PIXELS, type ScanOptions, type ScanReport, scan } from './scan.js';
export { readWeights } from './weights.js';
