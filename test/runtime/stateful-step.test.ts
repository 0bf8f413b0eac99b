import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { input, type Outputs, scalar } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import { Step } from '#src/runtime/stateful-step.js';
import { buildScenario, drawNumbers, openStep } from '../oracles/scenario-steps.js';
import { SCENARIOS } from '../oracles/scenarios.js';

const backend = await openBackend('cpu', 1);

/** count ← count + by; total ← total + count, as it was before. */
function counter(): Outputs {
  const [count, total, by] = [input('count', [2]), input('total', [2]), input('by', [])];
  return { 'next.count': add(count, by), 'next.total': add(total, count), twice: mul(count, scalar(2)) };
}

describe('Step', () => {
  it('feeds each next state into the following run', async () => {
    const step = await Step.create(counter(), backend);
    step.load([['count', [10, 20]]]);
    await step.run({ by: 3 });
    for (let i = 0; i < 2; i++) await step.run(); // What was fed stays.
    expect([...step.state.get('count')!]).toEqual([19, 29]);
    // All of a run reads the state as it was before: 10 + 13 + 16.
    expect([...step.state.get('total')!]).toEqual([39, 69]);
    expect([...step.outputs['twice']!]).toEqual([32, 52]);
    await step.release();
  });

  it('refuses names that it has not, and other counts of numbers', async () => {
    const step = await Step.create(counter(), backend);
    await expect(step.run({ buy: 3 })).rejects.toThrow(ShapeError);
    await expect(step.run({ buy: 3 })).rejects.toThrow('buy: expected the name of an input, got none of by.');
    await expect(step.run({ by: [1, 2] })).rejects.toThrow('by: expected float32[], got 2 elements.');
    expect(() => step.load([['by', 3]])).toThrow('by: expected the name of a state, got none of count, total.');
    expect(() => step.load(new Map([['count', 3]]))).toThrow('count: expected float32[2], got 1 elements.');
    await step.release();
  });

  it('uses two sets of arrays and no more', async () => {
    const step = await Step.create(counter(), backend);
    const seen = new Set<Float32Array>();
    for (let i = 0; i < 6; i++) {
      seen.add(step.state.get('count')!);
      await step.run();
    }
    expect(seen.size).toBe(2);
    await step.release();
  });

  it('tells state from inputs and outputs by name', async () => {
    const graph = { ...counter(), 'next.unread': scalar(1) };
    const step = await Step.create(graph, backend);
    expect([...step.state.keys()].sort()).toEqual(['count', 'total']);
    expect(Object.keys(step.inputs)).toEqual(['by']);
    expect(Object.keys(step.outputs).sort()).toEqual(['next.unread', 'twice']);
    await step.release();
  });

  it('reads shared arrays where they are', async () => {
    const by = Float32Array.of(1);
    const step = await Step.create(counter(), backend, { by });
    expect(step.inputs['by']).toBe(by);
    by[0] = 5;
    await step.run();
    expect(step.state.get('count')![0]).toBe(5);
    await step.release();
  });

  it('refuses a next state of another shape', async () => {
    const graph = { 'next.count': add(input('count', [2]), input('wide', [3, 2])) };
    await expect(Step.create(graph, backend)).rejects.toThrow(ShapeError);
    await expect(Step.create(graph, backend)).rejects.toThrow(
      'next.count: expected float32[2] as count is, got float32[3, 2].',
    );
  });

  it('gives the same bytes for the same step, over two sessions', async () => {
    const step = buildScenario(SCENARIOS.nce);
    const numbers = drawNumbers(SCENARIOS.nce, step, 9);
    const run = async (): Promise<Record<string, Float32Array>> => {
      const running = await openStep(step, numbers, await openBackend('cpu', 2));
      for (let i = 0; i < 3; i++) await running.run();
      const results = Object.fromEntries(Array.from(running.state, ([name, values]) => [name, values.slice()]));
      await running.release();
      return results;
    };
    expect(await run()).toEqual(await run());
  });

  it('stays as large over ten thousand runs', async () => {
    const step = await Step.create(counter(), backend);
    const runs = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await step.run();
    };
    await runs(3000);
    const before = process.memoryUsage().rss;
    await runs(10_000);
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    await step.release();
    expect(grown, 'MiB').toBeLessThan(16);
  });
});
