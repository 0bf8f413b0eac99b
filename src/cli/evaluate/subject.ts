/** @file What the measures of `instdisc evaluate` share: the run and the pictures, encoded once and only if asked for. */
import { ArgumentError } from '../../core/errors.js';
import { sameRows } from '../../evaluate/overlap.js';
import { type Embedded, embed } from '../../run/embed.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { CommonOptions, DeviceOptions } from '../options.js';
import type { Output } from '../output.js';
import { showAliases, showReadings, showSkipped } from '../skipped.js';
import { counter } from '../words.js';

export interface EvaluateOptions extends CommonOptions, DeviceOptions {
  readonly reference?: string;
  readonly test?: string;
  readonly k: readonly number[];
  readonly tau?: readonly number[];
  readonly seed: number;
  /** Of retrieval: the ranks to tell the precision at. */
  readonly precisionAt?: readonly number[];
  readonly montage?: string;
  /** Of unlabelled: most pictures that are looked at. */
  readonly sample?: number;
  /** Of semi-supervised, in percent. */
  readonly fractions?: readonly number[];
  readonly steps?: number;
  readonly epochs?: number;
  readonly lr?: number;
}

export class Subject {
  readonly trained: TrainedRun;
  readonly options: EvaluateOptions;
  readonly output: Output;
  readonly signal: AbortSignal;
  #reference: Promise<Embedded> | undefined;
  #test: Promise<Embedded> | undefined;
  #sameRows: Promise<readonly (readonly number[])[]> | undefined;

  constructor(trained: TrainedRun, options: EvaluateOptions, output: Output, signal: AbortSignal) {
    this.trained = trained;
    this.options = options;
    this.output = output;
    this.signal = signal;
  }

  /** Features of the labelled pictures to learn from: those of --reference, else the run's memory bank. */
  reference(): Promise<Embedded> {
    const { reference: folder } = this.options;
    this.#reference ??= folder === undefined ? this.#bank() : this.#embed(folder);
    return this.#reference;
  }

  /**
   * Features of the pictures of --test.
   *
   * @throws {ArgumentError} if there is no --test
   */
  async test(): Promise<Embedded> {
    const { test: folder } = this.options;
    if (folder === undefined) throw new ArgumentError('--test: expected a folder of test pictures, got none.');
    this.#test ??= this.#embed(folder);
    return this.#test;
  }

  /** For each test picture all rows of the reference that are the same picture: the file itself, and its copies. */
  async sameRows(): Promise<readonly (readonly number[])[]> {
    const [reference, test] = [await this.reference(), await this.test()];
    this.#sameRows ??= sameRows(reference, test, this.signal);
    return this.#sameRows;
  }

  /** Files that could not be read, of the pictures asked for so far. */
  async skipped(): Promise<{ reference: Embedded['skipped']; test: Embedded['skipped'] }> {
    return { reference: (await this.#reference)?.skipped ?? [], test: (await this.#test)?.skipped ?? [] };
  }

  /** Tells on the line that changes how far long work is. */
  progress(verb: string, noun: string): (done: number, of?: number) => void {
    const count = counter(verb, noun);
    return (...done) => this.output.live(count(...done));
  }

  async #bank(): Promise<Embedded> {
    return { ...this.trained.bank, skipped: [], readings: [], aliases: [] };
  }

  async #embed(folder: string): Promise<Embedded> {
    const embedded = await embed(this.trained, [folder], {
      signal: this.signal,
      onProgress: this.progress(`encoding ${folder}`, 'pictures'),
    });
    this.output.clear();
    showSkipped(this.output, embedded.skipped, 'the output of --json');
    showAliases(this.output, embedded.aliases);
    showReadings(this.output, embedded.readings);
    return embedded;
  }
}
