/** @file The training loop, from top to bottom. */
import { z } from 'zod';
import { DamageError, NotFiniteError, RunError } from '../core/errors.js';
import { Sampler } from '../data/batches/sampler.js';
import { openCache, type PictureCache } from '../data/cache/cache.js';
import { readShares } from '../data/cache/shared-cache.js';
import { meanNorm, uniformity } from '../evaluate/unlabelled/health.js';
import { ALONE, type Communicator, fromFirst } from '../machines/communicator.js';
import { guessOf } from '../method/losses/loss.js';
import { lossNamed } from '../method/losses/named-losses.js';
import { cropSize, learningRate, numEpochs, numSteps } from '../method/schedule.js';
import {
  type CheckpointState,
  checkMadeWith,
  type LogMark,
  lostLog,
  madeWith,
  stateSchema,
} from '../run/checkpoint-state.js';
import type { RunConfig } from '../run/config.js';
import { encoderFile } from '../run/encoder-file.js';
import { formOf } from '../run/encoder-form.js';
import type { EpochRecord, TrainEvent } from '../run/events.js';
import { firstDrawn, scheduleStart } from '../run/run-update.js';
import { openBackend } from '../runtime/device.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { divergence } from './divergence.js';
import { finalFeatures } from './final-features.js';
import { isGuessing } from './guessing.js';
import { initialWeights } from './initial-weights.js';
import { readInstances } from './instances.js';
import { EpochMeter, Pace } from './meters.js';
import { Monitor } from './monitor.js';
import { otherRanks, partOfRank } from './part-of-rank.js';
import { COMPARED_EVERY, checkSame } from './same-on-all.js';
import { trainedPart } from './trained-part.js';
import { Trainer } from './trainer.js';
import { planTraining } from './training-plan.js';

export interface LoopOptions {
  readonly run: RunFolder;
  readonly config: RunConfig;
  /** That all takes, if it was measured. */
  readonly expectedSeconds?: number | undefined;
  /** Loader threads. */
  readonly workers: number;
  /** See `TrainOptions`. */
  readonly localCache?: string | undefined;
  /** Minutes between checkpoints inside an epoch; there is one after each epoch in any case. */
  readonly checkpointMinutes: number;
  /** Asked before each step; then everything is saved and the loop ends. */
  readonly shouldStop: () => boolean;
  /** What rank 0 tells, all others keep to themselves. */
  readonly emit: (event: TrainEvent) => void;
  /** Default alone. */
  readonly machines?: Communicator;
}

/**
 * Trains to the end, or until asked to stop, from the newest checkpoint or from the beginning; then encodes all pictures.
 *
 * Of several ranks each takes its part of every batch from its part of the pictures. Weights and bank are the same on all
 * of them, so rank 0 alone reads and writes the run, looks at how it goes, and tells it.
 *
 * @throws {DivergedError} if a number is not finite any more; nothing of the kind is written
 * @throws {RunError} if the newest checkpoint was made with something else, or cannot be gone on from
 */
export async function trainingLoop({
  run,
  config,
  expectedSeconds,
  workers,
  localCache,
  checkpointMinutes,
  shouldStop,
  emit,
  machines = ALONE,
}: LoopOptions): Promise<void> {
  const { settings } = config;
  const cache = openCache(run.cachePath);
  const backend = await openBackend(config.device, config.threads);
  const form = await formOf(run, config);
  const encoder = form.architecture;
  const loss = lossNamed(settings.loss);
  const isFirst = machines.rank === 0;
  const start = scheduleStart(config);
  const drawn = partOfRank(cache, readShares(run.cachePath), settings, machines, firstDrawn(config));
  const sampler = new Sampler({ ...drawn, ...start, seed: settings.seed });
  const { stepsPerEpoch } = sampler;
  const steps = numSteps(settings, stepsPerEpoch);
  /** Steps of the schedule that are behind a step of the training. */
  const doneAt = (at: number): number => at - start.firstStep;

  const instances = await readInstances(run, config, cache);
  const part = await trainedPart({
    ...{ run, config, encoder, loss, cache, backend, order: sampler, workers, localCache, shouldStop, emit, machines },
    range: { first: drawn.first ?? 0, length: drawn.pictures },
  });
  if (part === undefined) {
    cache.close();
    emit({ kind: 'stopped', step: (await run.latestCheckpoint()) ?? 0 });
    return;
  }
  const createTrainer = (size: number): Promise<Trainer> =>
    Trainer.create(part.encoder, loss, { ...settings, size }, instances, backend, machines);
  const sizeAt = (at: number): number => cropSize(settings, Math.floor(doneAt(at) / stepsPerEpoch));
  const saved = (await fromFirst(machines, (await run.latestCheckpoint()) ?? null)) ?? undefined;
  let step = saved ?? 0;
  let size = sizeAt(step);
  let trainer = await createTrainer(size);
  const monitor = isFirst ? await Monitor.create(encoder, settings, cache, backend) : undefined;
  const meter = new EpochMeter();
  let logBefore: LogMark;
  if (saved !== undefined && isFirst) {
    const state = await restore(run, config, trainer, meter, cache);
    logBefore = state.log;
    const others = otherRanks(state.ranks, machines.size);
    if (others !== undefined) emit({ kind: 'noted', message: others });
    // Version 0.1 saved what had diverged.
    await monitor?.check(trainer.weights, `${run.path}: checkpoint of step ${saved}, which has diverged: features`);
  } else if (config.init !== null && isFirst) {
    const { values, report } = await initialWeights(config.init, encoder, settings.size);
    for (const [name, array] of trainer.weights) array.set(values.get(name) ?? array);
    emit({ kind: 'initialised', path: config.init, report });
  }
  trainer.shareState();
  if (isFirst) {
    await run.rewindLog((record) => (record as EpochRecord).step <= step);
    const lost = lostLog(run.metricsPath, step, logBefore, await run.logMark());
    if (lost !== undefined) emit({ kind: 'damaged', message: `${lost}; training is not harmed, and goes on.` });
  }
  const ofGuessing = guessOf(loss, settings, instances, instances.noiseWeights !== undefined)?.nats;
  let guessing = ((await run.readLog()).at(-1) as EpochRecord | undefined)?.guessing ?? 0;

  const save = async (): Promise<void> => {
    if (!isFirst) return;
    trainer.checkFinite();
    // After an epoch it has been seen already.
    if (doneAt(step) % stepsPerEpoch !== 0) await monitor?.check(trainer.weights);
    const { fingerprint } = cache;
    const state = {
      fingerprint,
      madeWith: madeWith(config),
      log: await run.logMark(),
      loss: trainer.lossState,
      epoch: meter.state,
      ...(machines.size > 1 && { ranks: machines.size }),
    };
    await run.saveCheckpoint({ step, ...trainer.snapshot(), state, encoder: encoderFile(form, trainer.weights) });
    emit({ kind: 'checkpoint', step });
  };
  // A crash between the two leaves the encoder of the checkpoint before; a finished run would never write it again.
  if (step > 0 && isFirst) await run.writeEncoder(encoderFile(form, trainer.weights));

  if (isFirst) {
    const plan = await planTraining({
      ...{ run, config, cache, encoder, part: part.encoder, loss, instances, backend, sampler, expectedSeconds },
      firstStep: doneAt(step),
      ranks: machines.size,
    });
    emit({ kind: 'plan', plan });
  }
  let source = part.open(size, step);
  const pace = new Pace(settings.batch);
  let savedAt = performance.now();
  // Of several ranks all hear in the same step that one is asked to stop.
  const isAskedToStop = (): boolean => (machines.size === 1 ? shouldStop() : trainer.exchange.isStopWished);
  try {
    while (doneAt(step) < steps) {
      if (isAskedToStop()) {
        await save();
        break;
      }
      if (sizeAt(step) !== size) {
        size = sizeAt(step);
        await source.close();
        source = part.open(size, step);
        // One after the other: memory need not hold two steps.
        await trainer.release();
        const resized = await createTrainer(size);
        resized.takeOver(trainer);
        trainer = resized;
        pace.skip();
      }
      const batch = await source.next();
      const lr = learningRate(settings, doneAt(step), stepsPerEpoch);
      meter.add(await trainer.train(batch, lr, machines.size > 1 && shouldStop()), trainer.exchange.spentMs);
      step++;
      pace.stepDone(source.waitedMs, trainer.exchange.spentMs);
      const epoch = batch.epoch + 1;
      const done = doneAt(step);
      const report = {
        step: done,
        steps,
        epoch,
        epochs: start.firstEpoch + numEpochs(settings),
        ...meter.means,
        lr,
        ...pace.report(steps - done),
      };
      if (pace.isReportDue() || done === steps) emit({ kind: 'step', report });

      // The last one may be cut short.
      const isEpochOver = done % stepsPerEpoch === 0 || done === steps;
      if (machines.size > 1 && (isEpochOver || step % COMPARED_EVERY === 0)) {
        checkSame(machines, trainer, step, isEpochOver);
      }
      if (isEpochOver && monitor) {
        // Before anything is written of an epoch, not only before it is saved.
        trainer.checkFinite();
        const rows = trainer.bank.subarray(0, cache.length * settings.dim);
        const observed = await monitor.observe(trainer.weights, rows);
        const isWarm = epoch - start.firstEpoch > settings.warmup && ofGuessing !== undefined;
        guessing = isWarm && isGuessing(meter.means, settings, ofGuessing) ? guessing + 1 : 0;
        const record = {
          epoch,
          step,
          ...meter.means,
          ...(guessing > 0 && { guessing }),
          norm: meanNorm(trainer.features, settings.dim),
          uniformity: uniformity(rows, settings.dim),
          lr,
          picturesPerSecond: (meter.state.steps * settings.batch) / meter.seconds,
          seconds: meter.seconds,
          ...(machines.size > 1 && { ranks: machines.size, communication: meter.communication }),
          ...observed,
        };
        await run.log(record);
        emit({ kind: 'epoch', record });
      }
      if (isEpochOver) meter.reset();
      if (isEpochOver || performance.now() - savedAt > checkpointMinutes * 60_000) {
        await save();
        savedAt = performance.now();
        pace.skip();
      }
    }
  } catch (error) {
    cache.close();
    if (error instanceof NotFiniteError && isFirst) throw await divergence(run, config, step, error);
    throw error;
  } finally {
    await source.close();
  }
  try {
    // Who has stopped a training has asked for its answers; to stop this as well is to end the process.
    const isOver = doneAt(step) === steps;
    const final = { run, form, cache, trained: { step, weights: trainer.weights }, backend, emit, machines };
    const isWhole = await finalFeatures({ ...final, shouldStop: () => isOver && shouldStop() });
    emit({ kind: isOver && isWhole ? 'finished' : 'stopped', step });
  } finally {
    cache.close();
  }
}

/** Brings back the newest checkpoint, and gives its state. */
async function restore(
  run: RunFolder,
  config: RunConfig,
  trainer: Trainer,
  meter: EpochMeter,
  cache: PictureCache,
): Promise<CheckpointState> {
  const checkpoint = await run.loadCheckpoint();
  const { data: state, error } = stateSchema.safeParse(checkpoint.state);
  if (error) {
    throw new DamageError(
      `${run.path}: checkpoint of step ${checkpoint.step}: expected the state of a training, got another: ${z.prettifyError(error)}.`,
    );
  }
  checkMadeWith(state.madeWith, config, run.path, checkpoint.step);
  if (state.fingerprint !== cache.fingerprint) {
    throw new RunError(
      `${run.path}: expected the pictures it was trained on, got others in its cache. Put them back, or start a new run with another --out.`,
    );
  }
  trainer.restore(checkpoint, state.loss);
  meter.restore(state.epoch);
  return state;
}
