/** @file The training thread. The runtime blocks the thread it runs in, and this one has nothing else to do. */
import { parentPort, workerData } from 'node:worker_threads';
import { InstDiscError } from '../core/errors.js';
import { systemError } from '../core/system-errors.js';
import type { Communicator } from '../machines/communicator.js';
import { joinCommunicator } from '../machines/mpi.js';
import type { RunConfig } from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { trainingLoop } from './loop.js';

/** What the thread is started with. */
export interface TrainThreadData {
  readonly runPath: string;
  readonly config: RunConfig;
  /** That all takes, if it was measured. */
  readonly expectedSeconds: number | undefined;
  readonly workers: number;
  readonly localCache: string | undefined;
  readonly checkpointMinutes: number;
  /** int32[1], shared: not 0 once training is to stop. */
  readonly stop: Int32Array;
  readonly machines: Pick<Communicator, 'size' | 'ranksHere'>;
}

/** An error, told to the other side: classes do not survive the way between threads. */
export interface TrainFailure {
  readonly kind: 'failed';
  readonly message: string;
  readonly exitCode: number;
  readonly stack: string | undefined;
}

export type ThreadMessage = TrainEvent | TrainFailure;

const { runPath, stop, machines: launched, ...options } = workerData as TrainThreadData;
const emit = (message: ThreadMessage): void => parentPort!.postMessage(message);
try {
  const shouldStop = (): boolean => Atomics.load(stop, 0) !== 0;
  const machines = joinCommunicator(launched);
  await trainingLoop({ ...options, run: await RunFolder.open(runPath), shouldStop, emit, machines });
} catch (error) {
  const told = systemError(error) ?? (error as Error);
  const { message, stack } = told;
  emit({ kind: 'failed', message, stack, exitCode: told instanceof InstDiscError ? told.exitCode : 1 });
}
