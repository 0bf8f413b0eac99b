// One rank that tries each call, and prints what came of it.
import { fromAll, fromFirst } from '#src/machines/communicator.js';
import { openCommunicator } from '#src/machines/mpi.js';

// As where the library is of another kind than the launcher, and knows nothing of the others.
if (process.argv[2] === 'other') for (const kind of ['OMPI_COMM_WORLD', 'PMI']) if (process.env[`${kind}_SIZE`]) process.env[`${kind}_SIZE`] = '3';
const machines = await openCommunicator();
const { rank, size, ranksHere } = machines;
const sum = new Float32Array(3);
machines.allreduce(Float32Array.of(rank, 1, 0.5), sum);
const all = new Int32Array(2 * size);
machines.allgather(Int32Array.of(rank, -rank), all);
const first = Float64Array.of(rank + 0.25, 7 * rank);
machines.broadcast(first);
const bytes = await machines.exchange(new Uint8Array(rank).fill(rank));
const collected = await machines.collect(new Uint8Array(2 - rank).fill(rank));
await machines.barrier();
const told = {
  rank,
  size,
  ranksHere,
  sum: [...sum],
  all: [...all],
  first: [...first],
  bytes: bytes.map((each) => [...each]),
  collected: collected.map((each) => [...each]),
  fromFirst: await fromFirst(machines, { of: rank }),
  fromAll: await fromAll(machines, `rank ${rank}`),
};
process.stdout.write(`${JSON.stringify(told)}\n`);
if (process.argv[2] === 'abort' && rank === 1) machines.abort(4);
await machines.close();
