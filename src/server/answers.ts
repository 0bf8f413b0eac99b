/** @file What is said of a collection as a whole: each answer is computed when it is first asked for, and kept. */
import { carriedOut } from '../collection/carry-out/journal.js';
import type { Collection } from '../collection/collection.js';
import { Decisions } from '../collection/duplicates/decisions.js';
import type { DuplicateCalibration } from '../collection/duplicates/duplicate-calibration.js';
import { groupsAt, type RowGroup } from '../collection/duplicates/duplicate-groups.js';
import {
  DUPLICATE_FLOOR,
  DUPLICATE_THRESHOLD,
  type DuplicatePairs,
  duplicatePairs,
  MAX_PARTNERS,
  pairsAt,
} from '../collection/duplicates/duplicates.js';
import { judgeGroups } from '../collection/duplicates/judge-groups.js';
import { KnownFiles } from '../collection/duplicates/known-files.js';
import { keptTurnedPairs } from '../collection/duplicates/turned/turned-pairs.js';
import { firstNeighbours, nearestOfEach } from '../collection/nearest-of-each.js';
import { mostIsolated, NUM_AROUND, outlierScores } from '../collection/outliers.js';
import { type LabelProposals, proposeLabels } from '../collection/propose.js';
import type { Neighbours } from '../search/neighbours.js';
import type { ClassifyRequest, Duplicates, NearestStatus, Outliers, Proposals, ServedPicture } from './api.js';
import type { Background } from './background.js';
import { Once } from './once.js';
import type { DuplicatesPage, Page } from './questions.js';
import { RunMap } from './run-map.js';

/** No pictures are unlike enough for less. */
const LOWEST = 0.01;
/** Thresholds that are so much lower than the run's own can be asked for. */
const LEEWAY = 0.05;

export interface AnswersOptions extends Background {
  readonly runPath: string;
  /** Whether pictures keep their places on the map, as of a run that has been updated. */
  readonly keepsPlaces: boolean;
  /** Temperature of votes where none is given. */
  readonly tau: number;
  /** The threshold of duplicates; undefined if there is none of the run's own. */
  readonly calibrate: (neighbours: Neighbours) => Promise<DuplicateCalibration | undefined>;
  readonly pictureOf: (row: number) => ServedPicture;
}

interface FoundPairs {
  readonly pairs: DuplicatePairs;
  readonly calibration: DuplicateCalibration | undefined;
}

export class Answers {
  readonly #collection: Collection;
  readonly #options: AnswersOptions;
  readonly map: RunMap;
  readonly #neighbours = new Once(() => this.#findNeighbours());
  /** Of the files that there are, which a key tells. */
  #pairs: { readonly key: string; readonly found: Once<FoundPairs> } | undefined;
  readonly #outliers = new Once(() => this.#findOutliers());
  readonly #files: KnownFiles;
  #progress = 0;
  #onNeighbours: (part: number) => void = () => undefined;
  /** Of the labels given last, whose pages are asked for one by one. */
  #proposals: { readonly key: string; readonly found: Promise<LabelProposals> } | undefined;

  constructor(collection: Collection, options: AnswersOptions) {
    this.#collection = collection;
    this.#options = options;
    this.#files = new KnownFiles(collection);
    this.map = new RunMap(collection, {
      ...options,
      neighbours: (onProgress) => {
        this.#onNeighbours = onProgress;
        return this.#neighbours.get();
      },
    });
  }

  get nearestStatus(): NearestStatus {
    return { progress: this.#progress };
  }

  /**
   * @param asked the threshold; default the run's own
   * @throws {ArgumentError} if there are no pairs for so low a threshold
   */
  async duplicates(
    asked: number | undefined,
    { offset, limit, only, decided = false }: DuplicatesPage,
  ): Promise<Duplicates> {
    const { pairs, calibration } = await this.#findOnce();
    const threshold = asked ?? calibration?.threshold ?? DUPLICATE_THRESHOLD;
    const { groups } = groupsAt(pairs, threshold);
    const decisions = await Decisions.read(this.#options.runPath);
    const { pictures: all } = this.#collection;
    const ofKind = groups.filter(({ kind }) => only === undefined || kind === only);
    const isDecided = ({ kind, rows }: RowGroup): boolean =>
      decisions.keepsAll(
        kind,
        rows.map((row) => all[row]!),
      );
    const wanted = ofKind.filter((group) => isDecided(group) === decided);
    const page = wanted.slice(offset, offset + limit);
    const judged = await judgeGroups(groups, this.#files, page, {
      ...{ decisions, turned: pairs.turned, signal: this.#options.signal },
    });
    return {
      threshold,
      ...(calibration && { calibration }),
      numGroups: wanted.length,
      numDecided: ofKind.filter(isDecided).length,
      numSpare: decided ? 0 : wanted.reduce((sum, { rows }) => sum + rows.length - 1, 0),
      groups: judged.map(({ pictures, ...group }) => ({
        ...group,
        pictures: pictures.map(({ facts: _, row, ...judged }) => ({ ...this.#options.pictureOf(row), ...judged })),
      })),
      pairsAt: pairsAt(pairs, thousandths(pairs.floor)),
    };
  }

  /** Rows, and those of the same content. */
  async withSame(rows: readonly number[]): Promise<readonly number[]> {
    const { pairs } = await this.#findOnce();
    const same = groupsAt(pairs, 1).groups.filter((group) => group.kind === 'same');
    return [...new Set(rows.flatMap((row) => same.find((group) => group.rows.includes(row))?.rows ?? [row]))];
  }

  async outliers({ offset, limit }: Page): Promise<Outliers> {
    const { scores, order } = await this.#outliers.get();
    const rows = Array.from(order.subarray(offset, offset + limit));
    return { pictures: rows.map((row) => ({ ...this.#options.pictureOf(row), outlier: scores[row]! })) };
  }

  /** @throws {ArgumentError} if a row is not in the collection */
  async classify(request: ClassifyRequest, { offset, limit }: Page): Promise<Proposals> {
    const { classes, proposals } = await this.#propose(request);
    const counts = new Map(classes.map((label) => [label, 0]));
    for (const { label } of proposals) counts.set(label, counts.get(label)! + 1);
    return {
      classes: [...classes],
      counts: [...counts.values()],
      numProposals: proposals.length,
      proposals: proposals.slice(offset, offset + limit).map(({ row, label, confidence, runnerUp = null }) => ({
        ...this.#options.pictureOf(row),
        proposal: label,
        confidence,
        runnerUp,
      })),
    };
  }

  #propose(request: ClassifyRequest): Promise<LabelProposals> {
    const key = JSON.stringify(request);
    if (this.#proposals?.key !== key) {
      const { labels, k, tau = this.#options.tau } = request;
      const labelOf = new Map(labels.map(({ row, label }) => [row, label]));
      const found = proposeLabels(this.#collection, labelOf, { k, tau, signal: this.#options.signal });
      this.#proposals = { key, found };
    }
    return this.#proposals.found;
  }

  /** As many as any answer needs. */
  #findNeighbours(): Promise<Neighbours> {
    const onProgress = (done: number, of: number): void => {
      this.#progress = done / of;
      this.#onNeighbours(this.#progress);
    };
    return nearestOfEach(this.#collection, MAX_PARTNERS, { onProgress, signal: this.#options.signal });
  }

  /** Anew whenever files were taken, or put back. */
  async #findOnce(): Promise<FoundPairs> {
    const gone = await carriedOut(this.#options.runPath);
    const key = [...gone].join('\n');
    if (this.#pairs?.key !== key) this.#pairs = { key, found: new Once(() => this.#findPairs(gone)) };
    return this.#pairs.found.get();
  }

  async #findPairs(gone: ReadonlySet<string>): Promise<FoundPairs> {
    const neighbours = await this.#neighbours.get();
    const calibration = await this.#options.calibrate(neighbours);
    const lowest = Math.max(LOWEST, Number(((calibration?.threshold ?? DUPLICATE_THRESHOLD) - LEEWAY).toFixed(3)));
    const floor = Math.min(DUPLICATE_FLOOR, lowest);
    const { pictures } = this.#collection;
    const without = new Set(Array.from(pictures.keys()).filter((row) => gone.has(pictures[row]!.id)));
    // What the command line has found with --turned, if it has been asked.
    const turned = (await keptTurnedPairs(this.#options.runPath, this.#collection)) ?? [];
    return { pairs: await duplicatePairs(this.#collection, { neighbours, floor, turned, without }), calibration };
  }

  async #findOutliers(): Promise<{ readonly scores: Float32Array; readonly order: Int32Array }> {
    const neighbours = firstNeighbours(await this.#neighbours.get(), NUM_AROUND);
    const scores = outlierScores(neighbours, this.#collection.pictures.length);
    return { scores, order: mostIsolated(scores) };
  }
}

/** `floor` and each thousandth above it, up to 1: the steps of the page's slider. */
function thousandths(floor: number): number[] {
  return [floor, ...Array.from({ length: 1001 }, (_, i) => i / 1000).filter((threshold) => threshold > floor)];
}
