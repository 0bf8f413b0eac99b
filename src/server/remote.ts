/** @file Calls a service that lives in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { InstDiscError } from '../core/errors.js';
import type { OpenRunOptions } from '../run/open-run.js';
import { revive } from './failure.js';
import { type Answer, type Call, type RunThreadData, UNASKED } from './run-protocol.js';
import type { Service } from './run-service.js';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a run in a new thread.
 *
 * @param onError told of what goes wrong there while nobody waits for it
 * @returns a service whose every method is a message there and one back; `close` ends the thread
 * @throws {RunError} if there is no run, or it is damaged
 * @throws {DeviceError} if the device is not there
 */
export async function openRemote(
  path: string,
  options: OpenRunOptions = {},
  onError: (error: Error) => void = () => undefined,
): Promise<Service> {
  const data: RunThreadData = { path, options };
  const worker = new Worker(new URL('./run-thread.js', import.meta.url), { workerData: data });
  const pending = new Map<number, Pending>();
  let end: Error | undefined;
  let numCalls = 0;

  const call = (method: keyof Service, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end);
      const id = numCalls++;
      pending.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies Call);
    });
  worker.on('message', ({ id, value, failure }: Answer) => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (id === UNASKED) onError(revive(failure!));
    else if (failure === undefined) waiting?.resolve(value);
    else waiting?.reject(revive(failure));
  });
  const fail = (error: Error): void => {
    end ??= error;
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  worker.on('error', fail).on('exit', () => fail(new InstDiscError('service: the thread of the run has ended.')));

  const remote = new Proxy({} as Service, {
    // Not `then`, or to await the service would be to call it.
    get: (_, method) => (method === 'then' ? undefined : (...args: unknown[]) => call(method as keyof Service, args)),
  });
  try {
    await remote.run();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return remote;
}
