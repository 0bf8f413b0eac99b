/** @file A loader's worker thread: makes the batches it is sent, in turn. */

import { parentPort, workerData } from 'node:worker_threads';
import { BatchMaker } from './batch-maker.js';
import type { Batch } from './loader.js';

const port = parentPort!;
const maker = new BatchMaker(workerData);

port.on('message', (batch: Batch) => {
  maker.fill(batch.epoch, batch.indices, batch.images);
  port.postMessage(batch, [batch.images.buffer as ArrayBuffer]);
});
