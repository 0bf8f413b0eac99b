/** @file What a loss is: one object, which says all that others need to know of it. */
import type { Value } from '../../graph/value.js';
import type { Variables } from '../../nn/variables.js';
import type { LossSetting, LossSettings } from './loss-settings.js';

export interface Counts {
  readonly numImages: number;
  /** Different labels; 0 where pictures have none. */
  readonly numClasses: number;
}

/** What a training knows of its pictures, beside their pixels. */
export interface Instances extends Counts {
  /** int32[numImages], class of each picture, −1 where it has no label. */
  readonly classes?: Int32Array;
  /** float64[numImages], noise that is not uniform: in proportion to P_n. */
  readonly noiseWeights?: Float64Array;
}

/** Pictures before a training, to be looked at whether they will do. */
export interface ListedPictures extends Pick<Instances, 'noiseWeights'> {
  readonly ids: readonly string[];
  readonly labels: readonly (string | undefined)[];
}

/** What a loss is made of. */
export interface LossInputs {
  /** float32[batch, dim] for each crop: what the encoder gives, as it is. */
  readonly embeddings: readonly Value[];
  /** float32[batch, dim] for each crop: the same as unit rows. */
  readonly features: readonly Value[];
  /** float32[batch, dim] for each smaller crop, unit rows. */
  readonly local: readonly Value[];
  /** float32[n, dim] */
  readonly bank: Value;
  /** int64[batch] */
  readonly indices: Value;
  /** float32[batch], the similarity of each first crop's feature with its image's row */
  readonly positives: Value;
  /** Takes the parameters that belong to the loss, not to the encoder. */
  readonly head: Variables;
}

/** The loss, float32[], and what else it gives of a step. */
export interface LossOutputs {
  readonly loss: Value;
  readonly [extra: string]: Value;
}

/** The numbers of inputs, by name. */
export type LossFeeds = Readonly<Record<string, number | ArrayLike<number> | BigInt64Array>>;

/** A loss in the course of one training. */
export interface RunningLoss {
  /**
   * For the inputs that `build` has added, before a step. A function of seed, step and pictures, and of `state`.
   *
   * @param indices int32[batch], the pictures of the step
   */
  feed?(step: number, indices: Int32Array): LossFeeds;
  /** Takes what the step gave. */
  take?(outputs: Readonly<Record<string, Float32Array>>): void;
  /** What it goes on with: kept in checkpoints, by name. */
  readonly state?: Readonly<Record<string, number>>;
  /** @param state with all the names that `state` has */
  restore?(state: Readonly<Record<string, number>>): void;
}

/** What guessing comes to. */
export interface Guess {
  readonly nats: number;
  /** As a formula, such as `ln n`. */
  readonly words: string;
}

/** What a training does differently from the paper, told where the page explains that; empty if it does just that. */
export interface MethodNotes {
  /** Where the softmax over the bank is explained; left out, it is said what the loss tells pictures from. */
  readonly probability?: string;
  /** Where noise-contrastive estimation is explained. */
  readonly noise?: string;
}

/**
 * A loss. What every picture is told from is up to it; that the bank is written after each step is not.
 *
 * Everything may be computed from settings and pictures, and nothing is remembered but in what `start` gives.
 */
export interface Loss<Name extends string = string> {
  readonly name: Name;
  /** What comes after "each picture is". */
  readonly sentence: string;
  /** What can be set about it, and means nothing with a loss that does not list it. */
  readonly settings: readonly LossSetting[];
  /** Crops of each picture that a step sees. */
  readonly views: 1 | 2;
  /** Whether labels are learnt from; default false. */
  readonly usesLabels?: boolean;
  /** Whether it learns something of each single picture, which cannot be made for others later; default false. */
  readonly isOfPictures?: boolean;
  /** Whether pictures are told from rows of the bank, so that rows of pictures that are gone go on telling; default false. */
  readonly comparesRows?: boolean;
  /**
   * Whether pictures are told from others of the same step. Then, of several ranks, `features`, `local`, `indices` and
   * `positives` are those of all of them, the rank's own first, and `batch` is as many; default false: each rank has its own.
   */
  readonly gathers?: boolean;

  /** In a few words, with its numbers: what it is, and what is set beside the temperature. */
  describe(settings: LossSettings, counts: Counts): readonly [is: string, ...more: string[]];
  /** How many rows each picture is told from, its own included: pictures of the batch, images, or classes. */
  numCompared(settings: LossSettings, counts: Counts): number;
  /**
   * What features that know nothing come to, undefined if that depends on more; default ln of what is compared.
   *
   * @param isNoiseGiven whether there are `noiseWeights`
   */
  guessing?(settings: LossSettings, counts: Counts, isNoiseGiven: boolean): Guess | undefined;
  notes?(settings: LossSettings): MethodNotes;
  /**
   * @throws {DataError} if the pictures lack what it needs
   * @throws {ArgumentError} if they do not go with the settings
   */
  check?(settings: LossSettings, pictures: ListedPictures): void;

  /** Its graph. What is more of inputs is fed by what `start` gives. */
  build(inputs: LossInputs, settings: LossSettings, instances: Instances): LossOutputs;
  /**
   * Left out for a loss that is fed nothing and remembers nothing.
   *
   * @param rank draws numbers of its own; default 0
   */
  start?(settings: LossSettings, instances: Instances, rank?: number): RunningLoss;
  /**
   * Of a loss that learns classes: w_c·v for each class, without training.
   *
   * @param embedding float32[batch, dim], what the encoder gives
   * @returns float32[batch, numClasses]
   */
  classLogits?(embedding: Value, head: Variables, numClasses: number): Value;
}

/** The guess among equals. */
export function amongEqual(count: number, words = String(count)): Guess {
  return { nats: Math.log(count), words: `ln ${words}` };
}

/** What features that know nothing come to with a loss, if that can be told. */
export function guessOf(loss: Loss, settings: LossSettings, counts: Counts, isNoiseGiven: boolean): Guess | undefined {
  if (loss.guessing) return loss.guessing(settings, counts, isNoiseGiven);
  return amongEqual(loss.numCompared(settings, counts));
}
