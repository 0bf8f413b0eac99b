/** @file Running figures of a training: means over the epoch, and its pace. */
import type { StepReport } from '../run/events.js';
import type { StepResult } from './trainer.js';

interface EpochState {
  readonly steps: number;
  /** Sums over the steps. */
  readonly loss: number;
  readonly similarity: number;
  readonly seconds: number;
}

/** Means over the epoch so far; part of a checkpoint, so that a resumed epoch reports as if it had never stopped. */
export class EpochMeter {
  #steps = 0;
  #loss = 0;
  #similarity = 0;
  #secondsBefore = 0;
  #startedAt = performance.now();
  #exchangeMs = 0;

  /** @param exchangeMs that the step spent on what ranks tell one another */
  add({ loss, similarity }: StepResult, exchangeMs = 0): void {
    this.#exchangeMs += exchangeMs;
    this.#steps++;
    this.#loss += loss;
    this.#similarity += similarity;
  }

  get means(): StepResult {
    return { loss: this.#loss / this.#steps, similarity: this.#similarity / this.#steps };
  }

  /** Seconds spent on the epoch, over all its parts. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt) / 1000;
  }

  /** Part of the time of the epoch, or since it was resumed, that was spent on what ranks tell one another. */
  get communication(): number {
    return this.#exchangeMs / (performance.now() - this.#startedAt);
  }

  get state(): EpochState {
    return {
      steps: this.#steps,
      loss: this.#loss,
      similarity: this.#similarity,
      seconds: this.#steps === 0 ? 0 : this.seconds,
    };
  }

  restore({ steps, loss, similarity, seconds }: EpochState): void {
    this.#steps = steps;
    this.#loss = loss;
    this.#similarity = similarity;
    this.#secondsBefore = seconds;
    this.#startedAt = performance.now();
    this.#exchangeMs = 0;
  }

  reset(): void {
    this.restore({ steps: 0, loss: 0, similarity: 0, seconds: 0 });
  }
}

const REPORT_MS = 200;
/** The newest step counts for a twentieth of the pace, so that it settles within seconds and does not flicker. */
const SMOOTHING = 0.05;

/** Pictures a second, time left, and the parts of the time that training waits for pictures and for other ranks. */
export class Pace {
  readonly #batch: number;
  #secondsPerStep: number | undefined;
  #waiting = 0;
  #communication = 0;
  #lastStepAt = performance.now();
  #lastReportAt = Number.NEGATIVE_INFINITY;

  constructor(batch: number) {
    this.#batch = batch;
  }

  /** @param waitedMs that the loader has made the step wait @param exchangeMs that ranks have told one another things */
  stepDone(waitedMs: number, exchangeMs: number): void {
    const now = performance.now();
    const seconds = (now - this.#lastStepAt) / 1000;
    const waiting = Math.min(1, waitedMs / 1000 / seconds);
    const weight = this.#secondsPerStep === undefined ? 1 : SMOOTHING;
    this.#secondsPerStep = (this.#secondsPerStep ?? 0) * (1 - weight) + seconds * weight;
    this.#waiting = this.#waiting * (1 - weight) + waiting * weight;
    this.#communication = this.#communication * (1 - weight) + Math.min(1, exchangeMs / 1000 / seconds) * weight;
    this.#lastStepAt = now;
  }

  /** What was done since the last step was no training: an evaluation, a checkpoint. */
  skip(): void {
    this.#lastStepAt = performance.now();
  }

  report(stepsLeft: number): Pick<StepReport, 'picturesPerSecond' | 'secondsLeft' | 'waiting' | 'communication'> {
    const secondsPerStep = this.#secondsPerStep ?? Number.NaN;
    return {
      picturesPerSecond: this.#batch / secondsPerStep,
      secondsLeft: stepsLeft * secondsPerStep,
      waiting: this.#waiting,
      ...(this.#communication > 0 && { communication: this.#communication }),
    };
  }

  isReportDue(): boolean {
    const now = performance.now();
    if (now - this.#lastReportAt < REPORT_MS) return false;
    this.#lastReportAt = now;
    return true;
  }
}
