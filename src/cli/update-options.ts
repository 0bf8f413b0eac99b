/** @file What an update is told, out of what a training is. */
import { ArgumentError } from '../core/errors.js';
import type { TrainOptions } from '../train/training-options.js';
import type { UpdateRunOptions } from '../train/update.js';
import type { toTrainOptions } from './train-options.js';

const TAKEN = ['paths', 'minutes', 'workers', 'localCache', 'checkpointMinutes', 'epochs', 'lr'];

/**
 * @throws {ArgumentError} if something is given that the run has settled
 */
export function toUpdateOptions(
  { settings = {}, ...rest }: ReturnType<typeof toTrainOptions>,
  out: string,
  asked: Pick<UpdateRunOptions, 'newRows' | 'onlyNew' | 'keepRows'>,
): UpdateRunOptions {
  const given = { ...rest, ...settings };
  const other = Object.keys(given).find((name) => !TAKEN.includes(name));
  if (other !== undefined) {
    throw new ArgumentError(
      `${other}: expected of an update only ${TAKEN.join(', ')}, since all else is the run's, got this. Leave it out, or start a new run.`,
    );
  }
  const { epochs, lr } = settings;
  const { paths, minutes, workers, localCache, checkpointMinutes }: Partial<TrainOptions> = rest;
  return {
    out,
    ...(paths !== undefined && { paths }),
    ...(minutes !== undefined && { minutes }),
    ...(workers !== undefined && { workers }),
    ...(localCache !== undefined && { localCache }),
    ...(checkpointMinutes !== undefined && { checkpointMinutes }),
    ...(epochs !== undefined && { epochs: positive('epochs', epochs) }),
    ...(lr !== undefined && { lr: positive('lr', lr) }),
    ...asked,
  };
}

function positive(name: string, value: unknown): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new ArgumentError(`${name}: expected a number above 0, got ${JSON.stringify(value)}.`);
}
