import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { exp, mul } from '#src/graph/ops/elementwise.js';
import { matmul } from '#src/graph/ops/linear.js';
import { input, scalar } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import { operatorTimes, profile } from '#src/runtime/profile.js';
import { Program } from '#src/runtime/program.js';

const kernel = (ts: number, dur: number, op: string, extent = 4): object => ({
  cat: 'Node',
  name: `node_${op}_kernel_time`,
  ts,
  dur,
  args: {
    op_name: op,
    input_type_shape: [{ float: [extent, 2] }, { float: [2] }],
    output_type_shape: [{ float: [extent] }],
  },
});
const run = (ts: number): object => ({ cat: 'Session', name: 'model_run', ts, dur: 100 });
const TRACE = [
  run(0),
  kernel(1, 9000, 'Conv'),
  run(100),
  kernel(101, 3000, 'Conv'),
  kernel(102, 1000, 'Conv', 8),
  kernel(103, 500, 'Mul'),
  { cat: 'Node', name: 'node_Mul_fence_before', ts: 103, dur: 700, args: { op_name: 'Mul' } },
  run(200),
  kernel(201, 5000, 'Conv'),
  kernel(202, 1500, 'Mul'),
] as Parameters<typeof operatorTimes>[0];

describe('the times of operators', () => {
  it('are means over the runs after the first, longest first, of kernels only', () => {
    expect(operatorTimes(TRACE, false)).toEqual([
      { operator: 'Conv', calls: 1.5, ms: 4.5 },
      { operator: 'Mul', calls: 1, ms: 1 },
    ]);
  });

  it('can be told apart by shape', () => {
    expect(operatorTimes(TRACE, true).map(({ operator, ms }) => [operator, ms])).toEqual([
      ['Conv 4×2, 2 → 4', 4],
      ['Mul 4×2, 2 → 4', 1],
      ['Conv 8×2, 2 → 8', 0.5],
    ]);
  });
});

describe('a profile', () => {
  it('names what a program runs, once a run, and leaves no file behind', async () => {
    const backend = await openBackend('cpu', 1);
    const y = exp(mul(matmul(input('a', [64, 64]), input('b', [64, 64])), scalar(0.1)));
    const feeds = { a: new Float32Array(64 * 64), b: new Float32Array(64 * 64) };
    const times = await profile(
      (prefix) => Program.create({ y }, backend, prefix),
      (program) => program.run(feeds),
    );
    expect(times.map(({ operator }) => operator).sort()).toEqual(['Exp', 'Gemm', 'Mul']);
    for (const { calls, ms } of times) {
      expect(calls).toBe(1);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('instdisc-profile-'))).toEqual([]);
  });
});
