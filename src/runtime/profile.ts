/** @file Where the time of a run goes: the runtime's own profile, read into a table. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceError } from '../core/errors.js';

/** What one kind of operator takes in one run. */
export interface OperatorTime {
  /** Its name in ONNX; with `byShape` the shapes of its inputs and outputs, too. */
  readonly operator: string;
  readonly calls: number;
  readonly ms: number;
}

/** What can be run under the profiler: a program or a step, made with the prefix that is handed to it. */
export interface Profiled {
  endProfiling(): void;
  release(): Promise<void>;
}

export interface ProfileOptions {
  /** Runs that count, ≥ 1; default 3. One more goes before them, in which memory is allocated. */
  readonly runs?: number;
  /** Whether calls with other shapes are told apart; default false. */
  readonly byShape?: boolean;
}

/**
 * Runs something a few times under the runtime's profiler.
 *
 * @param create makes it, with the prefix for its profile
 * @param run runs it once
 * @returns the mean of a run, longest first
 * @throws {DeviceError} if the runtime wrote no profile
 */
export async function profile<Work extends Profiled>(
  create: (profilePrefix: string) => Promise<Work>,
  run: (work: Work) => Promise<unknown>,
  { runs = 3, byShape = false }: ProfileOptions = {},
): Promise<OperatorTime[]> {
  const folder = await mkdtemp(join(tmpdir(), 'instdisc-profile-'));
  try {
    const work = await create(join(folder, 'profile'));
    for (let i = 0; i <= runs; i++) await run(work);
    work.endProfiling();
    await work.release();
    const [file] = await readdir(folder);
    if (file === undefined) throw new DeviceError('profile: expected the runtime to write one, got no file.');
    return operatorTimes(JSON.parse(await readFile(join(folder, file), 'utf8')) as TraceEvent[], byShape);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An entry of the runtime's trace, as Chrome's tracing format has it; times in µs. */
interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Sums the kernels of all runs but the first. */
export function operatorTimes(trace: readonly TraceEvent[], byShape: boolean): OperatorTime[] {
  const [, ...starts] = trace.filter(({ name }) => name === 'model_run').map(({ ts }) => ts);
  const first = Math.min(...starts);
  const sums = new Map<string, { calls: number; us: number }>();
  for (const { cat, name, ts, dur, args = {} } of trace) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < first) continue;
    const shapes = byShape ? ` ${shapesOf(args['input_type_shape'])} → ${shapesOf(args['output_type_shape'])}` : '';
    const key = `${args['op_name']}${shapes}`;
    const { calls, us } = sums.get(key) ?? { calls: 0, us: 0 };
    sums.set(key, { calls: calls + 1, us: us + dur });
  }
  return Array.from(sums, ([operator, { calls, us }]) => ({
    operator,
    calls: calls / starts.length,
    ms: us / 1000 / starts.length,
  })).sort((a, b) => b.ms - a.ms);
}

/** `128×64×32×32, 64`, of `[{"float": [128, 64, 32, 32]}, {"float": [64]}]`. */
function shapesOf(types: unknown): string {
  const shapes = (types as readonly Readonly<Record<string, readonly number[]>>[]).flatMap((type) =>
    Object.values(type),
  );
  return shapes.map((shape) => shape.join('×')).join(', ');
}
