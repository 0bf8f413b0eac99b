/** @file The training thread, seen from outside: started, told to stop, and listened to. */
import { Worker } from 'node:worker_threads';
import { InstDiscError, RunError } from '../core/errors.js';
import { ALONE } from '../machines/communicator.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import type { Decided } from './decide.js';
import { ProgressFile } from './progress-file.js';
import type { ThreadMessage, TrainThreadData } from './train-thread.js';
import type { TrainOptions } from './training-options.js';

/** What of a training's options the thread is concerned with. */
export type FollowThreadOptions = Pick<
  TrainOptions,
  'workers' | 'localCache' | 'checkpointMinutes' | 'onEvent' | 'machines' | 'signal'
>;

/** Trains a run as it is configured, from where it stands. Throws what the training does. */
export async function followThread(
  run: RunFolder,
  { config, expectedSeconds }: Decided,
  options: FollowThreadOptions,
): Promise<'finished' | 'stopped'> {
  const {
    workers = 1,
    localCache,
    checkpointMinutes = 5,
    onEvent: emit = () => undefined,
    machines = ALONE,
    signal,
  } = options;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const { size, ranksHere } = machines;
  const data: TrainThreadData = {
    ...{ runPath: run.path, config, expectedSeconds, workers, localCache, checkpointMinutes, stop },
    machines: { size, ranksHere },
  };
  const thread = new Worker(new URL('./train-thread.js', import.meta.url), { workerData: data, execArgv: [] });
  const askToStop = (): void => {
    Atomics.store(stop, 0, 1);
  };
  const progress = new ProgressFile(run);
  if (signal?.aborted) askToStop();
  signal?.addEventListener('abort', askToStop);
  try {
    return await new Promise((fulfil, reject) => {
      let end: 'finished' | 'stopped' | undefined;
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'failed') {
          reject(new ThreadError(message.message, message.exitCode, message.stack));
          return;
        }
        if (message.kind === 'finished' || message.kind === 'stopped') end = message.kind;
        if (machines.rank > 0) return;
        progress.take(message);
        emit(message);
      });
      thread.on('error', reject);
      thread.on('exit', (code) => {
        if (end) fulfil(end);
        else
          reject(
            new RunError(
              `training: expected to finish, got an end of its thread with code ${code}. Go on with --resume.`,
            ),
          );
      });
    });
  } finally {
    signal?.removeEventListener('abort', askToStop);
    await thread.terminate();
    if (machines.rank === 0) await progress.close();
  }
}

/** An error from the training thread, as it was there. */
class ThreadError extends InstDiscError {
  override readonly exitCode: number;

  constructor(message: string, exitCode: number, stack: string | undefined) {
    super(message);
    this.exitCode = exitCode;
    if (stack !== undefined) this.stack = stack;
  }
}
