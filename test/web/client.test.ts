import { afterEach, describe, expect, it, vi } from 'vitest';
import { HttpSource } from '../../web/src/source/http.ts';
import { jsonOf } from '../../web/src/source/service.ts';
import { SourceError } from '../../web/src/source/source.ts';

afterEach(() => vi.unstubAllGlobals());

const source = new HttpSource();
const { service } = source;

/** What is asked for by the next requests, which all get this answer. */
function answering(answer: () => Response): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`);
    return answer();
  });
  return asked;
}

describe('the client of the page', () => {
  it('knows the routes: what they do not take or give does not compile', async () => {
    answering(() => Response.json({}));
    // @ts-expect-error There is no such route.
    void (() => service.duplicate.$get());
    // @ts-expect-error It takes no such parameter.
    void (() => service.duplicates.$get({ query: { treshold: '0.9' } }));
    // @ts-expect-error A row is a number.
    void (() => service.classify.$post({ query: {}, json: { labels: [{ row: '1', label: 'cat' }] } }));
    // @ts-expect-error There is no such size.
    void (() => source.thumbnailUrl(1, 65));
    const run = await source.run();
    // @ts-expect-error A run has no such field.
    void (() => run.nmae);
    // @ts-expect-error Nor a training such a setting.
    void (() => run.settings?.epoch);
    const proposals = await jsonOf(service.classify.$post({ query: {}, json: { labels: [] } }));
    // @ts-expect-error Nor an answer.
    void (() => proposals.proposal);
  });

  it('asks below the folder of the page, so that a service may lie anywhere below its host', async () => {
    const asked = answering(() => Response.json({}));
    await source.neighbours(7, { k: 5, byPixels: true });
    await source.search(new Blob(['a picture']), { k: 5 });
    await source.picture(0);
    expect(asked).toEqual([
      'GET ./api/pictures/7/neighbours?k=5&compare=pixels',
      'POST ./api/search?k=5',
      'GET ./api/pictures/0',
    ]);
    expect(source.thumbnailUrl(3, 64)).toBe('./api/pictures/3/thumbnail?size=64');
  });

  it('fails with what the service says is wrong, or with what is known', async () => {
    answering(() => Response.json({ error: 'row: expected one in [0, 3), got 7.' }, { status: 404 }));
    await expect(source.picture(7)).rejects.toEqual(new SourceError('row: expected one in [0, 3), got 7.', 404));
    answering(() => new Response('Bad gateway', { status: 502 }));
    await expect(source.metrics()).rejects.toThrow('api/metrics: the server answered 502.');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await expect(source.run()).rejects.toThrow('The server does not answer.');
  });
});
