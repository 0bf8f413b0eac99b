/** @file What an experiment of the paper is: data for the planner, the runner and the report. */
import type { MeasuredRun } from '../evaluate/measured-run.js';
import type { GivenSettings } from '../run/config.js';
import type { Backend } from '../runtime/device.js';

/** One training of an experiment. All of an experiment share encoder, pictures and number of steps. */
export interface RunSpec {
  /** Name of its folder. */
  readonly name: string;
  /** Name for people; that of its row, if it makes one. */
  readonly label: string;
  /** What it sets beside what the plan does. */
  readonly settings: GivenSettings;
  /** Part of the plan's pictures that it trains on, in (0, 1]; default all. */
  readonly fraction?: number;
  /** An encoder as it comes from its initialisation: what learning is measured against. */
  readonly untrained?: true;
  /** Pictures that pass through training steps when it is measured, if the plan's number is `pictures`. */
  readonly trainsAfterwards?: (pictures: number) => number;
}

/** Something that is measured. */
export interface Column {
  readonly name: string;
  readonly title: string;
  /**
   * `accuracy`: in [0, 1], counted on test pictures, so that it has a standard error; `share`: in [0, 1], not counted;
   * both are shown in percent.
   */
  readonly unit: 'accuracy' | 'share' | 'number';
  /** The paper has nothing of the kind. */
  readonly isOurs?: true;
}

/** Runs may give parts of a row: those of one label are joined. */
export interface MeasuredRow {
  readonly label: string;
  /** By column; a column that does not apply is left out. */
  readonly values: Readonly<Record<string, number>>;
}

export interface GalleryItem {
  readonly path: string;
  readonly caption: string;
  /** Whether it is of the query's class. */
  readonly isRight: boolean;
}

/** A picture of the report: a query and what it found. */
export interface GalleryRow {
  readonly title: string;
  readonly query: string;
  readonly found: readonly GalleryItem[];
}

/** What came out of one run. */
export interface Measured {
  readonly rows: readonly MeasuredRow[];
  readonly gallery?: readonly GalleryRow[];
}

/** Data and encoder of a figure in the paper; always after 200 epochs. */
export interface Published {
  readonly encoder: string;
  /** To learn from. */
  readonly pictures: number;
  readonly testPictures: number;
  readonly classes: number;
  /** Side of the crops, in pixels. */
  readonly size: number;
}

export const CIFAR10: Published = {
  encoder: 'ResNet-18, width 64',
  pictures: 50_000,
  testPictures: 10_000,
  classes: 10,
  size: 32,
};

export const IMAGENET: Published = {
  encoder: 'ResNet-18, width 64',
  pictures: 1_281_167,
  testPictures: 50_000,
  classes: 1000,
  size: 224,
};

export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** What it shows and why, a paragraph each. */
  readonly story: readonly string[];
  /** What is not as in the paper, whatever the size. */
  readonly remarks: readonly string[];
  /** What the paper's figures were measured on. */
  readonly published: Published;
  readonly runs: readonly RunSpec[];
  /** Whether its rows are rivals, ranked by the first column. */
  readonly isRanking: boolean;
  readonly columns: readonly Column[];
  /** The paper's figures by row and column; a figure that is not known is left out. */
  readonly paper: Readonly<Record<string, Readonly<Record<string, number>>>>;
  measure(measured: MeasuredRun, spec: RunSpec): Promise<Measured>;
  /** Seconds that `measure` takes for each labelled picture, beside encoding; told by a trial. */
  readonly timeMeasure?: (backend: Backend) => Promise<number>;
}
