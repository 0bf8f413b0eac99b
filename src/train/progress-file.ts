/** @file Keeps progress.json of a run folder up to date, for whoever watches the training from outside. */

import type { StepReport, TrainEvent } from '../run/events.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

const INTERVAL_MS = 1000;

/**
 * Writes at most one report a second, and never two at once. A training goes on without its watchers: what goes wrong
 * here is passed over, and nobody waits for the disk.
 */
export class ProgressFile {
  readonly #run: Pick<RunFolder, 'writeProgress' | 'removeProgress'>;
  #writing: Promise<void> | undefined;
  #last: StepReport | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(run: Pick<RunFolder, 'writeProgress' | 'removeProgress'>) {
    this.#run = run;
  }

  /** Reports how far steps are, and then how far encoding is. */
  take(event: TrainEvent): void {
    if (event.kind === 'step') this.#last = event.report;
    else if (event.kind === 'encoding' && this.#last !== undefined) {
      const { done, of } = event;
      this.#last = { ...this.#last, encoding: { done, of } };
    } else return;
    this.report(this.#last);
  }

  report(report: StepReport): void {
    const now = performance.now();
    if (this.#writing !== undefined || now - this.#startedAt < INTERVAL_MS) return;
    this.#startedAt = now;
    this.#writing = this.#run
      .writeProgress(report)
      .catch(() => undefined)
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Removes the file, once what is being written has been. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#run.removeProgress().catch(() => undefined);
  }
}
