/** @file What the method sees of one training picture. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { Explanation } from '../api.js';
import type { Env, ServerContext } from '../context.js';
import { answers, countParameter, rowParam } from '../parameters.js';

const explanation = createRoute({
  method: 'get',
  path: '/api/pictures/{row}/explanation',
  summary: 'What the method sees of a training picture',
  request: {
    params: z.object(rowParam),
    query: z.object({
      /** Augmented views. */
      views: countParameter(1, 16, 4),
      /** Negatives to draw. */
      negatives: countParameter(1, 4096, 12),
      seed: countParameter(0, 1e6, 0).openapi({
        description: 'Epochs to go on from the last one, for other views and negatives.',
      }),
    }),
  },
  responses: answers('Views, softmax and negatives, at the newest checkpoint.', Explanation),
});

export function explanationRoutes({ service, gate }: ServerContext) {
  return new OpenAPIHono<Env>().openapi(explanation, async (c) => {
    const explain = () => service.explanation(c.req.valid('param').row, c.req.valid('query'));
    return c.json(await gate.pass(explain, c.req.raw.signal), 200);
  });
}
