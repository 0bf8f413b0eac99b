/** @file The library: what the command line does, as functions. The graph layer alone is `instdisc/graph`. */
import { fileURLToPath } from 'node:url';

export * from './core/errors.js';
export {
  type Alias,
  type LabelReport,
  type Picture,
  READINGS,
  type Reading,
  type ReadingCount,
  readLabels,
  type ScanReport,
  type Skipped,
  scan,
} from './data/index.js';
export { type Classification, type ClassifyOptions, classify, type TopAccuracies } from './eval/classify.js';
export { type Collection, type CollectionPicture, openCollection } from './eval/collection.js';
export { type DuplicateGroups, groupsAt, type RowGroup } from './eval/duplicate-groups.js';
export { type DuplicateOptions, type DuplicatePairs, duplicatePairs, pairsAt } from './eval/duplicates.js';
export { type Embedded, type EmbedOptions, embed, type PictureEncoder } from './eval/embed.js';
export { type IndexOptions, type IndexReport, indexPictures } from './eval/index-pictures.js';
export { openMap } from './eval/map/map-file.js';
export { mapTable } from './eval/map/map-table.js';
export type { MapOptions, PictureMap } from './eval/map/picture-map.js';
export { type NearestOptions, nearestOfEach } from './eval/nearest-of-each.js';
export { mostIsolated, outlierScores } from './eval/outliers.js';
export { type LabelProposals, type ProposeOptions, proposeLabels, type RowProposal } from './eval/propose.js';
export { type Retrieval, type RetrievalOptions, retrieval } from './eval/retrieval.js';
export { type Match, type SearchResult, searchPictures } from './eval/search.js';
export { openSearchSource, type SearchSource } from './eval/search-source.js';
export { RECIPES, type RecipeName, type Settings } from './method/settings.js';
export type { WeightsReport } from './nn/init-weights.js';
export type { Neighbours } from './search/neighbours.js';
export { type ExportSiteOptions, exportSite } from './server/export-site.js';
export { listen, type RunningServer, type ServerOptions } from './server/listen.js';
export { openRemote as openService } from './server/remote.js';
export type { Service } from './server/service.js';
export type { Embeddings } from './store/embeddings/format.js';
export { readEmbeddings, writeEmbeddings } from './store/embeddings.js';
export { openClassifier, type Responses, type TrainedClassifier } from './train/classifier.js';
export { type GivenSettings, type RunConfig, resolveSettings } from './train/config.js';
export type { EpochRecord, Plan, StepReport, TrainEvent } from './train/events.js';
export { exportRun } from './train/export-run.js';
export { type FineTuneOptions, fineTune } from './train/fine-tune.js';
export { labelledSubset } from './train/labelled-subset.js';
export { type Observation, type ObserveOptions, observe } from './train/observe.js';
export { type OpenRunOptions, openRun, type TrainedRun } from './train/open-run.js';
export { type SemiSupervised, type SemiSupervisedOptions, semiSupervised } from './train/semi-supervised.js';
export { type SupervisedAccuracy, supervisedAccuracy } from './train/supervised-accuracy.js';
export { type TrainOptions, train } from './train/train.js';
export { measureUnlabelled, type Unlabelled, type UnlabelledOptions } from './train/unlabelled.js';

/** The folder of the explorer's built page, which `listen` serves and `exportSite` copies. */
export const PAGE = fileURLToPath(new URL('./web', import.meta.url));
