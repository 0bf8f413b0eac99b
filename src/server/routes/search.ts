/** @file Pictures that a client sends: what is near them, and their features. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { npyHeader } from '../../store/tensors/npy.js';
import { Embedding, SearchAnswer } from '../api.js';
import { pictureOf } from '../body.js';
import type { Env, RequestContext, ServerContext } from '../context.js';
import { prefers } from '../negotiation.js';
import { answers, askQuery, binary, refusals } from '../parameters.js';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'heic', 'jxl', 'gif', 'tiff', 'bmp'].map((format) => `image/${format}`);
const body = {
  required: true,
  description: 'The file of a picture, as the body or as a file of a form.',
  content: {
    ...Object.fromEntries(FORMATS.map((type) => [type, binary])),
    // No schema that validates: that would read the body, and there is a limit to it.
    'multipart/form-data': {
      schema: {
        type: 'object',
        description: 'Where no file is named `picture`, the first counts.',
        properties: { picture: binary.schema },
        required: ['picture'],
      } as { type: 'object' },
      encoding: { picture: { contentType: FORMATS.join(', ') } },
    },
  },
};

const search = createRoute({
  method: 'post',
  path: '/api/search',
  summary: 'The pictures most similar to any picture',
  request: { query: z.object(askQuery), body },
  responses: answers('The neighbours, best first.', SearchAnswer),
});

const embed = createRoute({
  method: 'post',
  path: '/api/embed',
  summary: 'The feature of any picture',
  request: { body },
  responses: {
    200: {
      description: 'A unit vector; as NumPy float32[1, dim] if that is what is accepted.',
      content: { 'application/json': { schema: Embedding }, 'application/x-npy': binary },
    },
    ...refusals,
  },
});

const seen = createRoute({
  method: 'post',
  path: '/api/seen',
  summary: 'What the encoder sees of any picture',
  request: { body },
  responses: {
    200: {
      description: 'The square that it is given: cut or padded, and reduced.',
      content: { 'image/png': binary },
    },
    ...refusals,
  },
});

export function searchRoutes({ service, gate, intake }: ServerContext) {
  /** Works on the picture of a request once it is there whole: nobody waits for a body that is slow. */
  const withPicture = <T>({ req }: RequestContext, work: (picture: Uint8Array) => Promise<T>): Promise<T> =>
    intake.take(req.raw, async (body) => {
      const picture = await pictureOf(body, req.header('content-type'));
      return gate.pass(() => work(picture), req.raw.signal);
    });
  return new OpenAPIHono<Env>()
    .openapi(search, async (c) => {
      const { k, compare } = c.req.valid('query');
      const ask = { k, comparePixels: compare === 'pixels' };
      return c.json(await withPicture(c, (picture) => service.search(picture, ask)), 200);
    })
    .openapi(embed, async (c) => {
      const features = await withPicture(c, (picture) => service.embed(picture));
      const dim = features.length;
      if (prefers(c.req.header('accept'), 'application/x-npy')) {
        const npy = new Uint8Array([...npyHeader([1, dim]), ...new Uint8Array(features.buffer)]);
        return c.body(npy, 200, { 'Content-Type': 'application/x-npy' });
      }
      return c.json({ dim, features: Array.from(features) }, 200);
    })
    .openapi(seen, async (c) => {
      const png = await withPicture(c, (picture) => service.seen(picture));
      return c.body(png as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': 'image/png' });
    });
}
