/** @file Answers from `instdisc serve`, over HTTP. */
import type * as Api from '../../../src/server/api.ts';
import type { EpochMetrics } from '../../../src/server/live-api.ts';
import { readMap } from './arrow.ts';
import { EventFeed } from './events.ts';
import { address, jsonOf, openService, until } from './service.ts';
import type { EventListeners, MapData, SearchOptions, Source, ThumbnailSize } from './source.ts';

export class HttpSource implements Source {
  readonly service = openService();
  readonly privacy = 'It goes to the server of this page, no further.';
  readonly thumbnailSizes = [64, 128, 256, 512, 1024] as const;
  readonly #feed = new EventFeed(address(this.service.events.$path()));

  run(signal?: AbortSignal): Promise<Api.Run> {
    return jsonOf(this.service.run.$get({}, until(signal)));
  }

  async map(signal?: AbortSignal): Promise<MapData> {
    return readMap(await (await this.service.map.$get({}, until(signal))).arrayBuffer());
  }

  mapStatus(signal?: AbortSignal): Promise<Api.MapStatus> {
    return jsonOf(this.service.map.status.$get({}, until(signal)));
  }

  picture(row: number, signal?: AbortSignal): Promise<Api.ServedPicture> {
    return jsonOf(this.service.pictures[':row'].$get({ param: { row: `${row}` } }, until(signal)));
  }

  thumbnailUrl(row: number, size: ThumbnailSize): string {
    const { thumbnail } = this.service.pictures[':row'];
    return address(thumbnail.$path({ param: { row: `${row}` }, query: { size: `${size}` } }));
  }

  wholeUrl(row: number): string {
    return address(this.service.pictures[':row'].file.$path({ param: { row: `${row}` } }));
  }

  facts(row: number, signal?: AbortSignal): Promise<Api.PictureFacts> {
    return jsonOf(this.service.pictures[':row'].facts.$get({ param: { row: `${row}` } }, until(signal)));
  }

  neighbours(row: number, { signal, ...options }: SearchOptions = {}): Promise<Api.SearchAnswer> {
    const { neighbours } = this.service.pictures[':row'];
    return jsonOf(neighbours.$get({ param: { row: `${row}` }, query: ask(options) }, until(signal)));
  }

  search(picture: Blob, { signal, ...options }: SearchOptions = {}): Promise<Api.SearchAnswer> {
    const init = { ...until(signal).init, body: picture };
    return jsonOf(this.service.search.$post({ query: ask(options) }, { init }));
  }

  async seen(picture: number | Blob, signal?: AbortSignal): Promise<Blob> {
    const answer =
      typeof picture === 'number'
        ? this.service.pictures[':row'].seen.$get({ param: { row: `${picture}` } }, until(signal))
        : this.service.seen.$post({}, { init: { ...until(signal).init, body: picture } });
    return (await answer).blob();
  }

  async metrics(signal?: AbortSignal): Promise<readonly EpochMetrics[]> {
    return (await jsonOf(this.service.metrics.$get({}, until(signal)))).records;
  }

  events(listeners: EventListeners): () => void {
    return this.#feed.listen(listeners);
  }
}

function ask({ k, byPixels }: SearchOptions): { k?: string; compare?: 'pixels' } {
  return { ...(k !== undefined && { k: `${k}` }), ...(byPixels && { compare: 'pixels' }) };
}
