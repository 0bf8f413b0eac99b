/** @file A communicator by MPI. */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceError } from '../core/errors.js';
import { bytesOf } from '../core/vector.js';
import { ALONE, type Communicator, fromAll, type RankNumbers } from './communicator.js';
import { type Launch, launchOf } from './launcher.js';
import { loadMpi, type MpiLibrary } from './mpi-library.js';

/** Elements of one call at most: counts are ints. */
const MOST = 2 ** 30;
/** Between two looks whether the others have come. */
const PATIENCE_MS = 2;

export interface MachinesOptions {
  /** `off`: what a launcher has told is ignored. */
  readonly machines?: 'off' | undefined;
}

/**
 * The ranks of the job that a launcher has started this process in; alone if none has.
 *
 * @throws {DeviceError} if MPI cannot be called, saying what to install
 */
export async function openCommunicator({ machines }: MachinesOptions = {}): Promise<Communicator> {
  const launch = machines === 'off' ? undefined : launchOf(process.env);
  if (launch === undefined || launch.size === 1) return ALONE;
  const communicator = new MpiCommunicator(loadMpi(launch), launch);
  const hosts = await fromAll(communicator, communicator.host);
  communicator.ranksHere = hosts.filter((host) => host === communicator.host).length;
  return communicator;
}

/** The same in another thread of a process that has opened one. */
export function joinCommunicator({ size, ranksHere }: Pick<Communicator, 'size' | 'ranksHere'>): Communicator {
  if (size === 1) return ALONE;
  const launch = launchOf(process.env)!;
  const communicator = new MpiCommunicator(loadMpi(launch), launch);
  communicator.ranksHere = ranksHere;
  return communicator;
}

class MpiCommunicator implements Communicator {
  readonly rank: number;
  readonly size: number;
  readonly host = hostname();
  ranksHere = 1;
  readonly #mpi: MpiLibrary;

  constructor(mpi: MpiLibrary, launch: Launch) {
    this.#mpi = mpi;
    const { call, world, serialized } = mpi;
    const number = new Int32Array(1);
    const asked = (name: 'MPI_Comm_rank' | 'MPI_Comm_size'): number => {
      call[name](world, number);
      return number[0]!;
    };
    call.MPI_Initialized(number);
    if (number[0] === 0) call.MPI_Init_thread(null, null, serialized, number);
    this.rank = asked('MPI_Comm_rank');
    this.size = asked('MPI_Comm_size');
    if (this.size === launch.size) return;
    throw new DeviceError(
      `MPI: expected ${launch.size} ranks, as the launcher says, got ${this.size}: ${mpi.version.split('\n')[0]} is not of ` +
        'its kind. Name the right library in INSTDISC_MPI, or use the launcher that belongs to this one.',
    );
  }

  readonly allreduce = (numbers: Float32Array, into: Float32Array): void => {
    const { call, world, float, sum } = this.#mpi;
    for (let start = 0; start < numbers.length; start += MOST) {
      const [from, to] = [numbers, into].map((array) => array.subarray(start, start + MOST));
      call.MPI_Allreduce(from, to, from!.length, float, sum, world);
    }
  };

  readonly allgather = (numbers: RankNumbers, into: RankNumbers): void => {
    const { call, world, byte } = this.#mpi;
    const [from, to] = [bytesOf(numbers), bytesOf(into)];
    if (from.length <= MOST) {
      call.MPI_Allgather(from, from.length, byte, to, from.length, byte, world);
      return;
    }
    for (let rank = 0; rank < this.size; rank++) {
      const part = to.subarray(rank * from.length, (rank + 1) * from.length);
      if (rank === this.rank) part.set(from);
      this.#broadcast(part, rank);
    }
  };

  readonly broadcast = (numbers: RankNumbers): void => this.#broadcast(bytesOf(numbers), 0);

  #broadcast(bytes: Uint8Array, root: number): void {
    const { call, world, byte } = this.#mpi;
    for (let start = 0; start < bytes.length; start += MOST) {
      const part = bytes.subarray(start, start + MOST);
      call.MPI_Bcast(part, part.length, byte, root, world);
    }
  }

  readonly exchange = async (bytes: Uint8Array): Promise<readonly Uint8Array[]> => {
    const { lengths, own } = await this.#padded(bytes);
    const all = new Uint8Array(own.length * this.size);
    await this.#wait('MPI_Iallgather', own, all);
    return inParts(all, lengths);
  };

  readonly collect = async (bytes: Uint8Array): Promise<readonly Uint8Array[]> => {
    const { lengths, own } = await this.#padded(bytes);
    const all = new Uint8Array(this.rank === 0 ? own.length * this.size : 0);
    await this.#wait('MPI_Igather', own, all);
    return this.rank === 0 ? inParts(all, lengths) : [];
  };

  /** Bytes brought to the length of the longest, as MPI wants them, with the lengths of all. */
  async #padded(bytes: Uint8Array): Promise<{ lengths: Float64Array; own: Uint8Array }> {
    const lengths = new Float64Array(this.size);
    await this.#wait('MPI_Iallgather', bytesOf(Float64Array.of(bytes.length)), bytesOf(lengths));
    const own = new Uint8Array(Math.max(...lengths));
    own.set(bytes);
    return { lengths, own };
  }

  readonly barrier = async (): Promise<void> => {
    await this.exchange(new Uint8Array());
  };

  /** Brings the bytes of all together, MOST at a time, with looks at whether it is over in place of waiting. */
  async #wait(name: 'MPI_Iallgather' | 'MPI_Igather', from: Uint8Array, into: Uint8Array): Promise<void> {
    const { call, world, byte } = this.#mpi;
    const root = name === 'MPI_Igather' ? [0] : [];
    const request = new BigInt64Array(1);
    const isOver = new Int32Array(1);
    const status = new Uint8Array(256);
    for (let start = 0; start < from.length; start += MOST) {
      const part = from.subarray(start, start + MOST);
      const isWhole = part.length === from.length;
      const all = isWhole ? into : new Uint8Array(into.length > 0 ? part.length * this.size : 0);
      call[name](part, part.length, byte, all, part.length, byte, ...root, world, request);
      for (;;) {
        call.MPI_Test(request, isOver, status);
        if (isOver[0] !== 0) break;
        await sleep(PATIENCE_MS);
      }
      if (isWhole) continue;
      for (let rank = 0; all.length > 0 && rank < this.size; rank++) {
        into.set(all.subarray(rank * part.length, (rank + 1) * part.length), rank * from.length + start);
      }
    }
  }

  readonly close = async (): Promise<void> => {
    await this.barrier();
    this.#mpi.call.MPI_Finalize();
  };

  readonly abort = (exitCode: number): void => {
    this.#mpi.call.MPI_Abort(this.#mpi.world, exitCode);
  };
}

/** The bytes of each rank, of the padded ones of all. */
function inParts(all: Uint8Array, lengths: Float64Array): Uint8Array[] {
  const most = all.length / lengths.length;
  return Array.from(lengths, (length, rank) => all.subarray(rank * most, rank * most + length));
}
