import { describe, expect, it } from 'vitest';
import { Batcher } from '#src/server/batcher.js';
import { Gate } from '#src/server/gate.js';
import { Lru } from '#src/server/lru.js';
import { Once } from '#src/server/once.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Gate', () => {
  it('never lets more through at once than it may, and everybody in turn', async () => {
    const gate = new Gate({ open: 2, waiting: 10 });
    let inside = 0;
    const order: number[] = [];
    const work = (i: number) => async (): Promise<void> => {
      order.push(i);
      expect(++inside).toBeLessThanOrEqual(2);
      await turn();
      inside--;
    };
    await Promise.all(Array.from({ length: 9 }, (_, i) => gate.pass(work(i))));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('opens again after a failure, and begins nothing for who has gone', async () => {
    const gate = new Gate({ open: 1, waiting: 5 });
    const failing = gate.pass(() => Promise.reject(new Error('no')));
    const gone = gate.pass(() => expect.unreachable(), AbortSignal.abort());
    await expect(failing).rejects.toThrow('no');
    await expect(gone).rejects.toThrow(/aborted/);
    expect(await gate.pass(async () => 3)).toBe(3);
  });
});

describe('Batcher', () => {
  it('gathers what arrives while it works, in order, up to its size', async () => {
    const batches: number[][] = [];
    const batcher = new Batcher<number, number>(3, async (items) => {
      batches.push([...items]);
      await turn();
      return items.map((item) => 10 * item);
    });
    const outs = await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batcher.run(item)));
    expect(outs).toEqual([10, 20, 30, 40, 50, 60]);
    expect(batches).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('fails those of one batch together, and goes on', async () => {
    const batcher = new Batcher<number, number>(1, async ([item]) => {
      if (item === 1) throw new Error('one');
      return [item!];
    });
    const settled = await Promise.allSettled([batcher.run(1), batcher.run(2)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('Lru', () => {
  it('drops what was unused for longest when there are too many bytes', () => {
    const kept = new Lru(10);
    kept.set('a', new Uint8Array(4));
    kept.set('b', new Uint8Array(4));
    kept.get('a');
    kept.set('c', new Uint8Array(4));
    expect(['a', 'b', 'c'].map((key) => kept.get(key)?.length)).toEqual([4, undefined, 4]);
    kept.set('a', new Uint8Array(1));
    kept.set('d', new Uint8Array(5));
    expect(['a', 'c', 'd'].map((key) => kept.get(key)?.length)).toEqual([1, 4, 5]);
  });
});

describe('Once', () => {
  it('computes once, and again only after a failure', async () => {
    let calls = 0;
    const once = new Once(async () => {
      if (++calls === 1) throw new Error('not yet');
      return calls;
    });
    await expect(once.get()).rejects.toThrow('not yet');
    expect(await Promise.all([once.get(), once.get()])).toEqual([2, 2]);
  });
});
