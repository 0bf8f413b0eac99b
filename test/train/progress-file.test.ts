import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StepReport } from '#src/run/events.js';
import { ProgressFile } from '#src/train/progress-file.js';

const report = (step: number): StepReport => ({
  step,
  steps: 100,
  epoch: 1,
  epochs: 2,
  loss: 3,
  similarity: 0.5,
  lr: 0.1,
  picturesPerSecond: 40,
  waiting: 0,
  secondsLeft: 9,
});

describe('ProgressFile', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settle = (): Promise<void> => new Promise((fulfil) => setImmediate(fulfil));

  it('writes the first report at once and then one a second', async () => {
    const written: number[] = [];
    const file = new ProgressFile({
      writeProgress: async (progress) => void written.push((progress as StepReport).step),
      removeProgress: async () => undefined,
    });
    for (let step = 0; step < 25; step++) {
      file.report(report(step));
      await settle();
      vi.advanceTimersByTime(100);
    }
    expect(written).toEqual([0, 10, 20]);
  });

  it('tells how far encoding is after the last step', async () => {
    const written: unknown[] = [];
    const file = new ProgressFile({
      writeProgress: async (progress) => void written.push(progress),
      removeProgress: async () => undefined,
    });
    for (const event of [
      { kind: 'encoding', done: 0, of: 300 },
      { kind: 'step', report: report(100) },
      { kind: 'checkpoint', step: 100 },
      { kind: 'encoding', done: 100, of: 300 },
    ] as const) {
      file.take(event);
      await settle();
      vi.advanceTimersByTime(2000);
    }
    expect(written).toEqual([report(100), { ...report(100), encoding: { done: 100, of: 300 } }]);
  });

  it('does not begin a report while the disk is busy with another, and removes the file only after it', async () => {
    const done: string[] = [];
    let finishWriting = (): void => undefined;
    const file = new ProgressFile({
      writeProgress: async (progress) => {
        await new Promise<void>((fulfil) => {
          finishWriting = fulfil;
        });
        done.push(`wrote ${(progress as StepReport).step}`);
      },
      removeProgress: async () => void done.push('removed'),
    });
    file.report(report(1));
    vi.advanceTimersByTime(5000);
    file.report(report(2));
    const closed = file.close();
    await settle();
    expect(done).toEqual([]);
    finishWriting();
    await closed;
    expect(done).toEqual(['wrote 1', 'removed']);
  });

  it('is no reason for a training to fail', async () => {
    const fail = async (): Promise<void> => {
      throw new Error('ENOSPC: no space left on device');
    };
    const file = new ProgressFile({ writeProgress: fail, removeProgress: fail });
    file.report(report(1));
    await settle();
    vi.advanceTimersByTime(2000);
    file.report(report(2));
    await expect(file.close()).resolves.toBeUndefined();
  });
});
