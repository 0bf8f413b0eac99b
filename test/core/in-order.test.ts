/** @file Concurrent work in order. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from '#src/core/in-order.js';

describe('inOrder', () => {
  it('gives results in the order of the items, with no more than so many in flight', async () => {
    let running = 0;
    let most = 0;
    const work = async (delayMs: number): Promise<number> => {
      most = Math.max(most, ++running);
      await sleep(delayMs);
      running--;
      return delayMs;
    };
    const results: number[] = [];
    for await (const result of inOrder([9, 1, 5, 0, 7, 2], 3, work)) results.push(result);
    expect(results).toEqual([9, 1, 5, 0, 7, 2]);
    expect(most).toBe(3);
  });

  it('throws a failure when its turn comes, after the work under way has ended', async () => {
    const ended: number[] = [];
    const work = async (item: number): Promise<number> => {
      if (item === 1) throw new Error('one is bad');
      await sleep(item);
      ended.push(item);
      return item;
    };
    const results: number[] = [];
    const run = async (): Promise<void> => {
      for await (const result of inOrder([0, 1, 5], 3, work)) results.push(result);
    };
    await expect(run()).rejects.toThrow('one is bad');
    expect(results).toEqual([0]);
    expect(ended).toEqual([0, 5]);
  });

  it('stops at the signal', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(inOrder([1], 1, async (item) => item, signal).next()).rejects.toThrow('stopped');
  });
});
