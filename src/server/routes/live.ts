/** @file How the training went and goes on. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { MapStatus, Run } from '../api.js';
import type { Env, ServerContext } from '../context.js';
import { followRun } from '../live.js';
import { LiveEvents, Metrics } from '../live-api.js';
import { answers, refusals } from '../parameters.js';
import { RequestError } from '../problem.js';

/** Streams open at once. A page has one. */
const MAX_STREAMS = 64;
/** Proxies close connections on which nothing comes for a minute; a comment keeps them. */
const HEARTBEAT_MS = 15_000;
/** What a browser waits before it connects again. */
const RETRY_MS = 2000;

const metrics = createRoute({
  method: 'get',
  path: '/api/metrics',
  summary: 'What was measured after each epoch',
  responses: answers('The epochs so far.', Metrics),
});

const names = Object.keys(LiveEvents).map((name) => `\`${name}\``);
/** A server-sent event, whose data are JSON. */
function eventSchema([name, schema]: [string, z.ZodType]): z.ZodType {
  // Its types know `contentMediaType` only.
  const content: object = { contentMediaType: 'application/json', contentSchema: z.toJSONSchema(schema) };
  return z.object({
    event: z.literal(name),
    /** The epoch, of those that tell of one. */
    id: z.string().optional(),
    data: z.string().openapi(content),
  });
}

const events = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'The run as it trains',
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .optional()
        .openapi({ description: 'The last epoch that is known: those after it are sent. All, if left out.' }),
    }),
  },
  responses: {
    200: {
      description: `Events named ${names.join(', ')}: first what is the case, then what comes about. Does not end.`,
      // Of each event: OpenAPI has no word for a stream before 3.2.
      content: { 'text/event-stream': { schema: z.union(Object.entries(LiveEvents).map(eventSchema)) } },
    },
    ...refusals,
  },
});

export function liveRoutes({ runPath, service, closing }: ServerContext) {
  let numStreams = 0;
  const app = new OpenAPIHono<Env>().openapi(metrics, async (c) => c.json({ records: await service.metrics() }, 200));
  return app.openapi(events, (c) => {
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    if (numStreams === MAX_STREAMS) {
      throw new RequestError(429, `events: expected at most ${MAX_STREAMS} streams, got one more. Close a page.`, 10);
    }
    numStreams++;
    const after = epochOf(c.req.valid('header')['last-event-id']);
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing]);
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS);
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        const asked = {
          featureSource: (): Promise<Run['source'] | undefined> => service.featureSource().catch(noneYet),
          lastUpdate: (): Promise<number | undefined> => service.lastUpdate().catch(noneYet),
          mapStatus: (): Promise<MapStatus | undefined> => service.mapStatus().catch(noneYet),
        };
        for await (const { name, value } of followRun(runPath, service, { after, signal, ...asked })) {
          const id = name === 'epoch' && { id: String(value.epoch) };
          await stream.writeSSE({ event: name, data: JSON.stringify(value), ...id });
        }
      } catch {
        // Whatever it is, the next request is told; the browser comes back by itself.
      } finally {
        clearInterval(heartbeat);
        numStreams--;
      }
    });
  });
}

/** There is neither before the first checkpoint. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof RequestError)) throw error;
}

/** Anything that is no epoch is as good as none: the whole state is sent. */
function epochOf(lastEventId: string | undefined): number {
  return /^\d{1,9}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0;
}
