/** @file What is said of a collection as a whole: each answer is computed when it is first asked for, and kept. */
import type { Collection } from '../collection/collection.js';
import { groupsAt } from '../collection/duplicate-groups.js';
import { duplicatePairs, MAX_PARTNERS, pairsAt } from '../collection/duplicates.js';
import { firstNeighbours, nearestOfEach } from '../collection/nearest-of-each.js';
import { mostIsolated, NUM_AROUND, outlierScores } from '../collection/outliers.js';
import { type LabelProposals, proposeLabels } from '../collection/propose.js';
import type { Neighbours } from '../search/neighbours.js';
import type { ClassifyRequest, Duplicates, NearestStatus, Outliers, Proposals, ServedPicture } from './api.js';
import type { Background } from './background.js';
import { Once } from './once.js';
import type { Page } from './questions.js';
import { RunMap } from './run-map.js';

export interface AnswersOptions extends Background {
  readonly runPath: string;
  /** Temperature of votes where none is given. */
  readonly tau: number;
  readonly pictureOf: (row: number) => ServedPicture;
}

export class Answers {
  readonly #collection: Collection;
  readonly #options: AnswersOptions;
  readonly map: RunMap;
  readonly #neighbours = new Once(() => this.#findNeighbours());
  readonly #pairs = new Once(async () =>
    duplicatePairs(this.#collection, { neighbours: await this.#neighbours.get() }),
  );
  readonly #outliers = new Once(() => this.#findOutliers());
  #progress = 0;
  #onNeighbours: (part: number) => void = () => undefined;
  /** Of the labels given last, whose pages are asked for one by one. */
  #proposals: { readonly key: string; readonly found: Promise<LabelProposals> } | undefined;

  constructor(collection: Collection, options: AnswersOptions) {
    this.#collection = collection;
    this.#options = options;
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

  /** @throws {ArgumentError} if there are no pairs for so low a threshold */
  async duplicates(threshold: number, { offset, limit }: Page): Promise<Duplicates> {
    const pairs = await this.#pairs.get();
    const { groups, numSpare } = groupsAt(pairs, threshold);
    return {
      threshold,
      numGroups: groups.length,
      numSpare,
      groups: groups
        .slice(offset, offset + limit)
        .map(({ rows, ...group }) => ({ pictures: rows.map(this.#options.pictureOf), ...group })),
      pairsAt: pairsAt(pairs, thousandths(pairs.floor)),
    };
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
