/** @file A run to ask: 72 drawn pictures, trained on for seconds. */
import { join } from 'node:path';
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

/** Trains as TINY says. */
export async function trainOn(pictures: string, out: string, epochs = 2): Promise<void> {
  const settings = { width: 8, size: 16, batch: 16, epochs, warmup: 0 };
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
