/** @file Plans an experiment: finds its pictures, measures the machine, fits the runs into the budget. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openBackend } from '../runtime/device.js';
import type { Experiment } from './experiment.js';
import type { ExperimentPictures } from './experiment-pictures.js';
import { type ExperimentPlan, type ExperimentRequest, PLAN_VERSION } from './plan-file.js';
import { formFor } from './spec-settings.js';
import { measureSpeeds } from './speeds.js';
import { fitPlan, isWidthAffordable, PUBLISHED, planOf, type Speeds, type StudyPlan, WIDTHS } from './study-plan.js';

/** Part of a budget that is planned with; the rest is for what measuring could not foresee. */
const PLANNED_SHARE = 0.9;

export interface MakePlanOptions {
  readonly experiment: Experiment;
  readonly request: ExperimentRequest;
  readonly pictures: ExperimentPictures;
  /** The experiment's folder. */
  readonly out: string;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * @throws {ArgumentError} if the budget is too small for anything
 * @throws the signal's reason
 */
export async function planExperiment(options: MakePlanOptions): Promise<ExperimentPlan> {
  const { experiment, request, pictures, out, onProgress, signal } = options;
  const { runs: specs } = experiment;
  const startedAt = performance.now();
  const spent = (): number => (performance.now() - startedAt) / 1000;
  const { budget: minutes } = request;
  const isFull = minutes === 'full';
  const available = {
    pictures: pictures.train.pictures.length,
    testPictures: pictures.test.pictures.length,
  };
  const form = isFull ? ({ size: 32, stem: 'cifar' } as const) : formFor(pictures.train.pictures);
  const backend = await openBackend('cpu');
  const left = (): number => (isFull ? 0 : PLANNED_SHARE * 60 * minutes - spent());
  const affordable = (width: number, speeds: Speeds): boolean =>
    isWidthAffordable({ specs, available, budget: left() }, speeds, width);
  const speeds = await measureSpeeds({
    specs,
    pictures: pictures.train.pictures,
    form,
    backend,
    scratch: join(out, 'measuring'),
    widths: isFull ? [WIDTHS[0], PUBLISHED.width] : WIDTHS,
    goesOn: isFull ? () => true : affordable,
    measure: (await experiment.timeMeasure?.(backend)) ?? 0,
    onProgress,
    ...(signal && { signal }),
  });
  const plan: StudyPlan = isFull
    ? planOf(specs, { ...available, width: PUBLISHED.width, epochs: PUBLISHED.epochs }, speeds)
    : fitPlan({ specs, available, budget: left() }, speeds);
  const { runs, ...size } = plan;
  return {
    version: PLAN_VERSION,
    request,
    machine: { cpu: cpus()[0]?.model ?? 'unknown', threads: backend.threads },
    speeds,
    measuringSeconds: spent(),
    available: { ...available, numClasses: pictures.numClasses, isHeldOut: pictures.isHeldOut },
    ...form,
    ...size,
    runs: runs.map(({ spec: { name, label }, ...run }) => ({ name, label, ...run })),
  };
}
