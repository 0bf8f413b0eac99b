/**
 * @file A process that runs one command after another, as `main.js` would alone: to start Node and load onnxruntime
 * for each would take most of the time. It ends when its parent does.
 */
import { pathToFileURL } from 'node:url';
import { order } from './layer.js';
import type { Plan } from './plan.js';

export interface Job {
  /** The program. */
  readonly main: string;
  readonly args: readonly string[];
  readonly plan?: Plan;
}

export interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Exit extends Error {}

let numJobs = 0;

process.on('message', async ({ main, args, plan }: Job) => {
  const written = { stdout: '', stderr: '' };
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].removeAllListeners('error');
    process[name].write = ((text: string | Uint8Array, ...rest: unknown[]) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    }) as typeof process.stdout.write;
  }
  const { exit, argv } = process;
  process.exit = ((code?: number) => {
    process.exitCode = code ?? process.exitCode ?? 0;
    throw new Exit();
  }) as typeof process.exit;
  process.argv = [argv[0]!, main, ...args];
  process.exitCode = 0;
  order(plan);
  try {
    // Another address each time: a module runs once.
    await import(`${pathToFileURL(main).href}?job=${numJobs++}`);
  } catch (error) {
    if (!(error instanceof Exit)) {
      process.exitCode = 1;
      written.stderr += (error as Error).stack;
    }
  }
  order(undefined);
  Object.assign(process.stdout, { write: originals.stdout });
  Object.assign(process.stderr, { write: originals.stderr });
  process.exit = exit;
  const done: Done = { code: Number(process.exitCode ?? 0), ...written };
  process.exitCode = 0;
  process.send!(done);
});
process.on('disconnect', () => process.exit(0));
process.send!('ready');
