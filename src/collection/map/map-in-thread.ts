/** @file Has a map laid out in a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { MapMessage, MapTask, MapTaskResult } from './map-thread.js';

/**
 * Runs a task in a new thread.
 *
 * @param onProgress called with the part done, in (0, 1]
 * @throws the signal's reason; the thread ends then
 */
export async function runInThread(
  task: MapTask,
  onProgress: (part: number) => void,
  signal?: AbortSignal,
): Promise<MapTaskResult> {
  signal?.throwIfAborted();
  // Flags of the calling process, such as --input-type or --inspect, are not for its threads.
  const worker = new Worker(new URL('./map-thread.js', import.meta.url), { workerData: task, execArgv: [] });
  try {
    return await new Promise((fulfil, reject) => {
      worker.on('message', (message: MapMessage) => {
        if (typeof message === 'number') onProgress(message);
        else fulfil(message);
      });
      worker.on('error', reject);
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  } finally {
    await worker.terminate();
  }
}
