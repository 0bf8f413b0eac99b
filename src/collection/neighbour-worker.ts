/** @file A thread that searches: one message a search, answered when there are no queries left to take. */
import { parentPort, workerData } from 'node:worker_threads';
import { BlockSearch, type SearchJob } from './neighbour-block.js';

const port = parentPort!;
const search = await BlockSearch.create(workerData as number);

port.on('message', async (job: SearchJob) => {
  await search.run(job);
  port.postMessage('done');
});
