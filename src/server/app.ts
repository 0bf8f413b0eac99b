/**
 * @file The web application: from a run's service to answers.
 *
 * A group of routes is a function of the ServerContext in a file of routes/; to add one, name it in `addRoutes`. What needs
 * the encoder or the features asks `context.service`; what only reads the run folder reads it itself.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Env, ServerContext } from './context.js';
import { securityHeaders } from './headers.js';
import { type AllowedHosts, onlyFrom } from './hosts.js';
import { notAllowed } from './methods.js';
import { servePage } from './page.js';
import { problem, RequestError, statusOf } from './problem.js';
import { limitRate, type Rate } from './rate.js';
import { answerRoutes } from './routes/answers.js';
import { explanationRoutes } from './routes/explanation.js';
import { fileRoutes } from './routes/files.js';
import { liveRoutes } from './routes/live.js';
import { pictureRoutes } from './routes/pictures.js';
import { saidRoutes } from './routes/said.js';
import { searchRoutes } from './routes/search.js';
import { authorize } from './token.js';

/** Every route. Its type is the page's client, so it is inferred. */
function addRoutes(app: OpenAPIHono<Env>, context: ServerContext) {
  return app
    .route('/', pictureRoutes(context))
    .route('/', fileRoutes(context))
    .route('/', searchRoutes(context))
    .route('/', answerRoutes(context))
    .route('/', saidRoutes(context))
    .route('/', liveRoutes(context))
    .route('/', explanationRoutes(context));
}
/** The routes with what they take and give, for a typed client. */
export type Api = ReturnType<typeof addRoutes>;

/** Mistakes of a request that are told one by one. */
const MAX_ISSUES = 3;

export interface AppOptions {
  /** Hosts that requests may be sent to. */
  readonly allowed: AllowedHosts;
  /** The port that the server listens at. */
  readonly port: number;
  /** Asked for, if there is one. */
  readonly token?: string;
  readonly rate: Rate;
  /** The folder of the built page. */
  readonly page: string;
  readonly version: string;
  /** Told of errors that are the server's own fault. */
  readonly onError: (error: unknown) => void;
}

export function createApp(context: ServerContext, options: AppOptions): OpenAPIHono<Env> {
  const { allowed, port, token, rate, page, version, onError } = options;
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw new RequestError(400, describe(result.target, result.error.issues));
    },
  });
  app.onError((error, c) => {
    // Whoever has gone away hears no answer, and nothing is wrong with the server.
    if (statusOf(error) >= 500 && !c.req.raw.signal.aborted) onError(error);
    return problem(error);
  });
  app.notFound((c) => problem(new RequestError(404, `${c.req.method} ${c.req.path}: expected a path of this server.`)));

  app.use(securityHeaders, onlyFrom(allowed), limitRate(rate));
  if (token !== undefined) {
    const { enter, api } = authorize(token, port);
    app.use('/', enter);
    app.use('/api/*', api);
    app.use('/openapi.json', api);
  }
  app.use(methodNotAllowed({ app, onMethodNotAllowed: notAllowed }));
  addRoutes(app, context);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'instdisc', version, description: 'Pictures of one run, by similarity. A picture is its row.' },
  });
  app.use(servePage(page));
  return app;
}

/** How a schema says that a parameter is there twice. */
const GIVEN_TWICE = /^Invalid input: expected \w+, received array$/;

/** What is wrong with which parameter. */
function describe(
  where: string,
  issues: readonly { readonly path: PropertyKey[]; readonly message: string }[],
): string {
  const told = issues
    .slice(0, MAX_ISSUES)
    .map(
      ({ path, message }) =>
        `${[where, ...path.map(String)].join('.')}: ${message.replace(GIVEN_TWICE, 'expected once, got several times')}.`,
    );
  const numMore = issues.length - told.length;
  return [...told, ...(numMore > 0 ? [`And ${numMore} more.`] : [])].join(' ');
}
