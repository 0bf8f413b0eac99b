/** @file How much training fits a time, by speeds that are measured elsewhere. */
import { type Candidate, LEAST_EPOCHS } from '../method/candidates.js';

/** Allowed for what an epoch ends with: the search of neighbours, a checkpoint. */
export const EPOCH_END_SECONDS = 0.4;

/** What a training is made of takes here, in seconds. */
export interface TrainingSpeed {
  /** A picture in a step. */
  readonly train: number;
  /** A picture that is encoded as it is. */
  readonly encode: number;
  /** Building the graphs. */
  readonly start: number;
}

export interface Load {
  readonly numPictures: number;
  readonly batch: number;
  /** Pictures that are encoded at the end: some to learn from how features are read, then all. */
  readonly numEncoded: number;
}

/** What an epoch takes, with what it ends with. */
function epochSeconds({ train }: TrainingSpeed, { numPictures, batch }: Load): number {
  return Math.ceil(numPictures / batch) * batch * train + EPOCH_END_SECONDS;
}

/** Epochs that fit, of any fraction. Not above 0 if nothing fits. */
export function epochsWithin(seconds: number, speed: TrainingSpeed, load: Load): number {
  return (seconds - speed.start - load.numEncoded * speed.encode) / epochSeconds(speed, load);
}

/** What so many epochs take, from the start to the end: the inverse of `epochsWithin`. */
export function secondsOfEpochs(epochs: number, speed: TrainingSpeed, load: Load): number {
  return epochs * epochSeconds(speed, load) + speed.start + load.numEncoded * speed.encode;
}

/** @param epochsOf that there is time for */
export function bestCandidate<Row extends Candidate>(
  candidates: readonly Row[],
  numPictures: number,
  epochsOf: (candidate: Row) => number,
): Row {
  const isWorthIt = (candidate: Row): boolean => {
    const epochs = epochsOf(candidate);
    return epochs >= LEAST_EPOCHS && epochs * numPictures >= candidate.seen;
  };
  return candidates.findLast(isWorthIt) ?? candidates[0]!;
}
