/** @file A thread that makes batches for evaluation: those that it is sent, in turn. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openCache } from '../cache/cache.js';
import { EvalMaker } from './eval-maker.js';
import type { EvalOrder, EvalThreadData } from './eval-thread.js';

const port = parentPort!;
const { transform, cacheDir }: EvalThreadData = workerData;
const maker = new EvalMaker(transform, cacheDir === undefined ? undefined : openCache(cacheDir));

for await (const [{ sources, images }] of on(port, 'message') as AsyncIterable<[EvalOrder]>) {
  port.postMessage(await maker.fill(sources, images), [images.buffer as ArrayBuffer]);
}
