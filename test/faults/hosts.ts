/** @file Commands with faults, each in a process whose file operations are wrapped. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MAIN } from '../cli/cli.js';
import type { Done, Job } from './child/host.js';
import type { Plan } from './child/plan.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** After so many commands a process is replaced: memory that native libraries keep must not add up. */
const JOBS_PER_PROCESS = 40;
const PATIENCE_MS = 120_000;

/** How a command ended; `code` is null when it was killed. */
export interface HostEnded {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs commands one after another, replaced when it dies. */
export class Host {
  readonly #layer: string;
  readonly #host: string;
  #child: ChildProcess | undefined;
  #stderr = '';
  #numJobs = 0;

  /** @param folder where the layer is compiled to: Node runs no TypeScript */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    execFileSync(tsc, ['-p', join(ROOT, 'test', 'faults', 'child'), '--outDir', folder, '--noEmit', 'false']);
    this.#layer = pathToFileURL(join(folder, 'layer.js')).href;
    this.#host = join(folder, 'host.js');
  }

  /**
   * Runs one command line.
   *
   * @param options.plan what is to go wrong with its files
   * @param options.killAfterMs ends the process by SIGKILL after so long, if the command still runs
   */
  async run(
    args: readonly string[],
    { plan, killAfterMs }: { readonly plan?: Plan; readonly killAfterMs?: number } = {},
  ): Promise<HostEnded> {
    if (this.#numJobs >= JOBS_PER_PROCESS) await this.close();
    const child = await this.#ready();
    this.#numJobs++;
    this.#stderr = '';
    const over = new AbortController();
    const kill = (ms: number): Promise<void> =>
      sleep(ms, undefined, over)
        .then(() => void child.kill('SIGKILL'))
        .catch(() => undefined);
    if (killAfterMs !== undefined) void kill(killAfterMs);
    let isHung = false;
    void sleep(PATIENCE_MS, undefined, over)
      .then(() => {
        isHung = true;
        child.kill('SIGKILL');
      })
      .catch(() => undefined);
    try {
      const job: Job = { main: MAIN, args, ...(plan && { plan }) };
      child.send(job);
      const [how, value] = await Promise.race([
        once(child, 'message', over).then(([done]) => ['done', done as Done] as const),
        once(child, 'close', over).then(([code]) => ['closed', code as number | null] as const),
      ]);
      if (how === 'done') return value;
      this.#child = undefined;
      return { code: isHung ? -1 : value, stdout: '', stderr: isHung ? 'It hung.' : this.#stderr };
    } finally {
      over.abort();
    }
  }

  /** Ends the process, as every command's ends: its locks are then nobody's. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child?.connected) return this.#child;
    const child = fork(this.#host, {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: `--import ${this.#layer}`, ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    await once(child, 'message');
    this.#child = child;
    this.#numJobs = 0;
    return child;
  }
}
