import { describe, expect, it } from 'vitest';
import type { ServedPicture } from '#src/server/api.js';
import type { EpochMetrics } from '#src/server/live-api.js';
import { newShare, queryStates, sameLabelShare } from '../../web/src/views/live/turnover.ts';

const LABELS = ['cat', 'dog', 'cat', null, 'cat'];
const picture = (row: number): ServedPicture => ({ row, name: `${row}.jpg`, label: LABELS[row]! });

function epoch(queries: readonly (readonly [number, readonly number[]])[] | undefined): EpochMetrics {
  const told = queries?.map(([row, rows]) => ({
    picture: picture(row),
    neighbours: rows.map((neighbour) => ({ ...picture(neighbour), similarity: 0.5 })),
  }));
  const measured = {
    epoch: 1,
    step: 1,
    loss: 1,
    similarity: 0,
    norm: 1,
    uniformity: 0,
    lr: 0,
    picturesPerSecond: 1,
    seconds: 1,
  };
  return { ...measured, ...(told && { queries: told }) };
}

describe('the neighbours of the fixed pictures', () => {
  it('are new where the epoch before did not have them, in whatever order', () => {
    const [{ neighbours }] = queryStates(epoch([[0, [2, 1, 4]]]), epoch([[0, [3, 2, 1]]])) as [never];
    expect((neighbours as { isNew: boolean }[]).map(({ isNew }) => isNew)).toEqual([false, false, true]);
  });

  it('are not called new in the first epoch, nor where the picture was not asked for', () => {
    expect(queryStates(epoch([[0, [2]]]), undefined)[0]!.neighbours[0]!.isNew).toBe(false);
    expect(queryStates(epoch([[0, [2]]]), epoch([[1, [2]]]))[0]!.neighbours[0]!.isNew).toBe(false);
  });

  it('are the same where both have a label and it is one', () => {
    const states = queryStates(
      epoch([
        [0, [1, 2, 3]],
        [3, [3, 1]],
      ]),
      undefined,
    );
    expect(states.map(({ neighbours }) => neighbours.map(({ isSame }) => isSame))).toEqual([
      [false, true, false],
      [false, false],
    ]);
  });
});

describe('their shares', () => {
  it('are of all neighbours together', () => {
    const [before, after] = [
      epoch([
        [0, [1, 2]],
        [1, [0, 2]],
      ]),
      epoch([
        [0, [1, 4]],
        [1, [3, 4]],
      ]),
    ];
    expect(newShare(after, before)).toBe(3 / 4);
    expect(sameLabelShare(after)).toBe(1 / 4);
  });

  it('leave out pictures without a label', () => {
    expect(
      sameLabelShare(
        epoch([
          [0, [2, 1]],
          [3, [3, 3]],
        ]),
      ),
    ).toBe(1 / 2);
    expect(sameLabelShare(epoch([[3, [0]]]))).toBeNull();
  });

  it('are nothing without an epoch before, or in records that have no queries', () => {
    expect(newShare(epoch([[0, [1]]]), undefined)).toBeNull();
    expect(newShare(epoch([[0, [1]]]), epoch(undefined))).toBeNull();
    expect(sameLabelShare(epoch(undefined))).toBeNull();
  });
});
