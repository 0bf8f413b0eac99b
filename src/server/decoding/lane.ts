/** @file A process that decodes, and the queue before it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Delivery, Order, Outcome, Task } from './decoding-protocol.js';

export interface LaneOptions {
  /** Tasks under way at once. */
  readonly atOnce: number;
  /** Bytes that a task may take. */
  readonly maxBytes: number;
  /** Bytes that the process may take. */
  readonly memory: number;
  /** Milliseconds that a task may take. */
  readonly deadlineMs: number;
  /** Of the process, as in os.setPriority: 0 is usual, 19 the lowest. */
  readonly niceness: number;
}

/** Undefined if the process ended over it, or had to be ended. */
type Told = (outcome: Outcome | undefined) => void;

/** A process without work is kept for so long. */
const IDLE_MS = 30_000;
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: { readonly task: Task; readonly told: Told }[] = [];
  readonly #underWay = new Map<number, Told>();
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #numOrders = 0;
  #isClosed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get numWaiting(): number {
    return this.#waiting.length;
  }

  /** @returns undefined if the process ended over the task, or was ended: after the deadline, or by `close` */
  run(task: Task): Promise<Outcome | undefined> {
    return new Promise((told) => {
      if (this.#isClosed) return told(undefined);
      this.#waiting.push({ task, told });
      this.#next();
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { told } of this.#waiting.splice(0)) told(undefined);
    this.#child?.kill('SIGKILL');
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < this.#options.atOnce) {
      const { task, told } = this.#waiting.shift()!;
      this.#begin(task, told);
    }
  }

  #begin(task: Task, told: Told): void {
    clearTimeout(this.#idle);
    this.#child ??= this.#start();
    const child = this.#child;
    // While there is work, the program waits for it.
    child.ref();
    child.channel?.ref();
    const id = this.#numOrders++;
    const late = setTimeout(() => child.kill('SIGKILL'), this.#options.deadlineMs);
    this.#underWay.set(id, (outcome) => {
      clearTimeout(late);
      this.#underWay.delete(id);
      told(outcome);
    });
    child.send({ id, task, maxBytes: this.#options.maxBytes } satisfies Order, () => undefined);
  }

  #start(): ChildProcess {
    const { niceness, memory } = this.#options;
    const child = fork(CHILD, [String(niceness), String(memory)], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', ({ id, ...outcome }: Delivery) => {
      this.#underWay.get(id)?.(outcome);
      this.#next();
      if (this.#underWay.size === 0) this.#rest(child);
    });
    const lost = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      for (const told of [...this.#underWay.values()]) told(undefined);
      this.#next();
    };
    child.on('exit', lost).on('error', lost);
    return child;
  }

  #rest(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#child === child) this.#child = undefined;
      if (child.connected) child.disconnect();
    }, IDLE_MS).unref();
  }
}
