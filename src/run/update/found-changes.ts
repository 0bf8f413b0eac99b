/** @file What an update finds, and whether a run can have other pictures at all. */
import { isDeepStrictEqual } from 'node:util';
import { RunError } from '../../core/errors.js';
import { formatCount } from '../../core/format.js';
import { LOSS_NAMES, lossNamed } from '../../method/losses/named-losses.js';
import { classNumbers } from '../class-numbers.js';
import type { RunConfig } from '../config.js';
import type { PictureChanges, PictureCounts } from './picture-changes.js';

export interface FoundChanges {
  readonly counts: PictureCounts;
  /** Whether rows, names or labels are others, or to be, or folders have come. */
  readonly isChanged: boolean;
  /** Pictures there are now, and those of them that no training has seen. */
  readonly numPictures: number;
  readonly numUnlearnt: number;
}

/**
 * @param numDecoded of the pictures that come
 * @param numBefore pictures that there were
 * @param isOtherwise whether folders have come, or rows that were kept are to go
 */
export function foundChanges(
  { updates }: RunConfig,
  { kept, counts }: PictureChanges,
  {
    numDecoded,
    numBefore,
    isOtherwise,
  }: { readonly numDecoded: number; readonly numBefore: number; readonly isOtherwise: boolean },
): FoundChanges {
  const numPictures = kept.length + numDecoded;
  return {
    counts,
    isChanged: isOtherwise || numDecoded > 0 || kept.length < numBefore || counts.moved + counts.relabelled > 0,
    numPictures,
    numUnlearnt: numPictures - numLearntOf(updates.at(-1)?.numLearnt ?? numBefore, kept),
  };
}

/** How many of the rows that stay a training has seen. @param before of those that there were, the first */
export function numLearntOf(before: number, kept: PictureChanges['kept']): number {
  return kept.filter(({ place }) => place < before).length;
}

/** @throws {RunError} if nothing is told from the rows of a run's bank, so that there is no use in keeping some */
export function checkMayRemember({ settings, network }: RunConfig, path: string): void {
  const adopted = network?.use === 'adopted';
  if (lossNamed(settings.loss).comparesRows && !adopted) return;
  const got = adopted ? 'one that is not trained' : `one of the loss ${settings.loss}`;
  const losses = LOSS_NAMES.filter((name) => lossNamed(name).comparesRows).join(', ');
  throw new RunError(
    `${path}: expected for --keep-rows a run that tells pictures from rows of its bank (${losses}), got ${got}. Leave out --keep-rows.`,
  );
}

/** @throws {RunError} if something of the run is of its very pictures, and cannot be made for others */
export function checkMayChange({ settings, noiseWeights }: RunConfig, path: string): void {
  if (lossNamed(settings.loss).isOfPictures === true) {
    throw new RunError(
      `${path}: expected a run whose pictures may change, got one of the loss ${settings.loss}, which has learnt weights for each picture. Start a new run with another --out.`,
    );
  }
  if (noiseWeights === null) return;
  throw new RunError(
    `${path}: expected a run whose pictures may change, got one with noise of its own for each picture (${noiseWeights}). Start a new run with another --out.`,
  );
}

/** What a run's pictures are to be. */
interface Labelled {
  readonly length: number;
  readonly labels: readonly (string | undefined)[];
}

/** @throws {RunError} if the training could not go on with pictures such as these */
export function checkGoesOn({ settings, network }: RunConfig, path: string, before: Labelled, now: Labelled): void {
  const { batch } = settings;
  if (network?.use === 'adopted') return;
  if (now.length < batch) {
    throw new RunError(
      `${path}: expected as many pictures as a batch takes, ${formatCount(batch)}, got ${formatCount(now.length)}. Put some back, or start a new run with another --out.`,
    );
  }
  if (lossNamed(settings.loss).usesLabels !== true) return;
  const [were, are] = [before, now].map(({ labels }) => classNumbers(labels).classes);
  if (isDeepStrictEqual(were, are)) return;
  throw new RunError(
    `${path}: expected pictures of the ${were!.length} classes that it has learnt weights for (${were!.join(', ')}), got ${are!.join(', ')}. Start a new run with another --out.`,
  );
}
