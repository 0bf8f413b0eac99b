/** @file What of a training follows from the sizes of its pictures, and from the time there is, before they are decoded. */

import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { plural } from '../core/format.js';
import { buildCache } from '../data/cache/cache-build.js';
import { cacheShortSide } from '../data/cache/cache-format.js';
import type { Picture } from '../data/picture.js';
import type { Candidate } from '../method/candidates.js';
import { ADAPTIVE_RECIPES } from '../method/recipes.js';
import type { Settings } from '../method/settings.js';
import type { Architectures } from '../run/architectures.js';
import { type GivenSettings, type RunConfig, resolveSettings } from '../run/config.js';
import type { EncoderForm } from '../run/encoder-form.js';
import type { Backend } from '../runtime/device.js';
import { bestCandidate, epochsWithin, type Load, type TrainingSpeed } from './budget.js';
import { fitBatch } from './fit-batch.js';
import { fitFor } from './fit-for.js';
import { numToLearnFrom } from './learn-readout.js';
import { cropsWithin, measureFrozen } from './measure-frozen.js';
import { measureSpeed, scaledSpeed } from './measure-speed.js';

/** Pictures that speeds are measured with: some batches. */
const SAMPLE = 256;

/** What the decision is made for, and with. */
export interface DecisionOptions {
  readonly config: RunConfig;
  readonly architectures: Architectures;
  /** Some of them at least. */
  readonly pictures: readonly Picture[];
  /** Of all. */
  readonly numPictures: number;
  /** Ranks that share the work evenly. */
  readonly ranks: number;
  /** A folder that may be made, and is removed afterwards. */
  readonly scratch: string;
  readonly backend: Backend;
  readonly workers: number;
  /** Seconds from now in which all has to be done; undefined if the epochs are fixed. */
  readonly seconds: number | undefined;
  readonly onProgress: (what: string) => void;
  readonly signal: AbortSignal | undefined;
}

export interface DecidedForm {
  readonly settings: Settings;
  /** What was decided and why, by subject. */
  readonly reasons: Readonly<Record<string, string>>;
  /** With these settings; undefined if there was no need to measure. */
  readonly speed: TrainingSpeed | undefined;
}

/** Settings that were given, with their values. */
export function givenOf({ asked, settings }: RunConfig): GivenSettings {
  return Object.fromEntries(asked.given.map((name) => [name, settings[name]]));
}

/** @throws the signal's reason */
export async function decideForm(options: DecisionOptions): Promise<DecidedForm> {
  const { config, architectures, pictures, numPictures, ranks, seconds } = options;
  const given = givenOf(config);
  const { fit, reason: ofFit } = fitFor(pictures, architectures.usual.fit);
  const { size: largest, reason: ofSize } = largestSize(pictures, architectures.candidates);
  const settingsWith = (more: GivenSettings): Settings =>
    fitBatch(resolveSettings(config.recipe, { fit, ...more, ...given }, architectures), given, numPictures, ranks);
  if (!ADAPTIVE_RECIPES.includes(config.recipe)) {
    const row = { ...config.settings, seen: 0, settings: fitBatch(config.settings, given, numPictures, ranks) };
    if (seconds === undefined) return { settings: row.settings, reasons: {}, speed: undefined };
    const { chosen, speed } = await chooseBySpeed(options, [row], seconds);
    return { settings: chosen, reasons: {}, speed };
  }
  const reasons = {
    ...(!('fit' in given) && ofFit !== undefined && { long: ofFit }),
    ...(!('size' in given) && ofSize !== undefined && { size: ofSize }),
  };
  if (seconds === undefined) {
    const size = Math.min(config.settings.size, largest);
    return { settings: settingsWith({ size }), reasons, speed: undefined };
  }
  const rows = architectures.candidates
    .filter(({ size }) => 'size' in given || size <= largest)
    .map((row) => {
      const { encoder, width, size } = row;
      return { ...row, settings: settingsWith({ encoder, width, size }) };
    });
  // What is given makes some of them one.
  const different = rows.filter(
    ({ settings }, i) => rows.findIndex((other) => isDeepStrictEqual(other.settings, settings)) === i,
  );
  const { chosen, speed } = await chooseBySpeed(options, different, seconds);
  return { settings: chosen, reasons, speed };
}

interface Row extends Candidate {
  readonly settings: Settings;
}

/**
 * The cheapest candidate is measured, and tells by its multiplications what there is time for; that is measured, and
 * tells, until what is chosen has been measured.
 */
async function chooseBySpeed(
  { architectures, pictures, numPictures, ranks, scratch, backend, workers, onProgress, signal }: DecisionOptions,
  rows: readonly Row[],
  seconds: number,
): Promise<{ chosen: Settings; speed: TrainingSpeed }> {
  const startedAt = performance.now();
  const step = Math.max(1, Math.floor(pictures.length / SAMPLE));
  const sample = pictures.filter((_, i) => i % step === 0).slice(0, SAMPLE);
  try {
    onProgress('decoding a few pictures');
    const shortSide = cacheShortSide(Math.max(...rows.map(({ settings }) => settings.size)));
    const before = performance.now();
    const { numPictures: numCached } = await buildCache(sample, scratch, { shortSide, ...(signal && { signal }) });
    const decodeSeconds = ((performance.now() - before) / 1000 / sample.length) * (numPictures / ranks);
    const trial = { cacheDir: scratch, numCached, backend };
    const measured = new Map<Row, TrainingSpeed>();
    const formFor = ({ settings }: Row): EncoderForm => ({ settings, architecture: architectures.build(settings) });
    const secondsLeft = (): number => seconds - decodeSeconds - (performance.now() - startedAt) / 1000;
    let row = rows[0]!;
    for (;;) {
      const known = measured.get(row);
      if (known !== undefined) return withCrops(row.settings, known, loadOf(row.settings, numPictures), secondsLeft());
      const { encoder, width, size } = row.settings;
      onProgress(`steps of ${encoder}, width ${width}, ${plural(size, 'pixel')}`);
      const alone = row.settings.freeze
        ? await measureFrozen(trial, formFor(row), architectures.trained(row.settings), numPictures)
        : await measureSpeed(trial, formFor(row), numPictures, workers);
      const speed = dividedAmong(alone, ranks);
      measured.set(row, speed);
      signal?.throwIfAborted();
      const of = row;
      const left = secondsLeft();
      row = bestCandidate(rows, numPictures, (candidate) =>
        epochsWithin(
          left,
          measured.get(candidate) ?? scaledSpeed(speed, formFor(of), formFor(candidate)),
          loadOf(candidate.settings, numPictures),
        ),
      );
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Seconds a picture where ranks work side by side; what they tell one another comes on top. */
function dividedAmong({ train, encode, start }: TrainingSpeed, ranks: number): TrainingSpeed {
  return { train: train / ranks, encode: encode / ranks, start };
}

/** Of a network that stays as it is: with as many crops as there is time for. They are encoded before the first step. */
function withCrops(
  chosen: Settings,
  speed: TrainingSpeed,
  load: Load,
  seconds: number,
): { chosen: Settings; speed: TrainingSpeed } {
  if (!chosen.freeze) return { chosen, speed };
  const crops = cropsWithin(seconds, speed, load);
  return {
    chosen: { ...chosen, frozenCrops: crops.count },
    speed: { ...speed, start: speed.start + crops.seconds },
  };
}

/** What an epoch of so many pictures consists of. */
export function loadOf(settings: Settings, numPictures: number): Load {
  return { numPictures, batch: settings.batch, numEncoded: numToLearnFrom(settings, numPictures) + numPictures };
}

/** Crops need not be larger than half of the pictures are, where there is a choice. */
function largestSize(
  pictures: readonly Picture[],
  candidates: readonly Candidate[],
): { size: number; reason?: string } {
  const sides = pictures.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const median = sides[Math.floor(sides.length / 2)]!;
  const sizes = [...new Set(candidates.map(({ size }) => size))].sort((a, b) => a - b);
  const size = sizes.find((each) => each >= median);
  if (size === undefined || size === sizes.at(-1)) return { size: sizes.at(-1)! };
  return { size, reason: `at most ${size} pixels, as half of the pictures have a side of ${median} or less` };
}
