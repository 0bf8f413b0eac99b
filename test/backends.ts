/** @file The two ways a graph is lowered for the CPU. */
import { type Backend, openBackend } from '#src/runtime/device.js';

export interface NamedBackend {
  readonly name: string;
  readonly backend: Backend;
}

/** One thread: the tests' tensors are too small to share. */
export async function cpuBackends(): Promise<readonly NamedBackend[]> {
  const blocked = await openBackend('cpu', 1);
  return [
    { name: `cpu, blocks of ${blocked.target.channelBlock}`, backend: blocked },
    { name: 'cpu, portable', backend: { target: { device: 'cpu' }, threads: 1 } },
  ];
}
