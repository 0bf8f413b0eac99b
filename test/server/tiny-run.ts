/** @file A run to ask: 72 drawn pictures, trained on for seconds. */
import { join } from 'node:path';
import { listen, type RunningServer, type ServerOptions } from '#src/server/listen.js';
import type { Service } from '#src/server/service.js';
import { drawPictures, run, TINY } from '../cli/cli.js';

export interface TinyRun {
  readonly runPath: string;
  /** Class folders with the pictures of the training. */
  readonly pictures: string;
}

/** @param root an empty folder */
export async function trainTiny(root: string): Promise<TinyRun> {
  const [runPath, pictures] = [join(root, 'run'), join(root, 'pictures')];
  await drawPictures(pictures);
  const { code, stderr } = await run(['train', pictures, '--out', runPath, ...TINY]);
  if (code !== 0) throw new Error(stderr);
  return { runPath, pictures };
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
