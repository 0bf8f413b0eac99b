/** @file What is said of all pictures together: map, duplicates, outliers, labels. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type CsvStyle, csvText } from '../../core/csv-write.js';
import { ClassifyRequest, Duplicates, MapStatus, NearestStatus, Outliers, Proposals } from '../api.js';
import { jsonBody } from '../body.js';
import type { Env, ServerContext } from '../context.js';
import { Gate } from '../gate.js';
import { prefers } from '../negotiation.js';
import { answers, binary, flag, pageQuery, quantity, refusals } from '../parameters.js';

const ARROW = 'application/vnd.apache.arrow.stream';
const page = z.object(pageQuery);
const csvQuery = {
  excel: flag('CSV begins with the mark by which Excel knows UTF-8.'),
  raw: flag("Cells of CSV that a spreadsheet would compute stay as they are; else they get ' in front."),
};
/** Everybody waits for the same computation, and a page asks for it once. */
const WAITING = { open: 64, waiting: 0 };

const map = createRoute({
  method: 'get',
  path: '/api/map',
  summary: 'Every picture as a point',
  responses: {
    200: {
      description:
        'A table of one row a picture: name, label (of the classes of the run, −1 for none), x, y, cluster, density, outlier. By principal components at first; this asks for the layout by UMAP, which is there once the status says so.',
      content: { [ARROW]: binary },
    },
    ...refusals,
  },
});

const mapStatus = createRoute({
  method: 'get',
  path: '/api/map/status',
  summary: 'How far the layout is',
  responses: answers('What /api/map gives now, and how far the better layout is.', MapStatus),
});

const nearestStatus = createRoute({
  method: 'get',
  path: '/api/nearest/status',
  summary: 'How far duplicates and outliers are',
  responses: answers('How much of the search that both wait for is done.', NearestStatus),
});

const duplicates = createRoute({
  method: 'get',
  path: '/api/duplicates',
  summary: 'Pictures that are there twice',
  request: {
    query: page.extend({
      threshold: quantity(0, 1),
      only: z.enum(['same', 'similar']).optional().openapi({ description: 'Groups of one kind alone.' }),
      decided: flag('Those alone of which somebody has said that all of their pictures stay; else the others.'),
    }),
  },
  responses: answers(
    'Groups of pictures that are the same, then of pictures every two of which are at least as similar as the threshold, default that of the run; each picture with whether it stays, and why.',
    Duplicates,
  ),
});

const outliers = createRoute({
  method: 'get',
  path: '/api/outliers',
  summary: 'The most isolated pictures',
  request: { query: page },
  responses: answers('The most isolated pictures first.', Outliers),
});

const classify = createRoute({
  method: 'post',
  path: '/api/classify',
  summary: 'Labels for the rest, from a few',
  request: {
    query: page.extend(csvQuery),
    body: { required: true, content: { 'application/json': { schema: ClassifyRequest } } },
  },
  responses: {
    200: {
      description: 'Proposals, the most doubtful first; as CSV all of them, if that is what is accepted.',
      content: { 'application/json': { schema: Proposals }, 'text/csv': { schema: { type: 'string' } } },
    },
    ...refusals,
  },
});

export function answerRoutes({ service, gate, intake }: ServerContext) {
  const app = new OpenAPIHono<Env>();
  const waiting = new Gate(WAITING);
  app.use(classify.path, jsonBody(intake));
  return app
    .openapi(map, async (c) => {
      const table = await waiting.pass(() => service.map(), c.req.raw.signal);
      return c.body(table as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': ARROW });
    })
    .openapi(mapStatus, async (c) => c.json(await service.mapStatus(), 200))
    .openapi(nearestStatus, async (c) => c.json(await service.nearestStatus(), 200))
    .openapi(duplicates, async (c) => {
      const { threshold, ...part } = c.req.valid('query');
      return c.json(await waiting.pass(() => service.duplicates(threshold, part), c.req.raw.signal), 200);
    })
    .openapi(outliers, async (c) => {
      return c.json(await waiting.pass(() => service.outliers(c.req.valid('query')), c.req.raw.signal), 200);
    })
    .openapi(classify, async (c) => {
      const isCsv = prefers(c.req.header('accept'), 'text/csv');
      const { excel, raw, ...asked } = c.req.valid('query');
      const part = isCsv ? { offset: 0, limit: Number.MAX_SAFE_INTEGER } : asked;
      const proposals = await gate.pass(() => service.classify(c.req.valid('json'), part), c.req.raw.signal);
      return isCsv
        ? c.body(toCsv(proposals, { excel, raw }), 200, { 'Content-Type': 'text/csv; charset=utf-8' })
        : c.json(proposals, 200);
    });
}

function toCsv({ proposals }: Proposals, style: CsvStyle): string {
  const rows = proposals.map(({ name, proposal, confidence }) => [name, proposal, confidence]);
  return csvText([['path', 'label', 'confidence'], ...rows], style);
}
