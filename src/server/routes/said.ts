/** @file What people say of pictures: what is to become of duplicates, and labels, names of clusters. The run remembers it, for all who open it. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { ClusterName, Clusters, DecisionsRequest, LabelChanges, Labels, Stored } from '../api.js';
import { jsonBody } from '../body.js';
import type { Env, ServerContext } from '../context.js';
import { answers } from '../parameters.js';

const decide = createRoute({
  method: 'post',
  path: '/api/duplicates/decisions',
  summary: 'What is to become of duplicates',
  request: { body: { required: true, content: { 'application/json': { schema: DecisionsRequest } } } },
  responses: answers('It is remembered, by the bytes of the pictures. No file is touched.', Stored),
});

const labels = createRoute({
  method: 'get',
  path: '/api/labels',
  summary: 'Labels that people have given',
  responses: answers('All of them, of pictures that are here.', Labels),
});

const label = createRoute({
  method: 'post',
  path: '/api/labels',
  summary: 'Gives pictures labels, or takes them away',
  request: { body: { required: true, content: { 'application/json': { schema: LabelChanges } } } },
  responses: answers('They are remembered, by the bytes of the pictures, beside those of others.', Stored),
});

const clusters = createRoute({
  method: 'get',
  path: '/api/clusters',
  summary: 'The clusters of the map',
  responses: answers('All of them, with their names; none until the map is laid out.', Clusters),
});

const nameOne = createRoute({
  method: 'post',
  path: '/api/clusters',
  summary: 'Gives a cluster a name, or takes it away',
  request: { body: { required: true, content: { 'application/json': { schema: ClusterName } } } },
  responses: answers('It is remembered, by the bytes of its pictures.', Stored),
});

export function saidRoutes({ service, intake }: ServerContext) {
  const app = new OpenAPIHono<Env>();
  app.use(decide.path, jsonBody(intake));
  app.use(label.path, jsonBody(intake));
  app.use(nameOne.path, jsonBody(intake));
  return app
    .openapi(decide, async (c) => {
      await service.decide(c.req.valid('json'));
      return c.json({ stored: true }, 200);
    })
    .openapi(labels, async (c) => c.json(await service.labels(), 200))
    .openapi(label, async (c) => {
      await service.label(c.req.valid('json'));
      return c.json({ stored: true }, 200);
    })
    .openapi(clusters, async (c) => c.json(await service.clusters(), 200))
    .openapi(nameOne, async (c) => {
      await service.nameCluster(c.req.valid('json'));
      return c.json({ stored: true }, 200);
    });
}
