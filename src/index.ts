/**
 * @file `instdisc`: what the command line does, as functions. The engine has entries of its own, see docs/library.md.
 *
 * @packageDocumentation
 */

export type {
  Collection,
  CollectionPicture,
  FeatureSource,
  FoundPicture,
  KnownPicture,
  SearchSource,
} from './collection/collection.js';
export {
  type CalibratedRun,
  type CalibrateOptions,
  type DuplicateCalibration,
  duplicateCalibration,
} from './collection/duplicates/duplicate-calibration.js';
export { type DuplicateGroups, groupsAt, type RowGroup } from './collection/duplicates/duplicate-groups.js';
export {
  type DuplicateOptions,
  type DuplicatePairs,
  duplicatePairs,
  pairsAt,
} from './collection/duplicates/duplicates.js';
export { type FollowedRun, followIndex } from './collection/index/follow-index.js';
export {
  type IndexingRun,
  type IndexOptions,
  type IndexReport,
  indexPictures,
} from './collection/index/index-pictures.js';
export type { IndexChanges } from './collection/index/index-update.js';
export { type OpenMapOptions, openMap } from './collection/map/map-file.js';
export { mapTable } from './collection/map/map-table.js';
export type { MapOptions, PictureMap } from './collection/map/picture-map.js';
export { type NearestOptions, nearestOfEach } from './collection/nearest-of-each.js';
export { type CollectionRun, openCollection, openSearchSource } from './collection/open-collection.js';
export { mostIsolated, outlierScores } from './collection/outliers.js';
export { type LabelProposals, type ProposeOptions, proposeLabels, type RowProposal } from './collection/propose.js';
export { type Match, type SearchResult, searchPictures } from './collection/search.js';
export type { CsvStyle } from './core/csv-write.js';
export * from './core/errors.js';
export { Random } from './core/random.js';
export { READINGS, type Reading, type ReadingCount } from './data/decode/readings.js';
export type { LabelReport } from './data/labels/label-match.js';
export { type LabelTable, readLabels } from './data/labels/labels.js';
export type { Alias, Picture, Planes, Rgb, Skipped } from './data/picture.js';
export { type ScanOptions, type ScanReport, scan } from './data/scan/scan.js';
export { type DatasetOptions, drawDataset } from './data/synthetic/dataset.js';
export { KIND_NAMES, type KindName } from './data/synthetic/kinds.js';
export { drawPicture } from './data/synthetic/synthetic-picture.js';
export { type Augmentation, Augmenter, type Turns } from './data/transform/augment.js';
export type { TestTransform } from './data/transform/centre-crop.js';
export type { PerChannel } from './data/transform/normalise.js';
export type { Fit } from './data/transform/pad.js';
export {
  type Accuracies,
  type Classification,
  type ClassifyOptions,
  classify,
  type TopAccuracies,
} from './evaluate/classify.js';
export { type Retrieval, type RetrievalOptions, retrieval } from './evaluate/retrieval.js';
export type { QueryScores, RetrievalScores } from './evaluate/retrieval-scores.js';
export { type SupervisedAccuracy, supervisedAccuracy } from './evaluate/supervised-accuracy.js';
export type { SelfRetrieval } from './evaluate/unlabelled/self-retrieval.js';
export type { Stability } from './evaluate/unlabelled/stability.js';
export {
  measureUnlabelled,
  type Unlabelled,
  type UnlabelledName,
  type UnlabelledOptions,
} from './evaluate/unlabelled/unlabelled.js';
export type { ClassObservation, ObservedPicture } from './experiments/observation/observation.js';
export { type Observation, type ObserveOptions, observe } from './experiments/observation/observe.js';
export {
  type FineTuneBudget,
  type FineTuneOptions,
  fineTune,
  type Start,
} from './experiments/semi-supervised/fine-tune.js';
export { labelledSubset } from './experiments/semi-supervised/labelled-subset.js';
export { type SemiSupervised, semiSupervised } from './experiments/semi-supervised/semi-supervised.js';
export type {
  SemiSupervisedOptions,
  SemiSupervisedProgress,
  SemiSupervisedRow,
} from './experiments/semi-supervised/semi-supervised-options.js';
export type { DifferenceName } from './method/alike.js';
export { RECIPES, type RecipeName } from './method/recipes.js';
export type { Settings } from './method/settings.js';
export type { WeightsReport } from './nn/init-weights.js';
export { openClassifier, type RespondOptions, type Responses, type TrainedClassifier } from './run/classifier.js';
export { type Asked, type GivenSettings, type RunConfig, resolveSettings } from './run/config.js';
export { type Embedded, type EmbedOptions, embed, type PictureEncoder } from './run/embed.js';
export type { EpochRecord, Plan, QueryRecord, StepReport, TrainEvent } from './run/events.js';
export { exportRun } from './run/export-run.js';
export type { Encode } from './run/features.js';
export type { LoadedEncoder } from './run/load-encoder.js';
export { type OpenRunOptions, openRun, type TrainedRun } from './run/open-run.js';
export type { RunEmbeddings } from './run/run-embeddings.js';
export type { RowBeginning, RunUpdate } from './run/run-update.js';
export type { FoundChanges } from './run/update/found-changes.js';
export type { PictureCounts } from './run/update/picture-changes.js';
export {
  type UpdateDecision,
  type UpdatedPictures,
  type UpdatePicturesOptions,
  updateRows,
} from './run/update/update-pictures.js';
export type { Neighbours } from './search/neighbours.js';
export { type ExportedSite, type ExportSiteOptions, exportSite } from './server/export-site.js';
export { listen, type RunningServer, type ServerOptions } from './server/listen.js';
export { PAGE } from './server/page.js';
export type { Rate } from './server/rate.js';
export { openRemote as openService } from './server/remote.js';
export type { Service } from './server/run-service.js';
export { readEmbeddings, writeEmbeddings } from './store/embeddings/embeddings.js';
export type { Embeddings } from './store/embeddings/embeddings-format.js';
export type { IndexRepairs } from './store/index/index-repair.js';
export { type AdoptOptions, adopt } from './train/adopt.js';
export { train } from './train/train.js';
export type { TrainOptions } from './train/training-options.js';
export { type UpdateRunOptions, updateRun } from './train/update.js';
