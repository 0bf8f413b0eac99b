/** @file The library: what the command line does, as functions. The graph layer alone is `instdisc/graph`. */
export * from './core/errors.js';
export type { ScanReport, Skipped } from './data/index.js';
export { type Classification, type ClassifyOptions, classify, type TopAccuracies } from './eval/classify.js';
export { type Embedded, type EmbedOptions, embed, type PictureEncoder } from './eval/embed.js';
export { type Match, type SearchResult, searchPictures } from './eval/search.js';
export { RECIPES, type RecipeName, type Settings } from './method/settings.js';
export type { Neighbours } from './search/neighbours.js';
export type { Embeddings } from './store/embeddings/format.js';
export { readEmbeddings, writeEmbeddings } from './store/embeddings.js';
export { type GivenSettings, type RunConfig, resolveSettings } from './train/config.js';
export type { EpochRecord, Plan, StepReport, TrainEvent } from './train/events.js';
export { exportRun } from './train/export-run.js';
export { type OpenRunOptions, openRun, type TrainedRun } from './train/open-run.js';
export { type TrainOptions, train } from './train/train.js';
