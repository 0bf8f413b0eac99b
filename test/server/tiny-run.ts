/** @file A run to ask: 72 drawn pictures, trained on for seconds. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { listen, type RunningServer, type ServerOptions } from '#src/server/listen.js';
import type { Service } from '#src/server/run-service.js';
import { train } from '#src/train/train.js';
import { drawPictures } from '../cli/cli.js';

export interface TinyRun {
  readonly runPath: string;
  /** Class folders with the pictures of the training. */
  readonly pictures: string;
}

/** @param root an empty folder */
export async function trainTiny(root: string): Promise<TinyRun> {
  const [runPath, pictures] = [join(root, 'run'), join(root, 'pictures')];
  await drawPictures(pictures);
  await trainOn(pictures, runPath);
  return { runPath, pictures };
}

/** Trained once for all test files of a process. */
let made: Promise<TinyRun> | undefined;

/**
 * The same for tests that leave the pictures as they are: those are shared with other files, and the run is a copy.
 *
 * @param root a folder
 */
export async function copyTiny(root: string): Promise<TinyRun> {
  made ??= trainTiny(join(inject('shared'), String(process.pid)));
  const { runPath, pictures } = await made;
  await cp(runPath, join(root, 'run'), { recursive: true, preserveTimestamps: true });
  return { runPath: join(root, 'run'), pictures };
}

/** Trains as TINIEST says. */
export async function trainOn(pictures: string, out: string, epochs = 2): Promise<void> {
  // The rate is what no default changes: with it there are pictures near enough to each other to be taken for duplicates.
  const settings = { width: 8, size: 16, batch: 16, epochs, warmup: 0, localCrops: 0, lr: 0.2 };
  await train({ paths: [pictures], out, settings, threads: 1 });
}

/** Serves at a free port, and without a page unless one is given. */
export async function serveTiny(
  { runPath }: Pick<TinyRun, 'runPath'>,
  service: Service,
  options: Partial<ServerOptions> = {},
): Promise<RunningServer & { readonly url: string }> {
  const server = await listen(runPath, service, { port: 0, page: join(runPath, 'none'), version: '0', ...options });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}
