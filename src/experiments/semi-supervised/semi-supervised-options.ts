/** @file What the semi-supervised experiment is given, and what it tells as it goes on. */
import type { SupervisedAccuracy } from '../../evaluate/supervised-accuracy.js';
import type { TrainOptions } from '../../train/training-options.js';
import type { FineTuneBudget, Start } from './fine-tune.js';

/** Parts of the labels that the paper learns from. */
export const FRACTIONS: readonly number[] = [0.01, 0.02, 0.04, 0.1, 0.2];

export interface SemiSupervisedOptions
  extends Omit<FineTuneBudget, 'batch'>,
    Pick<TrainOptions, 'device' | 'threads' | 'workers' | 'signal'> {
  /** The run folder, whose encoder is compared with none. */
  readonly run: string;
  /** Labelled pictures, of which parts are learnt from: folders with a folder for each class. */
  readonly reference: readonly string[];
  readonly test: readonly string[];
  /** Words for what is left out of them beside what the run leaves out, as `ScanRules` has them. */
  readonly exclude?: readonly string[];
  /** Each in (0, 1]; default FRACTIONS. */
  readonly fractions?: readonly number[];
  /** Called with the number of files looked at. */
  readonly onScan?: (done: number) => void;
  readonly onProgress?: (progress: SemiSupervisedProgress) => void;
  /** Called as soon as a part is done. */
  readonly onRow?: (row: SemiSupervisedRow) => void;
}

/** How far one of the trainings is, and all of them. */
export interface SemiSupervisedProgress {
  readonly fraction: number;
  readonly start: Start;
  readonly task: 'training' | 'testing';
  /** In [0, 1], of all trainings. */
  readonly done: number;
  /** While it trains. */
  readonly picturesPerSecond?: number;
  /** Of all trainings. */
  readonly secondsLeft?: number;
}

export interface SemiSupervisedRow {
  readonly fraction: number;
  /** Labelled pictures that were learnt from. */
  readonly numPictures: number;
  readonly steps: number;
  readonly epochs: number;
  readonly batch: number;
  /** Started with the run's encoder. */
  readonly encoder: SupervisedAccuracy;
  /** Started with nothing. */
  readonly scratch: SupervisedAccuracy;
}
