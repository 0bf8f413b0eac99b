/** @file What a training tells while it goes on. */
import type { ReadingCount } from '../data/decode/readings.js';
import type { Skipped } from '../data/picture.js';
import type { ScanReport } from '../data/scan/scan.js';
import type { Settings } from '../method/settings.js';
import type { WeightsReport } from '../nn/init-weights.js';
import type { RunConfig } from './config.js';
import type { NetworkTold } from './network/open-network.js';
import type { RunUpdate } from './run-update.js';
import type { FoundChanges } from './update/found-changes.js';

/** What is about to be done, and what it will take. */
export interface Plan {
  readonly config: RunConfig;
  readonly out: string;
  readonly numPictures: number;
  readonly numClasses: number;
  /** Of the encoder. */
  readonly numParameters: number;
  /** Of the loss: of a softmax with weights of its own, a row for each picture or class. */
  readonly numHeadParameters: number;
  /** Multiply-adds of the encoder for one picture. */
  readonly multiplyAdds: number;
  /** Bytes of memory a training needs, about; of several ranks, each. */
  readonly memoryBytes: number;
  readonly stepsPerEpoch: number;
  /** Steps that an earlier part of this run has done. */
  readonly firstStep: number;
  /** Seconds left: measured with some steps, or guessed from the speed of a matrix product on this machine. */
  readonly estimatedSeconds: number;
  readonly isMeasured: boolean;
  /** How many ranks train, if there are several. */
  readonly ranks?: number;
}

/** How far a training is, told a few times a second. */
export interface StepReport {
  /** Steps done so far, of `steps`: since an update, those of it. */
  readonly step: number;
  readonly steps: number;
  /** Epochs counted from 1, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of the epoch so far, in nats. */
  readonly loss: number;
  /** Mean of v_i·f_i over the epoch so far. */
  readonly similarity: number;
  readonly lr: number;
  readonly picturesPerSecond: number;
  /** Part of the time that training waited for pictures. */
  readonly waiting: number;
  /** Of several ranks: part of the time that goes into what they tell one another, waiting for slower ones included. */
  readonly communication?: number;
  readonly secondsLeft: number;
  /** Once all steps are done: pictures that the final encoder has encoded. */
  readonly encoding?: { readonly done: number; readonly of: number };
}

/** What one of the fixed pictures finds after an epoch. */
export interface QueryRecord {
  /** Place of the picture in the cache, which is its row in the bank. */
  readonly row: number;
  /** The other rows of the bank nearest to its feature, best first; at most 8. */
  readonly rows: readonly number[];
  /** Cosine of each, in [−1, 1]. */
  readonly similarities: readonly number[];
}

/** One line of metrics.jsonl, written after each epoch. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  /** Mean over the epoch, in nats; ln n is what features that know nothing reach with the softmax. */
  readonly loss: number;
  /** Mean of v_i·f_i: how well a bank row foretells its picture's feature. */
  readonly similarity: number;
  /** Mean length of the features: 1, or something is broken. */
  readonly norm: number;
  /** log E exp(−2‖x − y‖²) over the bank: lower is more evenly spread. */
  readonly uniformity: number;
  /** Accuracy of a k-nearest-neighbour vote among the rows of the bank, each left out of its own, if there are labels. */
  readonly knn?: number;
  /** How that vote is taken; not in records that older versions wrote, whose k is 200 and τ that of the training. */
  readonly knnOf?: { readonly k: number; readonly tau: number; readonly rows: number };
  readonly lr: number;
  readonly picturesPerSecond: number;
  readonly seconds: number;
  /** How many ranks trained, if there were several, and the part of the time that went into what they told one another. */
  readonly ranks?: number;
  readonly communication?: number;
  /** Epochs up to this one whose loss was no better than that of guessing, if there are any; see `guessing.ts`. */
  readonly guessing?: number;
  /** What a handful of fixed pictures find in the bank; not in records that older versions wrote. */
  readonly queries?: readonly QueryRecord[];
}

export type TrainEvent =
  | { readonly kind: 'scanning'; readonly done: number }
  | { readonly kind: 'scanned'; readonly report: ScanReport }
  /** So many pictures came after the run had begun: they are not learnt from. */
  | { readonly kind: 'passedOver'; readonly numPictures: number }
  /** Tries what there is time for. */
  | { readonly kind: 'measuring'; readonly what: string }
  | { readonly kind: 'caching'; readonly done: number; readonly of: number }
  /** Something in the run folder is damaged, and something else is used in its place. */
  | { readonly kind: 'damaged'; readonly message: string }
  /** Something that should be known, and is no fault. */
  | { readonly kind: 'noted'; readonly message: string }
  | {
      readonly kind: 'cached';
      readonly numBytes: number;
      readonly quarantined: readonly Skipped[];
      readonly readings: readonly ReadingCount[];
    }
  /** Crops encoded so far, before a training of what is added to a network. */
  | { readonly kind: 'cropping'; readonly done: number; readonly of: number }
  /** The encoder is made of a network from a file; the settings say what of it is searched. */
  | { readonly kind: 'network'; readonly network: NetworkTold; readonly settings: Settings }
  /** Something looks wrong, and nobody knows. */
  | { readonly kind: 'doubt'; readonly message: string }
  /** The encoder starts from a file of weights. */
  | { readonly kind: 'initialised'; readonly path: string; readonly report: WeightsReport }
  /** Pictures of the run have changed, and it with them; or nothing has. */
  | { readonly kind: 'updated'; readonly found: FoundChanges; readonly update: RunUpdate | null }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'step'; readonly report: StepReport }
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  | { readonly kind: 'checkpoint'; readonly step: number }
  /** Pictures encoded by the final encoder so far, after a training. */
  | { readonly kind: 'encoding'; readonly done: number; readonly of: number }
  | { readonly kind: 'finished'; readonly step: number }
  /** Asked to stop; everything is saved. */
  | { readonly kind: 'stopped'; readonly step: number };
