/** @file Devices: what the runtime is asked for, and what a graph is lowered for. */
import { availableParallelism } from 'node:os';
import { checkCount } from '../core/check-count.js';
import { DeviceError } from '../core/errors.js';
import { toOnnx } from '../graph/onnx.js';
import { toBlocked } from '../graph/ops/blocked.js';
import type { Device, Target } from '../graph/target.js';
import { input } from '../graph/value.js';
import { InferenceSession, Tensor } from './onnxruntime.js';

export const DEVICES: readonly Device[] = ['cpu', 'webgpu', 'cuda'];

/** A device that is there, with how to ask the runtime for it. */
export interface Backend {
  readonly target: Target;
  /** Threads of one operator on the CPU; results are exact for a given number only. */
  readonly threads: number;
}

/**
 * Finds out what `device` can do.
 *
 * @param threads CPU threads of one operator; default all
 * @throws {ArgumentError} if the number of threads is not a positive integer
 * @throws {DeviceError} if the runtime has no such device on this machine
 */
export async function openBackend(device: Device, threads = availableParallelism()): Promise<Backend> {
  checkCount('threads', threads);
  if (device !== 'cpu') {
    const backend = { target: { device }, threads };
    await probe(backend);
    return backend;
  }
  const channelBlock = await probeChannelBlock();
  return { target: channelBlock === undefined ? { device } : { device, channelBlock }, threads };
}

export function sessionOptions({ target, threads }: Backend): InferenceSession.SessionOptions {
  return {
    executionProviders: [target.device],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // A plan of the whole run's memory is allocated beside what the first run has taken: nearly twice as much.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Threads that spin while they wait take the cores from whatever else runs, the loader first.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** The runtime's own words of an error, without the line of its source and the condition there. */
export function withoutSource(message: string): string {
  return message
    .replace(/^\S+\.(?:cc|cpp|h):\d+ .* was (?:true|false)\. /s, '')
    .trim()
    .replace(/\.$/, '');
}

async function probe(backend: Backend): Promise<void> {
  const x = input('x', [1]);
  try {
    const session = await InferenceSession.create(toOnnx({ y: x }), sessionOptions(backend));
    await session.run({ x: new Tensor('float32', new Float32Array(1), [1]) });
    await session.release();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeviceError(
      `device: expected '${backend.target.device}' to work here, got: ${withoutSource(reason)}. Use --device cpu.`,
    );
  }
}

/** Reorders numbered channels and looks where the second pixel of channel 0 went: just after the first block. */
async function probeChannelBlock(): Promise<number | undefined> {
  const channels = 64;
  const shape = [1, channels, 1, 2];
  const options = sessionOptions({ target: { device: 'cpu' }, threads: 1 });
  try {
    const session = await InferenceSession.create(toOnnx({ y: toBlocked(input('x', shape)) }), options);
    const x = Float32Array.from({ length: 2 * channels }, (_, i) => i);
    const results = await session.run({ x: new Tensor('float32', x, shape) });
    await session.release();
    const block = (results['y']!.data as Float32Array).indexOf(1);
    return block > 1 ? block : undefined;
  } catch {
    return undefined; // This processor has no blocked kernels; the portable lowering serves it.
  }
}
