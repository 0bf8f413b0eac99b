/** @file Several processes that compute one thing together, as each of them sees it. */

/** RankNumbers as they travel: their bytes, as they are. */
export type RankNumbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * The ranks of a job. What they do together, all do in one order; each call waits for all.
 *
 * Calls without a promise block their thread. Only one thread of a process may call at a time.
 */
export interface Communicator {
  /** From 0. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
  /** Name of this machine. */
  readonly host: string;
  /** Ranks on this machine, this one included. */
  readonly ranksHere: number;
  /** Writes the sum over ranks, the same to the byte on each, to `into`. */
  allreduce(numbers: Float32Array, into: Float32Array): void;
  /** Writes the numbers of all ranks, one after the other, to `into`; each gives as many. */
  allgather(numbers: RankNumbers, into: RankNumbers): void;
  /** Writes the numbers of rank 0 over those of the others. */
  broadcast(numbers: RankNumbers): void;
  /**
   * Gives the bytes of all ranks, each as many as it likes. The thread stays free while others take their time.
   */
  exchange(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The same for rank 0; the others get none. */
  collect(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Waits for all ranks, with the thread free. */
  barrier(): Promise<void>;
  /** Leaves in peace; all ranks do, at their end. */
  close(): Promise<void>;
  /** Ends all ranks at once, as one of them cannot go on. */
  abort(exitCode: number): void;
}

/** A process alone. */
export const ALONE: Communicator = {
  rank: 0,
  size: 1,
  host: '',
  ranksHere: 1,
  allreduce: (numbers, into) => into.set(numbers),
  allgather: (numbers, into) => into.set(numbers),
  broadcast: () => undefined,
  exchange: async (bytes) => [bytes],
  collect: async (bytes) => [bytes],
  barrier: async () => undefined,
  close: async () => undefined,
  abort: () => undefined,
};

/** Gives to all ranks what rank 0 has, a value as JSON has it. */
export async function fromFirst<T>({ rank, size, exchange }: Communicator, value: T | undefined): Promise<T> {
  if (size === 1) return value as T;
  const [first] = await exchange(rank === 0 ? encoded(value) : new Uint8Array());
  return decoded(first!);
}

/** Gives to all ranks what each has, a value as JSON has it. */
export async function fromAll<T>({ size, exchange }: Communicator, value: T): Promise<readonly T[]> {
  if (size === 1) return [value];
  return (await exchange(encoded(value))).map((bytes) => decoded<T>(bytes));
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value ?? null));
}

function decoded<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
