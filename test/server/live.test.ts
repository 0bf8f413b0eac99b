import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveSettings } from '#src/run/config.js';
import type { ServerContext } from '#src/server/context.js';
import { followRun, type LiveEvent } from '#src/server/live.js';
import type { EpochMetrics, Progress } from '#src/server/live-api.js';
import { RequestError } from '#src/server/problem.js';
import { liveRoutes } from '#src/server/routes/live.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { tempFolder } from '../cli/cli.js';

const root = tempFolder();
let numRuns = 0;
let run: RunFolder;
let stop: AbortController;
const service = {
  metrics: async () => (await run.readLog()) as EpochMetrics[],
  featureSource: async () => {
    throw new RequestError(409, 'run: expected a checkpoint, got none yet.');
  },
  lastUpdate: async () => 0,
  mapStatus: async () => {
    throw new RequestError(409, 'run: expected a checkpoint, got none yet.');
  },
};

const epoch = (number: number): EpochMetrics => ({
  epoch: number,
  step: 10 * number,
  loss: 1 / number,
  similarity: 0.5,
  norm: 1,
  uniformity: -3,
  lr: 0.1,
  picturesPerSecond: 40,
  seconds: 2,
});
const progress = (step: number): Progress => ({
  step,
  steps: 100,
  epoch: 1,
  epochs: 2,
  loss: 2,
  similarity: 0.5,
  lr: 0.1,
  picturesPerSecond: 40,
  waiting: 0,
  secondsLeft: 9,
});

/** A run in training; closing it ends the training. */
beforeEach(async () => {
  const config = {
    version: 1,
    recipe: 'folder',
    settings: resolveSettings('folder', { epochs: 2 }),
    paths: ['/pictures'],
    labels: null,
    device: 'cpu',
    threads: 1,
  };
  run = await RunFolder.create(join(root, `run-${numRuns++}`), config);
  stop = new AbortController();
  return () => stop.abort();
});

/** Follows the run; `next` gives what it tells, in words. */
function follow(after = 0, mapStatus?: () => Promise<{ method: 'umap'; progress: number } | undefined>) {
  const options = { after, signal: stop.signal, intervalMs: 5, ...(mapStatus && { mapStatus }) };
  const events = followRun(run.path, service, options);
  return async (): Promise<string> => words((await events.next()).value as LiveEvent);
}

function words(event: LiveEvent): string {
  if (event.name === 'state') return event.value.state;
  if (event.name === 'epoch') return `epoch ${event.value.epoch}`;
  return event.name === 'progress' ? `step ${event.value.step}` : `map ${event.value.progress}`;
}

describe('following a run', () => {
  it('tells first what is the case', async () => {
    await run.log(epoch(1));
    await run.log(epoch(2));
    await run.writeProgress(progress(7));
    const next = follow();
    expect([await next(), await next(), await next(), await next()]).toEqual([
      'training',
      'epoch 1',
      'epoch 2',
      'step 7',
    ]);
  });

  it('tells then what comes about, to the end of the training', async () => {
    const next = follow();
    expect(await next()).toBe('training');
    await run.writeProgress(progress(3));
    expect(await next()).toBe('step 3');
    await run.log(epoch(1));
    expect(await next()).toBe('epoch 1');
    await run.log(epoch(2));
    expect(await next()).toBe('epoch 2');
    await run.close();
    expect(await next()).toBe('finished');
  });

  it('goes on after the epoch that is known already', async () => {
    for (const number of [1, 2, 3]) await run.log(epoch(number));
    const next = follow(2);
    expect([await next(), await next()]).toEqual(['training', 'epoch 3']);
  });

  it('tells epochs again that a resumed training logs again', async () => {
    for (const number of [1, 2]) await run.log(epoch(number));
    const next = follow();
    expect([await next(), await next(), await next()]).toEqual(['training', 'epoch 1', 'epoch 2']);
    const pending = next();
    await run.rewindLog((record) => (record as EpochMetrics).epoch < 2);
    await sleep(50);
    await run.log(epoch(2));
    expect(await pending).toBe('epoch 2');
  });

  it('tells when features take the place of the bank', async () => {
    const sources = ['bank', 'bank', 'features'] as const;
    let asked = 0;
    const events = followRun(run.path, service, {
      ...{ after: 0, signal: stop.signal, intervalMs: 10 },
      featureSource: async () => sources[Math.min(asked++, 2)],
    });
    const next = async (): Promise<unknown> => (await events.next()).value;
    expect(await next()).toEqual({ name: 'state', value: { state: 'training' } });
    expect(await next()).toEqual({ name: 'state', value: { state: 'training', source: 'bank' } });
    expect(await next()).toEqual({ name: 'state', value: { state: 'training', source: 'features' } });
  });

  it('does not take what a killed training left for progress', async () => {
    await run.writeProgress(progress(7));
    await run.close();
    const next = follow(0, async () => ({ method: 'umap', progress: 0.5 }));
    expect([await next(), await next()]).toEqual(['stopped', 'map 0.5']);
  });

  it('passes over progress that is no such thing', async () => {
    await run.writeProgress({ step: 'seven' });
    const next = follow(0, async () => ({ method: 'umap', progress: 1 }));
    expect([await next(), await next()]).toEqual(['training', 'map 1']);
  });

  it('ends when it is told to', async () => {
    const events = followRun(run.path, service, { after: 0, signal: stop.signal, intervalMs: 60_000 });
    await events.next();
    const ended = events.next();
    stop.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
  });
});

describe('the stream of events', () => {
  const closing = new AbortController();
  const app = () => liveRoutes({ runPath: run.path, service, closing: closing.signal } as unknown as ServerContext);

  /** Reads until all of the given parts have come. */
  async function read(response: Response, parts: readonly string[]): Promise<string> {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!parts.every((part) => text.includes(part))) text += (await reader.read()).value;
    await reader.cancel();
    return text;
  }

  it('is in the form that browsers read, with the epoch as its place', async () => {
    await run.log(epoch(1));
    const response = await app().request('/api/events');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await read(response, ['event: epoch', 'id: 1\n\n']);
    expect(text).toContain('retry: 2000\n\n');
    expect(text).toContain('event: state\ndata: {"state":"training"}\n\n');
    expect(text).toContain(`event: epoch\ndata: ${JSON.stringify(epoch(1))}\nid: 1\n\n`);
  });

  it('ends where the run cannot be read, and says nothing of why', async () => {
    const broken = { ...service, metrics: () => Promise.reject(new Error('/secret/path')) };
    const routes = liveRoutes({ runPath: run.path, service: broken, closing: stop.signal } as unknown as ServerContext);
    expect(await (await routes.request('/api/events')).text()).not.toContain('secret');
  });

  it('goes on where a browser lost it', async () => {
    for (const number of [1, 2]) await run.log(epoch(number));
    const response = await app().request('/api/events', { headers: { 'Last-Event-ID': '1' } });
    expect(await read(response, ['event: epoch', '"epoch":2'])).not.toContain('"epoch":1');
  });

  it.each(['', 'x', '-1', '1e9', '99999999999'])('sends everything for the unknown place %j', async (id) => {
    await run.log(epoch(1));
    await read(await app().request('/api/events', { headers: { 'Last-Event-ID': id } }), ['"epoch":1']);
  });

  it('takes so many readers and no more, and another once one has gone', async () => {
    const one = app();
    const open = await Promise.all(Array.from({ length: 64 }, () => one.request('/api/events')));
    one.onError((error, c) => c.text(error.message, 418));
    const refused = await one.request('/api/events');
    expect(refused.status).toBe(418);
    expect(await refused.text()).toContain('expected at most 64 streams');
    await open[0]!.body!.cancel();
    await expect.poll(async () => (await one.request('/api/events')).status).toBe(200);
    closing.abort();
  });
});
