/**
 * @file `instdisc`: what the command line does, as functions. The engine has entries of its own, see docs/library.md.
 *
 * @packageDocumentation
 */

export type { Collection, CollectionPicture, FeatureSource, SearchSource } from './collection/collection.js';
export {
  type CalibratedRun,
  type CalibrateOptions,
  type DuplicateCalibration,
  duplicateCalibration,
} from './collection/duplicate-calibration.js';
export { type DuplicateGroups, groupsAt, type RowGroup } from './collection/duplicate-groups.js';
export { type DuplicateOptions, type DuplicatePairs, duplicatePairs, pairsAt } from './collection/duplicates.js';
export { type IndexOptions, type IndexReport, indexPictures } from './collection/index/index-pictures.js';
export { openMap } from './collection/map/map-file.js';
export { mapTable } from './collection/map/map-table.js';
export type { MapOptions, PictureMap } from './collection/map/picture-map.js';
export { type NearestOptions, nearestOfEach } from './collection/nearest-of-each.js';
export { openCollection, openSearchSource } from './collection/open-collection.js';
export { mostIsolated, outlierScores } from './collection/outliers.js';
export { type LabelProposals, type ProposeOptions, proposeLabels, type RowProposal } from './collection/propose.js';
export { type Match, type SearchResult, searchPictures } from './collection/search.js';
export * from './core/errors.js';
export { READINGS, type Reading, type ReadingCount } from './data/decode/readings.js';
export type { LabelReport } from './data/labels/label-match.js';
export { readLabels } from './data/labels/labels.js';
export type { Alias, Picture, Rgb, Skipped } from './data/picture.js';
export { type ScanReport, scan } from './data/scan/scan.js';
export { type DatasetOptions, drawDataset } from './data/synthetic/dataset.js';
export { KIND_NAMES, type KindName } from './data/synthetic/kinds.js';
export { drawPicture } from './data/synthetic/synthetic-picture.js';
export { type Augmentation, Augmenter } from './data/transform/augment.js';
export { type Classification, type ClassifyOptions, classify, type TopAccuracies } from './evaluate/classify.js';
export { type Retrieval, type RetrievalOptions, retrieval } from './evaluate/retrieval.js';
export { type SupervisedAccuracy, supervisedAccuracy } from './evaluate/supervised-accuracy.js';
export { measureUnlabelled, type Unlabelled, type UnlabelledOptions } from './evaluate/unlabelled/unlabelled.js';
export { type Observation, type ObserveOptions, observe } from './experiments/observation/observe.js';
export { type FineTuneOptions, fineTune } from './experiments/semi-supervised/fine-tune.js';
export { labelledSubset } from './experiments/semi-supervised/labelled-subset.js';
export { type SemiSupervised, semiSupervised } from './experiments/semi-supervised/semi-supervised.js';
export type { SemiSupervisedOptions } from './experiments/semi-supervised/semi-supervised-options.js';
export type { DifferenceName } from './method/alike.js';
export { RECIPES, type RecipeName } from './method/recipes.js';
export type { Settings } from './method/settings.js';
export type { WeightsReport } from './nn/init-weights.js';
export { openClassifier, type Responses, type TrainedClassifier } from './run/classifier.js';
export { type GivenSettings, type RunConfig, resolveSettings } from './run/config.js';
export { type Embedded, type EmbedOptions, embed, type PictureEncoder } from './run/embed.js';
export type { EpochRecord, Plan, StepReport, TrainEvent } from './run/events.js';
export { exportRun } from './run/export-run.js';
export type { LoadedEncoder } from './run/load-encoder.js';
export { type OpenRunOptions, openRun, type TrainedRun } from './run/open-run.js';
export type { RunEmbeddings } from './run/run-embeddings.js';
export type { Neighbours } from './search/neighbours.js';
export { type ExportSiteOptions, exportSite } from './server/export-site.js';
export { listen, type RunningServer, type ServerOptions } from './server/listen.js';
export { PAGE } from './server/page.js';
export { openRemote as openService } from './server/remote.js';
export type { Service } from './server/run-service.js';
export { readEmbeddings, writeEmbeddings } from './store/embeddings/embeddings.js';
export type { Embeddings } from './store/embeddings/embeddings-format.js';
export { type TrainOptions, train } from './train/train.js';
