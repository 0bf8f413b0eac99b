/**
 * @file What the routes ask: answers about one run, which may still be training.
 *
 * The inference runtime blocks the thread it works in; the one that answers HTTP must not wait for it. So `RunService`
 * lives in a worker thread, and the routes hold a `Service` that passes each call on (remote.ts). A new question becomes
 * a method here, of plain values, and nothing between changes.
 */

import type { CollectionPicture } from '../collection/collection.js';
import { rememberDecision } from '../collection/duplicates/decisions.js';
import { storedLabels, storeLabels } from '../collection/stored-labels.js';
import { rowsNamed } from '../core/names.js';
import { Sampler } from '../data/batches/sampler.js';
import { imageOf } from '../data/pictures-at-hand.js';
import { parseRunConfig } from '../run/config.js';
import type { EpochRecord } from '../run/events.js';
import type { OpenRunOptions } from '../run/open-run.js';
import { firstDrawn } from '../run/run-update.js';
import { digestOf } from '../store/files/digest.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type {
  ClassifyRequest,
  ClusterName,
  Clusters,
  DecisionsRequest,
  Duplicates,
  Explanation,
  LabelChanges,
  Labels,
  MapStatus,
  NearestStatus,
  Outliers,
  Pictures,
  Proposals,
  Run,
  SearchAnswer,
  ServedPicture,
} from './api.js';
import { Decoder } from './decoding/decoder.js';
import { MAX_UPLOAD_BYTES } from './decoding/decoding-cost.js';
import { describeRun } from './described-run.js';
import { explainRow } from './explanation.js';
import type { EpochMetrics } from './live-api.js';
import { metricsOf, withQueriesOf } from './metrics.js';
import { NewestRun } from './newest-run.js';
import { RequestError } from './problem.js';
import type { Ask, DuplicatesPage, Look, Page, PictureSource } from './questions.js';
import { runState } from './run-state.js';

/** Uploads that take much and wait to be decoded, of the requests that are under way at once. */
const MAX_LARGE_WAITING = 8;

/** The questions, wherever they are answered. */
export type Service = Pick<RunService, keyof RunService>;

/** Methods throw a `RequestError` where the request is at fault: no such row, no picture, nothing learned yet. */
export class RunService {
  readonly #path: string;
  readonly #newest: NewestRun;
  readonly #decoder = new Decoder({ maxBytes: MAX_UPLOAD_BYTES, maxWaiting: MAX_LARGE_WAITING });

  private constructor(path: string, options: OpenRunOptions, onError: (error: Error) => void) {
    this.#path = path;
    this.#newest = new NewestRun(path, options, onError);
  }

  /**
   * @param onError told of what goes wrong while nobody waits for it
   * @throws {RunError} if there is no run, or it is damaged
   */
  static async open(
    path: string,
    options: OpenRunOptions = {},
    onError: (error: Error) => void = () => undefined,
  ): Promise<RunService> {
    const service = new RunService(path, options, onError);
    await service.run();
    return service;
  }

  async run(): Promise<Run> {
    return this.#newest.useIfAny((opened) => describeRun(this.#path, opened));
  }

  /** @param query part of the names wanted, in whatever case; empty for all */
  async pictures(query: string, { offset, limit }: Page): Promise<Pictures> {
    return this.#newest.use(async (opened) => {
      const names = opened.collection.pictures.map(({ name }) => name);
      const rows = rowsNamed(names, query);
      return {
        pictures: rows.slice(offset, offset + limit).map((row) => opened.picture(row)),
        numPictures: rows.length,
      };
    });
  }

  async picture(row: number): Promise<ServedPicture> {
    return this.#newest.use(async (opened) => opened.picture(row));
  }

  async source(row: number): Promise<PictureSource> {
    return this.#newest.use(async (opened) => {
      const { id, hash } = opened.known(row);
      const key = hash ?? digestOf(id);
      const seenKey = digestOf(JSON.stringify([key, opened.trained.transform]));
      const { cachePath } = opened.trained;
      return { key, seenKey, path: id, cachePath, place: opened.collection.source !== 'index' ? row : undefined };
    });
  }

  /** @param what the row of a picture, or a file of one @returns a PNG file of the square that the encoder sees of it */
  async seen(what: number | Uint8Array): Promise<Uint8Array> {
    return this.#newest.use(async (opened) => {
      const picture =
        typeof what === 'number' ? await opened.pixels(what) : await this.#decoder.decode(what, opened.shortSide);
      if (picture === undefined) throw new RequestError(404, `row: expected its file to be where it was, got nothing.`);
      return imageOf(opened.seenOf(picture)).png().toBuffer();
    });
  }

  async neighbours(row: number, { k, comparePixels, before }: Ask): Promise<SearchAnswer> {
    return this.#newest.use(async (opened) => {
      opened.known(row);
      const start = performance.now();
      const feature = opened.feature(row);
      const neighbours =
        before === undefined ? await opened.nearest(feature, k, row) : opened.nearestBefore(feature, k, row, before);
      const ms = { encode: 0, search: performance.now() - start };
      const byPixels = comparePixels && (await opened.nearestByPixels((pixels) => pixels.row(row), k, row));
      return { neighbours, ms, ...(byPixels && { byPixels }) };
    });
  }

  /** @param file of a picture */
  async search(file: Uint8Array, { k, comparePixels }: Ask): Promise<SearchAnswer> {
    return this.#newest.use(async (opened) => {
      const start = performance.now();
      const picture = await this.#decoder.decode(file, opened.shortSide);
      const feature = await opened.encode(picture);
      const encoded = performance.now();
      const neighbours = await opened.nearest(feature, k);
      const ms = { encode: encoded - start, search: performance.now() - encoded };
      const byPixels = comparePixels && (await opened.nearestByPixels((pixels) => pixels.vector(picture), k));
      return { neighbours, ms, ...(byPixels && { byPixels }) };
    });
  }

  /** @returns float32[dim] */
  async embed(file: Uint8Array): Promise<Float32Array> {
    return this.#newest.use(async (opened) => opened.encode(await this.#decoder.decode(file, opened.shortSide)));
  }

  async metrics(): Promise<EpochMetrics[]> {
    const folder = await RunFolder.open(this.#path);
    const records = withQueriesOf(parseRunConfig(folder.config, this.#path), (await folder.readLog()) as EpochRecord[]);
    // The first epoch is logged a moment before its checkpoint is written, and told once its pictures are known.
    return this.#newest.useIfAny(async (opened) =>
      opened === undefined ? [] : metricsOf(records, (place) => opened.pictureAt(place)),
    );
  }

  /** What the method sees of a training picture. */
  async explanation(row: number, { views, negatives, seed }: Look): Promise<Explanation> {
    return this.#newest.use(async (opened) => {
      const picture = opened.picture(row);
      const place = opened.training.placeOf(row);
      if (place === undefined) {
        throw new RequestError(
          404,
          `row: expected a picture of the training, got ${picture.name}, which is only in the index.`,
        );
      }
      const { config } = opened.trained;
      const { settings } = config;
      const { stepsPerEpoch } = new Sampler({
        pictures: opened.trained.bank.ids.length - firstDrawn(config),
        ...settings,
      });
      const epoch = Math.max(1, Math.floor(opened.step / stepsPerEpoch)) + seed;
      const options = { views, negatives, epoch };
      return { picture, ...(await explainRow(opened.trained, place, (at) => opened.pictureAt(at), options)) };
    });
  }

  /** How far duplicates and outliers are, once they were asked for. */
  async nearestStatus(): Promise<NearestStatus> {
    return this.#newest.use(async ({ answers }) => answers.nearestStatus);
  }

  async duplicates(threshold: number | undefined, page: DuplicatesPage): Promise<Duplicates> {
    return this.#newest.use(({ answers }) => answers.duplicates(threshold, page));
  }

  /** The most isolated first. */
  async outliers(page: Page): Promise<Outliers> {
    return this.#newest.use(({ answers }) => answers.outliers(page));
  }

  async classify(request: ClassifyRequest, page: Page): Promise<Proposals> {
    return this.#newest.use(async (opened) => {
      for (const { row } of request.labels) opened.known(row);
      return opened.answers.classify(request, page);
    });
  }

  /** Remembers what is said of duplicates. */
  async decide({ groups, marks }: DecisionsRequest): Promise<void> {
    await this.#newest.use(async (opened) => {
      const pictureOf = (row: number): CollectionPicture => opened.known(row);
      const told = groups.map(async ({ rows, ...group }) => ({
        ...group,
        pictures: (await opened.answers.withSame(rows)).map(pictureOf),
      }));
      const marked = marks.map(({ row, stays }) => ({ picture: pictureOf(row), stays }));
      await rememberDecision(this.#path, { groups: await Promise.all(told), marks: marked });
    });
  }

  /** Labels that people have given. */
  async labels(): Promise<Labels> {
    return this.#newest.use(async ({ collection }) => ({
      labels: Array.from(await storedLabels(this.#path, collection.pictures), ([row, label]) => ({ row, label })),
    }));
  }

  async label({ changes, onlyNew }: LabelChanges): Promise<void> {
    await this.#newest.use((opened) => {
      const told = changes.map(({ row, label }) => ({ picture: opened.known(row), label }));
      return storeLabels(this.#path, told, onlyNew);
    });
  }

  /** @returns an Arrow IPC stream with the columns MAP_COLUMNS */
  async map(): Promise<Uint8Array> {
    // A training needs the processor itself; until its end there are the principal components.
    const isOver = (await runState(this.#path)) !== 'training';
    return this.#newest.use(({ answers }) => answers.map.get(isOver));
  }

  /** The clusters of the map; none until it is laid out. */
  async clusters(): Promise<Clusters> {
    return this.#newest.use(async ({ answers }) => ({ clusters: await answers.map.clusters() }));
  }

  async nameCluster({ cluster, name }: ClusterName): Promise<void> {
    await this.#newest.use(({ answers }) => answers.map.nameCluster(cluster, name));
  }

  /** Where features come from now. */
  async featureSource(): Promise<Run['source']> {
    return this.#newest.use(async ({ collection }) => collection.source);
  }

  /** The number of the last update of the pictures that are answered from; 0 if there was none. */
  async lastUpdate(): Promise<number> {
    return this.#newest.use(async ({ trained }) => trained.config.updates.at(-1)?.number ?? 0);
  }

  /** How far the layout is that `map` asked for. */
  async mapStatus(): Promise<MapStatus> {
    return this.#newest.use(async ({ answers }) => answers.map.status);
  }

  async close(): Promise<void> {
    this.#decoder.close();
    await this.#newest.close();
  }
}
