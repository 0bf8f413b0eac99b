/** @file The thread that answers about a run: it opens the run, then does what each message asks for. */
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './failure.js';
import { type Answer, type Call, type RunThreadData, UNASKED } from './run-protocol.js';
import { RunService, type Service } from './run-service.js';
import { restrictFormats } from './upload.js';

const port = parentPort!;
const { path, options } = workerData as RunThreadData;
restrictFormats();
const opening = RunService.open(path, options, (error) => {
  port.postMessage({ id: UNASKED, failure: failureOf(error) } satisfies Answer);
});
// Told to whoever calls first.
opening.catch(() => undefined);

port.on('message', async ({ id, method, args }: Call) => {
  const answer = await answerTo(method, args);
  port.postMessage({ id, ...answer } satisfies Answer);
  if (method === 'close') port.close();
});

async function answerTo(method: keyof Service, args: readonly unknown[]): Promise<Omit<Answer, 'id'>> {
  try {
    const service = await opening;
    return { value: await (service[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args) };
  } catch (error) {
    return { failure: failureOf(error as Error) };
  }
}
