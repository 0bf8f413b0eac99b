/** @file Answers from an exported folder; see src/server/site.ts for what is in it. */
import type * as Api from '../../../src/server/api.ts';
import type { EpochMetrics } from '../../../src/server/live-api.ts';
import type { Site } from '../../../src/server/site.ts';
import { readMap } from './arrow.ts';
import type { SiteSearch } from './site-search.ts';
import { type MapData, type SearchOptions, type Source, SourceError } from './source.ts';

/** As the exporter writes them; an address must be known before anything is read. */
const BLOCK_SIZE: Site['blockSize'] = 1000;

export class StaticSource implements Source {
  readonly service = undefined;
  readonly privacy = 'It is looked at in this browser, and goes nowhere.';
  readonly thumbnailSizes = [];
  readonly #at: string;
  readonly #site = once(async (): Promise<Site> => (await this.#read('site.json')).json());
  readonly #map = once(async () => readMap(await (await this.#read('map.arrow')).arrayBuffer()));
  /** Large, and of no use to who does not search with pictures of their own. */
  readonly #search = once(async (): Promise<SiteSearch> => {
    const { SiteSearch } = await import('./site-search.ts');
    const [site, features, encoder] = await Promise.all([
      this.#site(),
      this.#readBytes('features.f16'),
      this.#readBytes('encoder.onnx'),
    ]);
    return SiteSearch.open(site, new Uint16Array(features), encoder);
  });

  /** @param at the folder with what is shown; that of version 0.1 has no other name */
  constructor(at = 'data') {
    this.#at = at;
  }

  async run(): Promise<Api.Run> {
    return (await this.#site()).run;
  }

  map(): Promise<MapData> {
    return this.#map();
  }

  async mapStatus(): Promise<Api.MapStatus> {
    return { method: 'umap', progress: 1 };
  }

  async picture(row: number): Promise<Api.ServedPicture> {
    const [{ run }, { names, labels }] = await Promise.all([this.#site(), this.#map()]);
    const name = names[row];
    if (name === undefined) throw new SourceError(`row: expected one in [0, ${names.length}), got ${row}.`, 404);
    return { row, name, label: run.classes[labels[row]!] ?? null };
  }

  thumbnailUrl(row: number): string {
    return `${this.#at}/${thumbnailPath(row)}`;
  }

  wholeUrl(row: number): string {
    return this.thumbnailUrl(row);
  }

  async facts(): Promise<undefined> {
    return undefined;
  }

  async neighbours(row: number, { k = 24, signal }: SearchOptions = {}): Promise<Api.SearchAnswer> {
    const start = performance.now();
    await this.picture(row);
    const site = await this.#site();
    const block = Math.floor(row / BLOCK_SIZE);
    const bytes = await (await this.#read(`neighbours/${block}.bin`, signal)).arrayBuffer();
    const count = bytes.byteLength / 8;
    const first = (row - block * BLOCK_SIZE) * site.k;
    const rows = new Int32Array(bytes, 4 * first, Math.min(k, site.k));
    const similarities = new Float32Array(bytes, 4 * (count + first), Math.min(k, site.k));
    const neighbours = await this.#neighbours(rows, similarities);
    return { neighbours, ms: { encode: 0, search: performance.now() - start } };
  }

  async search(picture: Blob, { k = 24, signal }: SearchOptions = {}): Promise<Api.SearchAnswer> {
    const search = await this.#search();
    signal?.throwIfAborted();
    const { rows, similarities, ms } = await search.nearest(picture, k);
    return { neighbours: await this.#neighbours(rows, similarities), ms };
  }

  /** Of a picture of the collection there is no more here than its thumbnail. */
  async seen(picture: number | Blob, signal?: AbortSignal): Promise<Blob> {
    const [{ seenIn }, site] = await Promise.all([import('./site-seen.ts'), this.#site()]);
    return seenIn(
      typeof picture === 'number' ? await (await this.#read(thumbnailPath(picture), signal)).blob() : picture,
      site,
    );
  }

  async metrics(): Promise<readonly EpochMetrics[]> {
    return (await this.#read('metrics.json')).json();
  }

  events(): () => void {
    return () => undefined;
  }

  #neighbours(rows: ArrayLike<number>, similarities: ArrayLike<number>): Promise<Api.Neighbour[]> {
    return Promise.all(
      Array.from(rows, async (row, i) => ({ ...(await this.picture(row)), similarity: similarities[i]! })),
    );
  }

  async #readBytes(path: string): Promise<ArrayBuffer> {
    return (await this.#read(path)).arrayBuffer();
  }

  async #read(path: string, signal?: AbortSignal): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(`${this.#at}/${path}`, { ...(signal && { signal }) });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new SourceError(`${path}: the host does not answer. Is the network there?`, 0);
    }
    if (answer.ok) return answer;
    throw new SourceError(
      `${path}: the host answered ${answer.status}. The exported folder is not whole.`,
      answer.status,
    );
  }
}

function thumbnailPath(row: number): string {
  return `thumbnails/${Math.floor(row / BLOCK_SIZE)}/${row}.webp`;
}

/** The first answer is kept; a failure is not. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= ask().catch((error) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}
