/** @file A picture looked at closely: the whole of it, what its file says, and where it lies. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { factsOf, fileOf } from '../../data/picture-facts.js';
import { PictureFacts } from '../api.js';
import type { Env, RequestContext, ServerContext } from '../context.js';
import { isKept } from '../negotiation.js';
import { answers, binary, refusals, rowParam } from '../parameters.js';
import { RequestError } from '../problem.js';
import { SHOWN, wholeOf } from '../whole-picture.js';

const row = z.object(rowParam);

const whole = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/file',
  summary: 'A picture, whole',
  request: { params: row },
  responses: {
    200: {
      description:
        'Its file, if browsers show such files; else as WebP. Of one that is gone, what the run’s cache has.',
      content: Object.fromEntries(Object.values(SHOWN).map((type) => [type, binary])),
    },
    304: { description: 'The one the client has is still right.' },
    ...refusals,
  },
});

const facts = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/facts',
  summary: 'What the file of a picture says of it',
  request: { params: row },
  responses: answers('Size, time, camera.', PictureFacts),
});

const show = createRoute({
  method: 'post',
  path: '/api/pictures/{row}/show',
  summary: 'Shows the file of a picture in the file manager of the machine',
  request: { params: row },
  responses: {
    200: { description: 'It is shown.', content: { 'application/json': { schema: z.object({ shown: z.boolean() }) } } },
    ...refusals,
  },
});

export function fileRoutes({ service, thumbnails, desktop, gate }: ServerContext) {
  /** Whether who asks sits at this machine: no proxy stands between. */
  const isHere = ({ req }: RequestContext): boolean =>
    desktop !== undefined &&
    ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'].every((name) => !req.header(name));
  return new OpenAPIHono<Env>()
    .openapi(whole, async (c) => {
      const source = await service.source(c.req.valid('param').row);
      if (isKept(c, `"${source.key.slice(0, 32)}-whole"`)) return c.body(null, 304);
      const { type, bytes } = await gate.pass(() => wholeOf(source, thumbnails), c.req.raw.signal);
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': type });
    })
    .openapi(facts, async (c) => {
      const { path } = await service.source(c.req.valid('param').row);
      const file = await factsOf(path);
      return c.json({ ...(file && { file }), ...(isHere(c) && { path }) }, 200);
    })
    .openapi(show, async (c) => {
      const { path } = await service.source(c.req.valid('param').row);
      if (!isHere(c)) throw new RequestError(403, 'folder: expected to be asked from this machine alone.');
      if ((await factsOf(path)) === undefined)
        throw new RequestError(404, 'picture: expected its file to be where it was.');
      await desktop!.show(await fileOf(path));
      return c.json({ shown: true }, 200);
    });
}
