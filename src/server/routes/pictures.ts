/** @file The run, its pictures, and what is near them. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { Pictures, Run, SearchAnswer, ServedPicture } from '../api.js';
import type { Env, ServerContext } from '../context.js';
import { isKept } from '../negotiation.js';
import { answers, askQuery, binary, optionalCount, pageQuery, refusals, rowParam, text } from '../parameters.js';
import { RequestError } from '../problem.js';
import { THUMBNAIL_SIZES, type ThumbnailSize } from '../thumbnails.js';

const row = z.object(rowParam);

const run = createRoute({
  method: 'get',
  path: '/api/run',
  summary: 'The run',
  responses: answers('What the run is.', Run),
});

const pictures = createRoute({
  method: 'get',
  path: '/api/pictures',
  summary: 'Pictures by name',
  request: { query: z.object({ q: text(200), ...pageQuery }) },
  responses: answers('The pictures whose names contain `q`, in whatever case.', Pictures),
});

const picture = createRoute({
  method: 'get',
  path: '/api/pictures/{row}',
  summary: 'One picture',
  request: { params: row },
  responses: answers('The picture.', ServedPicture),
});

const thumbnail = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/thumbnail',
  summary: 'A picture, small',
  request: {
    params: row,
    query: z.object({
      size: z
        .enum(THUMBNAIL_SIZES.map(String) as `${ThumbnailSize}`[])
        .default('128')
        .transform((size) => Number(size) as ThumbnailSize),
    }),
  },
  responses: {
    200: {
      description: 'The picture, `size` pixels long at most.',
      content: { 'image/webp': binary },
    },
    304: { description: 'The one the client has is still right.' },
    ...refusals,
  },
});

const seen = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/seen',
  summary: 'What the encoder sees of a picture',
  request: { params: row },
  responses: {
    200: {
      description: 'The square that it is given: cut or padded, and reduced.',
      content: { 'image/png': binary },
    },
    304: { description: 'The one the client has is still right.' },
    ...refusals,
  },
});

const neighbours = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/neighbours',
  summary: 'The pictures most similar to one of them',
  request: {
    params: row,
    query: z.object({
      ...askQuery,
      before: optionalCount(0, 1e9).openapi({ description: 'Find only pictures before this row.' }),
    }),
  },
  responses: answers('Its neighbours, best first, without itself.', SearchAnswer),
});

export function pictureRoutes({ service, thumbnails, gate }: ServerContext) {
  return new OpenAPIHono<Env>()
    .openapi(run, async (c) => c.json(await service.run(), 200))
    .openapi(pictures, async (c) => {
      const { q, offset, limit } = c.req.valid('query');
      return c.json(await service.pictures(q, { offset, limit }), 200);
    })
    .openapi(picture, async (c) => c.json(await service.picture(c.req.valid('param').row), 200))
    .openapi(neighbours, async (c) => {
      const { k, compare, before } = c.req.valid('query');
      if (before !== undefined && compare !== undefined) {
        throw new RequestError(400, 'query: expected before or compare, got both. Leave one out.');
      }
      const ask = { k, comparePixels: compare === 'pixels', before };
      const find = () => service.neighbours(c.req.valid('param').row, ask);
      return c.json(await gate.pass(find, c.req.raw.signal), 200);
    })
    .openapi(thumbnail, async (c) => {
      const source = await service.source(c.req.valid('param').row);
      const { size } = c.req.valid('query');
      if (isKept(c, await thumbnails.tag(source, size))) return c.body(null, 304);
      return c.body((await thumbnails.render(source, size)) as Uint8Array<ArrayBuffer>, 200, {
        'Content-Type': 'image/webp',
      });
    })
    .openapi(seen, async (c) => {
      const { row } = c.req.valid('param');
      const { seenKey } = await service.source(row);
      if (isKept(c, `"${seenKey.slice(0, 32)}"`)) return c.body(null, 304);
      const png = await gate.pass(() => service.seen(row), c.req.raw.signal);
      return c.body(png as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': 'image/png' });
    });
}
